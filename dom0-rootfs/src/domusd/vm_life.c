/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "op.h"
#include "type.h"
#include "vm_life.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Whom else an operation may be done to. */
enum { TEMPLATE = 1, SNAPSHOT = 2, DOM0 = 4, ALL = 7,
	UNLISTED = 8,		/* not among allowed_operations */
	FORCED = 16 };		/* may end a clean one that goes on */

/* A test compares the names with the data model's. */
static const struct vm_op {
	const char *name;
	unsigned int states, flags;
} vm_ops[] = {
	{ "snapshot", VM_ANY, TEMPLATE },
	{ "clone", VM_HALTED, TEMPLATE | SNAPSHOT },
	{ "copy", VM_HALTED | VM_SUSPENDED, TEMPLATE | SNAPSHOT },
	{ "export", VM_HALTED | VM_SUSPENDED, TEMPLATE | SNAPSHOT },
	{ "create_template", VM_HALTED, 0 },
	{ "make_into_template", VM_HALTED, TEMPLATE | SNAPSHOT },
	{ "revert", VM_ANY, SNAPSHOT },
	{ "reverting", VM_ANY, UNLISTED },
	{ "checkpoint", VM_RUNNING | VM_PAUSED | VM_SUSPENDED, 0 },
	{ "provision", VM_HALTED, TEMPLATE },
	{ "start", VM_HALTED, 0 },
	{ "start_on", VM_HALTED, 0 },
	{ "pause", VM_RUNNING, 0 },
	{ "unpause", VM_PAUSED, 0 },
	{ "clean_shutdown", VM_RUNNING, 0 },
	{ "clean_reboot", VM_RUNNING, 0 },
	{ "shutdown", VM_RUNNING | VM_PAUSED | VM_SUSPENDED, FORCED },
	{ "hard_shutdown", VM_RUNNING | VM_PAUSED | VM_SUSPENDED, FORCED },
	{ "hard_reboot", VM_RUNNING | VM_PAUSED, FORCED },
	{ "power_state_reset", VM_ANY, FORCED | UNLISTED },
	{ "suspend", VM_RUNNING, 0 },
	{ "resume", VM_SUSPENDED, 0 },
	{ "resume_on", VM_SUSPENDED, 0 },
	{ "changing_memory_live", VM_RUNNING, 0 },
	{ "awaiting_memory_live", VM_RUNNING, 0 },
	{ "changing_dynamic_range", VM_HALTED | VM_RUNNING, TEMPLATE },
	{ "changing_static_range", VM_HALTED, TEMPLATE },
	{ "changing_memory_limits", VM_HALTED | VM_RUNNING, TEMPLATE },
	{ "changing_shadow_memory", VM_HALTED, TEMPLATE },
	{ "changing_VCPUs", VM_HALTED, TEMPLATE },
	{ "changing_VCPUs_live", VM_RUNNING, 0 },
	{ "changing_NVRAM", VM_HALTED, TEMPLATE },
	{ "assert_operation_valid", VM_ANY, ALL | UNLISTED },
	{ "update_allowed_operations", VM_ANY, ALL | UNLISTED },
	{ "destroy", VM_HALTED | VM_SUSPENDED, TEMPLATE | SNAPSHOT },
};

static const struct {
	enum vm_state state;
	const char *name;
} states[] = {
	{ VM_HALTED, "Halted" }, { VM_PAUSED, "Paused" },
	{ VM_RUNNING, "Running" }, { VM_SUSPENDED, "Suspended" },
};

enum vm_state
vm_state(const struct record *vm)
{
	const char *name = rec_str(vm, VM_power_state);

	for (size_t i = 0; i < COUNT(states); i++)
		if (strcmp(states[i].name, name) == 0)
			return states[i].state;
	return VM_HALTED;
}

bool
vm_is_live(const struct record *vm)
{
	return (vm_state(vm) & (VM_RUNNING | VM_PAUSED)) != 0;
}

static const struct vm_op *
find(const char *op)
{
	for (size_t i = 0; i < COUNT(vm_ops); i++)
		if (strcmp(vm_ops[i].name, op) == 0)
			return &vm_ops[i];
	return NULL;
}

/* "halted, running": what clients compare is in lower case. */
static void
state_names(unsigned int wanted, char *to, size_t size)
{
	size_t n = 0;

	*to = '\0';
	for (size_t i = 0; i < COUNT(states) && n < size; i++)
		if ((wanted & states[i].state) != 0)
			n += (size_t)snprintf(to + n, size - n, "%s%s",
			    n > 0 ? ", " : "", states[i].name);
	for (; *to != '\0'; to++)
		*to = (char)tolower((unsigned char)*to);
}

int
vm_want_state(struct request *q, const struct record *vm,
    unsigned int wanted)
{
	char expected[64], actual[16];

	if ((vm_state(vm) & wanted) != 0)
		return 0;
	state_names(wanted, expected, sizeof(expected));
	state_names(vm_state(vm), actual, sizeof(actual));
	return req_fail(q, "VM_BAD_POWER_STATE", vm->ref, expected, actual,
	    NULL);
}

/* Operations that a forced one may end. */
static bool
only_clean(const struct record *vm)
{
	const struct value *ops = rec_get(vm, VM_current_operations);
	const char *op;

	for (size_t i = 0; i < value_len(ops); i++) {
		op = value_str(value_at(ops, i));
		if (strcmp(op, "clean_shutdown") != 0 &&
		    strcmp(op, "clean_reboot") != 0 &&
		    strcmp(op, "shutdown") != 0)
			return false;
	}
	return true;
}

static bool
kind_ok(const struct record *vm, const struct vm_op *o)
{
	if (rec_bool(vm, VM_is_control_domain))
		return (o->flags & DOM0) != 0;
	if (rec_bool(vm, VM_is_a_snapshot))
		return (o->flags & SNAPSHOT) != 0;
	if (strcmp(o->name, "revert") == 0)
		return false;
	return !rec_bool(vm, VM_is_a_template) || (o->flags & TEMPLATE) != 0;
}

static int
refuse_kind(struct request *q, const struct record *vm, const char *op)
{
	if (rec_bool(vm, VM_is_control_domain))
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "This operation is not allowed on dom0", NULL);
	if (rec_bool(vm, VM_is_a_snapshot))
		return req_fail(q, "VM_IS_SNAPSHOT", vm->ref, op, NULL);
	if (strcmp(op, "revert") == 0)
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "Only a snapshot can be reverted to", NULL);
	return req_fail(q, "VM_IS_TEMPLATE", vm->ref, op, NULL);
}

int
vm_may(struct request *q, const struct record *vm, const char *op)
{
	const struct vm_op *o = find(op);
	const char *code = value_get_str(rec_get(vm, VM_blocked_operations),
	    op);

	if (o == NULL)
		return req_fail(q, "OPERATION_NOT_ALLOWED", op, NULL);
	if (code != NULL)
		return req_fail(q, "OPERATION_BLOCKED", vm->ref, code, NULL);
	if (rec_bool(vm, VM_is_control_domain) && !kind_ok(vm, o))
		return refuse_kind(q, vm, op);
	if (vm_want_state(q, vm, o->states) == -1)
		return -1;
	if (!kind_ok(vm, o))
		return refuse_kind(q, vm, op);
	if ((o->flags & FORCED) != 0 && only_clean(vm))
		return 0;
	return op_free(q, vm);
}

int
vm_hold(struct request *q, struct record *vm, const char *op)
{
	return vm_may(q, vm, op) == -1 ? -1 : op_join(q, vm, op);
}

struct value *
vm_allowed(const struct record *vm)
{
	struct value *list = value_new_array();
	const struct value *blocked = rec_get(vm, VM_blocked_operations);
	bool busy = value_len(rec_get(vm, VM_current_operations)) > 0;
	const struct vm_op *o;

	for (size_t i = 0; i < COUNT(vm_ops); i++) {
		o = &vm_ops[i];
		if ((o->flags & UNLISTED) != 0 ||
		    (vm_state(vm) & o->states) == 0 || !kind_ok(vm, o) ||
		    value_get(blocked, o->name) != NULL)
			continue;
		if (!busy || ((o->flags & FORCED) != 0 && only_clean(vm)))
			value_add_str(list, o->name);
	}
	return list;
}

/* What a domain has and a VM without one has not. */
static void
no_domain(struct db *db, struct record *vm)
{
	const struct value *list = rec_get(vm, VM_VBDs);
	struct record *r;

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		if (r != NULL)
			db_set_bool(db, r, VBD_currently_attached, false);
	}
	list = rec_get(vm, VM_VIFs);
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		if (r != NULL)
			db_set_bool(db, r, VIF_currently_attached, false);
	}
	while ((r = db_where(db, console_VM, vm->ref)) != NULL)
		db_destroy(db, r);
	r = rec_ref(db, vm, VM_guest_metrics);
	if (r != NULL)
		db_destroy(db, r);
	db_set_str(db, vm, VM_guest_metrics, NULL_REF);
	db_set_str(db, vm, VM_resident_on, NULL_REF);
	db_set_int(db, vm, VM_domid, -1);
	db_set_bool(db, vm, VM_requires_reboot, false);
	r = rec_ref(db, vm, VM_metrics);
	if (r != NULL)
		db_set(db, r, VM_metrics_state, value_new_array());
}

void
vm_state_set(struct db *db, struct record *vm, enum vm_state state)
{
	for (size_t i = 0; i < COUNT(states); i++)
		if (states[i].state == state)
			db_set_str(db, vm, VM_power_state, states[i].name);
	if (!vm_is_live(vm))
		no_domain(db, vm);
	db_set_str(db, vm, VM_scheduled_to_be_resident_on, NULL_REF);
}

int
vm_assert_operation_valid(struct request *q)
{
	return vm_may(q, q->self, req_str(q, 1));
}

/* It is always up to date; an event is what the caller may wait for. */
int
vm_update_allowed_operations(struct request *q)
{
	db_touch(&q->core->db, q->self);
	return 0;
}
