/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_OP_H
#define DOMUSD_OP_H

#include "request.h"

/*
 * What a request is doing to records while it waits for others: their
 * current_operations say so until it ends, well or not.
 */

/*
 * In a transaction: r is held for `op' until q ends; 0.  -1 and
 * OTHER_OPERATION_IN_PROGRESS when somebody else holds it.
 */
int op_hold(struct request *q, struct record *r, const char *op);

/* The same whatever else goes on there. */
int op_join(struct request *q, struct record *r, const char *op);

/* -1 and OTHER_OPERATION_IN_PROGRESS when r is held by another request. */
int op_free(struct request *q, const struct record *r);

/* The name of one operation that holds r, or NULL. */
const char *op_on(const struct record *r);

/* In a transaction: q holds nothing any more. */
void op_release(struct request *q);

/* At start: nothing is going on. */
void op_clear(struct core *core);

#endif
