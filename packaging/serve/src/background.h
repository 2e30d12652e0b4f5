/* SPDX-License-Identifier: ISC */
#ifndef SERVE_BACKGROUND_H
#define SERVE_BACKGROUND_H

#include <stdio.h>

#include "err.h"

/*
 * Go on in the background.  0: this is the process that does, and *tell_r is
 * background_ready()'s.  1: that one is ready, and this one is to end; -1: it
 * could not, and has said why.
 */
int background_fork(int *tell_r);

/* All is open: keep the process's number in that file, and let the first
 * process and the terminal go. */
int background_ready(int tell, struct err *e);
int background_note(const char *path, struct err *e);

/* A stream whose lines go to the system's log; NULL: out of memory. */
FILE *background_log(void);

#endif
