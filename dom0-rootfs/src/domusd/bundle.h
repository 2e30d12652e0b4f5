/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_BUNDLE_H
#define DOMUSD_BUNDLE_H

#include "err.h"
#include "value.h"

struct core;
struct db;
struct record;

/*
 * The records of one host, {class: {ref: record}}, on their way from a member
 * to the coordinator.
 */
struct value *bundle_make(const struct core *core);

/*
 * Make the coordinator's records of that host follow the bundle: new ones are
 * made, missing ones removed (never an SR), and what the coordinator's users
 * may write stays as they wrote it.  Networks are matched by bridge.  In the
 * open transaction; figures: only what changes by the minute, else only the
 * rest.  -1 and e when the bundle touches what is not the host's.
 */
int bundle_apply(struct db *db, const char *whose,
    const struct value *bundle, bool figures, struct err *e);

/* Destroy all records of a host. */
void bundle_forget(struct db *db, struct record *host);

#endif
