/* SPDX-License-Identifier: ISC */
#ifndef BASE_RUN_H
#define BASE_RUN_H

#include "buf.h"
#include "err.h"

/*
 * Run a program by argv; never through a shell.  argv[0] is looked for in
 * PATH; argv ends with NULL.  stdin is /dev/null.
 *
 * Success is exit status 0.  Anything else is an error whose text holds the
 * program's name, its status or signal, and the last line of its stderr:
 *
 *	mke2fs: exit 1: /dev/sda3: No space left on device
 */
int run(const char *const argv[], struct err *e);

/* What run_with() is told and tells. */
struct run {
	const char *const *env;	/* more "NAME=value", ends with NULL; or NULL */
	const char *input;	/* for stdin, or NULL */
	struct buf *output;	/* stdout is added here, or NULL: to the log */
	int seconds;		/* kill after that many; 0: never */
	int status;		/* result: exit status, or 128 + signal */
	void (*line)(void *, const char *);	/* each line of stderr (and of
				   stdout without `output'), or NULL */
	void *arg;		/* first argument of line() */
};
int run_with(const char *const argv[], struct run *r, struct err *e);

#endif
