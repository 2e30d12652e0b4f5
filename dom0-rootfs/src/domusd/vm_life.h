/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_LIFE_H
#define DOMUSD_VM_LIFE_H

#include "request.h"

struct db;

/*
 * What may be done to a VM in which state.  One table; the refusals and
 * allowed_operations both come from it.
 */
enum vm_state {
	VM_HALTED = 1 << 0,
	VM_PAUSED = 1 << 1,
	VM_RUNNING = 1 << 2,
	VM_SUSPENDED = 1 << 3,
	VM_ANY = 15,
};

enum vm_state vm_state(const struct record *vm);
/* Also sets what follows from it: domid, resident_on, start time... */
void vm_state_set(struct db *db, struct record *vm, enum vm_state state);

/* Whether it has a domain on a host. */
bool vm_is_live(const struct record *vm);

/*
 * 0: the operation may be done to q->self, or any vm, now; else -1 with
 * VM_BAD_POWER_STATE, VM_IS_TEMPLATE, OPERATION_BLOCKED...
 */
int vm_may(struct request *q, const struct record *vm, const char *op);

/* vm_may() and op_hold(). */
int vm_hold(struct request *q, struct record *vm, const char *op);

/* 0: it is in one of these states; else VM_BAD_POWER_STATE. */
int vm_want_state(struct request *q, const struct record *vm,
    unsigned int states);

/* What may be done to it now, for allowed_operations. */
struct value *vm_allowed(const struct record *vm);

int vm_assert_operation_valid(struct request *q);
int vm_update_allowed_operations(struct request *q);

#endif
