/* SPDX-License-Identifier: ISC */
#ifndef TUI_COORDINATOR_H
#define TUI_COORDINATOR_H

#include "err.h"

/* What is known of a pool's coordinator; texts may be "". */
struct coordinator {
	const char *address;	/* "host" or "host:port" */
	const char *fingerprint;
	const char *user, *password;	/* NULL: a token will be used */
};

/*
 * Ask it: with a password, log in and out; with a token, only whether it is
 * there and is the one of the fingerprint, for a token is good once.
 * 0: good (e then tells its fingerprint when none was known); 1: it did not
 * answer; -1: it answered, and not as it should.
 */
int coordinator_ask(const struct coordinator *c, struct err *e);

#endif
