/* SPDX-License-Identifier: ISC */
#ifndef SERVE_MACHINES_H
#define SERVE_MACHINES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "buf.h"
#include "err.h"

/*
 * What is known of each machine: that it asked for an address or a file, and
 * what its installer has posted.  The oldest goes when there is no room.
 */
#define MACHINES_MAX 1024

enum machine_state { MACHINE_BOOTS, MACHINE_INSTALLS, MACHINE_DONE,
	MACHINE_FAILED };

struct machine {
	char mac[18], address[46], serial[65], uuid[37];
	enum machine_state state;
	char run[33];		/* the installer's, as it began */
	unsigned int step, steps, permille;
	char title[80], text[200];	/* of the step; last said */
	unsigned long seq, posts, lost;
	time_t first, seen;
};

struct machines {
	struct machine *list;
	size_t n;
	unsigned long posts;	/* of all */
	unsigned long tftp, http;	/* bytes that were handed out */
};

/* It was heard of: by its MAC, or by its address when mac is "". */
struct machine *machines_seen(struct machines *all, const char *mac,
    const char *address, time_t now);

/* Whether that one's installer has come to its end. */
bool machines_done(const struct machines *all, const char *mac);

/* The same, and what it does now. */
void machines_note(struct machines *all, const char *mac, const char *address,
    time_t now, const char *text);

/*
 * An installer's post: one JSON object (domus-serve(8) lists its members).
 * What came before already is counted once.  -1: it is none.
 */
int machines_post(struct machines *all, const char *address, const char *body,
    size_t len, time_t now, struct err *e);

/* left: seconds that it is still served, or -1. */
void machines_json(const struct machines *all, time_t now, long left,
    struct buf *to);
void machines_html(const struct machines *all, time_t now, struct buf *to);

void machines_free(struct machines *all);

#endif
