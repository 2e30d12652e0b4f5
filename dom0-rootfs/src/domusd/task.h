/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_TASK_H
#define DOMUSD_TASK_H

#include "request.h"

/* Tasks: of Async. calls, and those that clients make and drive themselves. */

/* In a transaction: make q's task and put its reference into q. */
int task_of_request(struct request *q);

/* In the transaction of the method: its task ends with the same commit. */
void task_succeeded(struct request *q);

/* Outside: the method's transaction has been rolled back. */
void task_failed(struct request *q);

/* One that has not ended; outside of transactions, how far it is. */
bool task_pending(const struct core *core, const char *ref);
void task_progressed(struct core *core, const char *ref, double done);

/* Is this task q's to change?  0, or -1 with RBAC_PERMISSION_DENIED. */
int task_mine(struct request *q, const char *ref);

/* At start: what was running when the agent ended has failed. */
void task_fail_running(struct core *core);

/* Forget those that finished more than a day ago. */
void task_expire(struct core *core);

int task_create(struct request *q);
int task_destroy(struct request *q);
int task_cancel(struct request *q);
int task_set_status(struct request *q);

#endif
