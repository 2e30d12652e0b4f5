/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_OUT_H
#define DOMUSD_OUT_H

#include <poll.h>

#include "request.h"

struct buf;
struct core;

/*
 * Pages whose text is too long to be made at once: it is made piece by piece,
 * as fast as the client takes it.
 */
#define OUTS 16			/* at most, at once */

struct out_text {
	const char *type;
	/* the next piece, of any length; false: that was all */
	bool (*more)(struct core *core, void *arg, struct buf *to);
	void (*free)(void *arg);
	void *arg;
};

/* The page's answer is that text; t->arg is taken, also when q fails. */
int out_answer(struct request *q, const struct out_text *t);

/* In the loop: their events, and what to do then. */
nfds_t out_poll(const struct core *core, struct pollfd *fds);
void out_run(struct core *core, const struct pollfd *fds, nfds_t n);
void out_close(struct core *core);

#endif
