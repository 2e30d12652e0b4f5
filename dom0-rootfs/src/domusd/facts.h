/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_FACTS_H
#define DOMUSD_FACTS_H

#include "err.h"
#include "value.h"

struct core;

/*
 * The records of this host, made from what [xen] finds (xen.h) and from
 * etc/host.conf; made anew every so often, and only differences are written.
 */

/* Ask [xen]; the answer goes to facts_apply(). */
void facts_ask(struct core *core);

/* In one transaction; the first one must have been applied before calls are
 * answered.  -1: the facts make no sense. */
int facts_apply(struct core *core, const struct value *facts, struct err *e);

/* roles, root, SM drivers: what every pool has. */
void facts_fixed(struct core *core);

#endif
