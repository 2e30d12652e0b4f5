/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_KEPT_H
#define DOMUSD_KEPT_H

#include "err.h"

struct core;

/*
 * db/pool.conf: what a host must not forget even when its database cannot be
 * read any more: which pool it is a member of, or who its own members are.  A
 * line for each such note of the database, and the names of host and pool.
 * It is a copy, written after the database; what counts is the database.
 */

/* Write it when something of it has changed. */
void kept_tick(struct core *core);

/* Into a database that is new, if this host is not.  -1 and e. */
int kept_restore(struct core *core, struct err *e);

#endif
