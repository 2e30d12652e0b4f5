/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_CONSOLE_H
#define DOMUSD_VM_CONSOLE_H

#include <sys/types.h>

#include "err.h"

/*
 * Terminals that [xen] opens and gives away: what comes out of them is read by
 * [console], never here.
 */

/* A guest's, which xenconsoled has made; a guest has no say in that path. */
int console_tty(const char *tty, struct err *e);

/*
 * A new terminal on which that program runs, in a session of its own: its
 * other end.  *pid is its process, a child; -2: the one that it names (0:
 * none) runs still.
 */
int console_login(const char *const argv[], pid_t *pid, struct err *e);

#endif
