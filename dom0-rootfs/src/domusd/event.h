/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_EVENT_H
#define DOMUSD_EVENT_H

#include <stdint.h>

#include "request.h"

/*
 * event.from and its kin.  A token is two generations of 20 digits; what
 * changed after it is told once, however often it changed: deletions first,
 * then changes, then new records, each with its whole record.
 */
int event_from(struct request *q);
int event_inject(struct request *q);
int event_get_current_id(struct request *q);

/* db.changed: answer those who wait, a moment later. */
void event_changed(void *core);

/* When the loop must call event_run() next, in milliseconds; 0: never. */
int64_t event_due(const struct core *core);
void event_run(struct core *core);

#endif
