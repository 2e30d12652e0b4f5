/* SPDX-License-Identifier: ISC */
#ifndef TUI_FRONT_H
#define TUI_FRONT_H

#include <stdbool.h>

#include "err.h"
#include "job.h"
#include "page.h"

/*
 * Where a person sits: a terminal with a screen (full.c), or one that only
 * has lines (plain.c).
 */
enum reply {
	REPLY_NEXT, REPLY_BACK,
	REPLY_LOST,		/* the terminal is gone */
	REPLY_TAKEN,		/* another terminal was used first */
};

/* Which of several terminals was used first; NULL members: this one. */
struct claim {
	/* Asked before a key counts, until it returns true; false: too late. */
	bool (*take)(void *arg);
	/* Whether another has it; asked every second until take() is true. */
	bool (*taken)(void *arg);
	void *arg;
	bool ours;
};

struct front;

struct front_ops {
	/* Show the page and have it filled in. */
	enum reply (*ask)(struct front *f, struct page *p);
	/* Show how a job goes on until it has ended. */
	void (*watch)(struct front *f, const char *title, struct job *j);
	void (*close)(struct front *f);
};

struct front {
	const struct front_ops *ops;
	struct claim *claim;
};

/*
 * For the terminal on those descriptors, of that type ("linux").  The full
 * one is an error when the type is not known or cannot do it: take the other.
 */
struct front *full_open(int in, int out, const char *term,
    struct claim *claim, struct err *e);
struct front *plain_open(int in, int out, struct claim *claim, struct err *e);

#endif
