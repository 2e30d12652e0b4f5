/* SPDX-License-Identifier: ISC */
#ifndef TUI_JOB_H
#define TUI_JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"
#include "err.h"
#include "ui.h"

/*
 * Long work in a process of its own, so that the terminal stays alive, keys
 * are heard, and neither a hung-up terminal nor a crash of the one takes the
 * other with it.  What it says with its ui comes here by a pipe.
 */
struct job {
	pid_t pid;
	int fd;			/* what it says; poll it */
	bool ended;
	int status;		/* then: its result, or 128 + signal */

	struct buf log;		/* all it said */
	struct buf part;	/* of a line */
	unsigned int step, steps, percent;	/* of this step */
	char name[32], title[80];	/* of this step */
	unsigned int begun, weight, all;	/* weights: before, of this, of all */
	double from, took;	/* when it began: ui_now(); seconds, at the end */
};

/* run() returns 0 to 127.  It is called in the other process. */
int job_start(struct job *j, int (*run)(void *arg, struct ui *ui), void *arg,
    struct err *e);

/* Take in what is there to be read, without waiting; j->ended at its end. */
void job_read(struct job *j);

/* How far it is, 0 to 1000, and the seconds left; -1: it is too early. */
unsigned int job_permille(const struct job *j);
int job_seconds_left(const struct job *j, double now);

/* The last n lines of a log. */
const char *log_tail(const struct buf *log, unsigned int n);

/* j may be zeroed.  It must have ended. */
void job_free(struct job *j);

#endif
