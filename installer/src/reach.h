/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_REACH_H
#define INSTALLER_REACH_H

#include "fetch.h"
#include "install.h"

/*
 * How an installation reaches servers: by what the answers say of proxy,
 * authorities and time limits.
 */
struct reach {
	struct patience patience;
	const char **authorities;	/* a list of pointers, to be freed */
	struct fetch_how how;
};

/* tries: how often a server is asked that does not answer; whole: seconds that
 * one file may take if the answers do not say.  reach_end() in any case. */
int reach_init(struct reach *r, const struct install *in, int tries,
    long whole, struct err *e);
void reach_end(struct reach *r);

/* Addresses for the cards, unless the boot saw to that or it was done before.
 * Without one it is said, and what follows fails by itself. */
void reach_network(struct install *in);

/* Whether that address is a server's. */
bool is_remote(const char *address);

/* The seconds left of `most', by what the whole installation may take. */
long seconds_left(const struct install *in, long most);

/* -1 when it has taken longer than the answers allow. */
int install_late(const struct install *in, struct err *e);

#endif
