/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "guest.h"
#include "implicit.h"
#include "op.h"
#include "vm_life.h"
#include "vm_make.h"

/* A VM's figures: what may change while it runs, and what may not. */

enum { STATIC_MIN, DYNAMIC_MIN, DYNAMIC_MAX, STATIC_MAX, LIMITS };

static const enum field_id limit_fields[LIMITS] = { VM_memory_static_min,
	VM_memory_dynamic_min, VM_memory_dynamic_max, VM_memory_static_max };

/* Which parameter of a message is which limit; 0: none, it stays. */
static const struct memory_message {
	const char *verb, *op;
	int arg[LIMITS];
} memory_messages[] = {
	{ "set_memory", "changing_memory_limits", { 0, 1, 1, 1 } },
	{ "set_memory_limits", "changing_memory_limits", { 1, 3, 4, 2 } },
	{ "set_memory_dynamic_range", "changing_dynamic_range",
	    { 0, 1, 2, 0 } },
	{ "set_memory_dynamic_min", "changing_dynamic_range", { 0, 1, 0, 0 } },
	{ "set_memory_dynamic_max", "changing_dynamic_range", { 0, 0, 1, 0 } },
	{ "set_memory_target_live", "changing_dynamic_range", { 0, 1, 1, 0 } },
	{ "set_memory_static_range", "changing_static_range", { 1, 0, 0, 2 } },
	{ "set_memory_static_min", "changing_static_range", { 1, 0, 0, 0 } },
	{ "set_memory_static_max", "changing_static_range", { 0, 0, 0, 1 } },
};

static const struct memory_message *
message_of(const char *verb)
{
	const struct memory_message *m = memory_messages;

	while (strcmp(m->verb, verb) != 0)
		m++;
	return m;
}

static int
told(struct request *q)
{
	return q->answer.ok ? 0 : guest_fail(q, q->self);
}

static int
memory_told(struct request *q)
{
	if (!q->answer.ok)
		return guest_fail(q, q->self);
	db_set_int(&q->core->db, q->self, VM_memory_target,
	    rec_int(q->self, VM_memory_dynamic_max));
	return 0;
}

int
vm_set_memory(struct request *q)
{
	const struct memory_message *m = message_of(q->method.verb);
	int64_t limits[LIMITS];
	struct value *v;

	if (vm_may(q, q->self, m->op) == -1)
		return -1;
	for (int i = 0; i < LIMITS; i++) {
		limits[i] = m->arg[i] == 0 ? rec_int(q->self, limit_fields[i]) :
		    req_int(q, (size_t)m->arg[i]);
		/* of a guest that runs, these are as it was built */
		if ((i == STATIC_MIN || i == STATIC_MAX) && limits[i] !=
		    rec_int(q->self, limit_fields[i]) &&
		    vm_want_state(q, q->self, VM_HALTED) == -1)
			return -1;
	}
	if (m->arg[STATIC_MIN] == 0 && limits[STATIC_MIN] >
	    limits[DYNAMIC_MIN] && m->arg[STATIC_MAX] != 0)
		limits[STATIC_MIN] = limits[DYNAMIC_MIN];
	if (vm_check_memory(q, limits[STATIC_MIN], limits[DYNAMIC_MIN],
	    limits[DYNAMIC_MAX], limits[STATIC_MAX]) == -1)
		return -1;
	for (int i = 0; i < LIMITS; i++)
		db_set_int(&q->core->db, q->self, limit_fields[i], limits[i]);
	if (!vm_is_live(q->self))
		return 0;
	v = value_new_struct();
	value_set_int(v, "dynamic_min", limits[DYNAMIC_MIN]);
	value_set_int(v, "dynamic_max", limits[DYNAMIC_MAX]);
	return guest_ask(q, q->self, PRIV_VM_MEMORY, v, memory_told);
}

int
vm_set_vcpus(struct request *q)
{
	bool max = strcmp(q->method.verb, "set_VCPUs_max") == 0;
	int64_t n = req_int(q, 1);

	if (vm_may(q, q->self, "changing_VCPUs") == -1 ||
	    vm_check_vcpus(q, max ? n : rec_int(q->self, VM_VCPUs_max),
	    max ? rec_int(q->self, VM_VCPUs_at_startup) : n) == -1)
		return -1;
	db_set_int(&q->core->db, q->self, max ? VM_VCPUs_max :
	    VM_VCPUs_at_startup, n);
	return 0;
}

static int
vcpus_told(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *m = rec_ref(db, q->self, VM_metrics);

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	db_set_int(db, q->self, VM_VCPUs_at_startup, req_int(q, 1));
	if (m != NULL)
		db_set_int(db, m, VM_metrics_VCPUs_number, req_int(q, 1));
	return 0;
}

int
vm_set_vcpus_live(struct request *q)
{
	struct value *v;

	if (vm_check_vcpus(q, rec_int(q->self, VM_VCPUs_max),
	    req_int(q, 1)) == -1 ||
	    vm_hold(q, q->self, "changing_VCPUs_live") == -1)
		return -1;
	v = value_new_struct();
	value_set_int(v, "vcpus", req_int(q, 1));
	return guest_ask(q, q->self, PRIV_VM_VCPUS, v, vcpus_told);
}

/* One parameter of the scheduler; the record keeps it for the next start. */
int
vm_set_vcpus_params_live(struct request *q)
{
	struct value *v;

	if (vm_want_state(q, q->self, VM_RUNNING | VM_PAUSED) == -1)
		return -1;
	db_set_key(&q->core->db, q->self, VM_VCPUs_params, req_str(q, 1),
	    req_str(q, 2));
	v = value_new_struct();
	value_set_str(v, req_str(q, 1), req_str(q, 2));
	return guest_ask(q, q->self, PRIV_VM_SCHED, v, told);
}

/* Fields that are read when a domain is built. */
int
vm_set_halted(struct request *q)
{
	return vm_want_state(q, q->self, VM_HALTED) == -1 ? -1 :
	    implicit_plain(q);
}

int
vm_set_is_a_template(struct request *q)
{
	bool want = q->args[1]->u.b;

	if (want && vm_may(q, q->self, "make_into_template") == -1)
		return -1;
	if (rec_bool(q->self, VM_is_control_domain))
		return vm_may(q, q->self, "make_into_template");
	db_set_bool(&q->core->db, q->self, VM_is_a_template, want);
	if (!want)
		db_set_bool(&q->core->db, q->self, VM_is_default_template,
		    false);
	return 0;
}

/* As place.c reckons. */
static int64_t
overhead(int64_t memory)
{
	return ((int64_t)4 << 20) + memory / 128;
}

int
vm_compute_memory_overhead(struct request *q)
{
	return req_return(q, value_new_int(overhead(rec_int(q->self,
	    VM_memory_static_max))));
}

/* The largest static_max with which the VM needs no more than `total'. */
int
vm_maximise_memory(struct request *q)
{
	int64_t most = (req_int(q, 1) - overhead(0)) / 129 * 128;

	return req_return(q, value_new_int(most > 0 ? most : 0));
}
