/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "guest.h"
#include "job.h"
#include "op.h"
#include "pool.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"
#include "vm_life.h"
#include "vm_make.h"
#include "vm_power.h"

/*
 * clone, copy and snapshot: each disk is copied, then all records of the new
 * VM are made at once.  job: todo are the VBDs whose disks are copied, flag:
 * the guest was paused meanwhile.
 */

static int copy_next(struct request *q);

static bool
is_snapshot(const struct request *q)
{
	return strcmp(q->method.verb, "snapshot") == 0 ||
	    strcmp(q->method.verb, "checkpoint") == 0;
}

/* Disks of its own: no CDs, and not those that a snapshot shall leave out. */
static struct value *
disks_of(const struct request *q, const struct record *vm)
{
	const struct db *db = &q->core->db;
	const struct value *vbds = rec_get(vm, VM_VBDs);
	struct value *todo = value_new_array();
	const struct record *vbd;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd == NULL || strcmp(rec_str(vbd, VBD_type), "CD") == 0 ||
		    rec_ref(db, vbd, VBD_VDI) == NULL)
			continue;
		if (is_snapshot(q) && q->nargs > 2 && q->args[2] != NULL && value_find_str(q->args[2],
		    rec_str(vbd, VBD_VDI)) != -1)
			continue;
		value_add_str(todo, vbd->ref);
	}
	return todo;
}

static const struct record *
sr_for(struct request *q, const struct record *vdi)
{
	const struct db *db = &q->core->db;
	const struct record *sr = NULL;

	if (strcmp(q->method.verb, "copy") == 0)
		sr = db_find(db, CLASS_SR, req_str(q, 2));
	return sr != NULL ? sr : rec_ref(db, vdi, VDI_SR);
}

/* The record that the copy of a VM starts with. */
static struct record *
new_vm(struct request *q)
{
	const struct record *vm = q->self;
	struct value *v = vm_fields_of(vm), *other;
	struct record *r;

	value_set_str(v, "name_label", req_str(q, 1));
	value_set_bool(v, "is_a_template", is_snapshot(q) ||
	    rec_bool(vm, VM_is_a_template));
	if (is_snapshot(q)) {
		value_set_bool(v, "is_a_snapshot", true);
		value_set_str(v, "snapshot_of", vm->ref);
		value_set_time(v, "snapshot_time", core_time());
	} else if (rec_bool(vm, VM_is_a_snapshot)) {
		value_set_bool(v, "is_a_template", false);
	}
	other = value_copy(rec_get(vm, VM_other_config));
	if (value_remove(other, "default_template"))
		value_set_str(other, "base_template_name",
		    rec_str(vm, VM_name_label));
	value_set(v, "other_config", other);
	r = vm_new(&q->core->db, v);
	if (r != NULL && is_snapshot(q))
		db_set_str(&q->core->db, r, VM_parent,
		    rec_str(vm, VM_parent));
	return r;
}

/* The disk that was made of this VBD's, or NULL_REF. */
static const char *
copied_vdi(const struct job *j, const struct value *vdis, const char *vbd)
{
	int64_t i = value_find_str(j->todo, vbd);

	return i == -1 ? NULL_REF : value_str(value_at(vdis, (size_t)i));
}

static void
new_devices(struct request *q, const struct record *vm,
    const struct value *vdis)
{
	struct db *db = &q->core->db;
	struct value *list = value_copy(rec_get(q->self, VM_VBDs));
	const struct record *r;
	const char *vdi;

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		if (r == NULL)
			continue;
		vdi = strcmp(rec_str(r, VBD_type), "CD") == 0 ?
		    rec_str(r, VBD_VDI) : copied_vdi(q->later, vdis, r->ref);
		if (strcmp(vdi, NULL_REF) != 0 ||
		    strcmp(rec_str(r, VBD_type), "CD") == 0)
			vbd_like(db, r, vm, vdi);
	}
	value_free(list);
	list = value_copy(rec_get(q->self, VM_VIFs));
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		if (r != NULL)
			vif_like(db, r, vm, !is_snapshot(q));
	}
	value_free(list);
}

static int
told(struct request *q)
{
	return q->answer.ok ? 0 : guest_fail(q, q->self);
}

int
vm_go_on(struct request *q)
{
	if (vm_state(q->self) != VM_RUNNING)
		return 0;
	return guest_ask(q, q->self, PRIV_VM_UNPAUSE, value_new_struct(),
	    told);
}

/* In its own time: the disks are copied, and the answer need not wait. */
static void
go_on(struct request *q)
{
	struct job *j = q->later;
	struct value *params;

	if (!j->flag)
		return;
	j->flag = false;
	params = value_new_array();
	value_add_str(params, j->vm);
	request_own(q->core, "VM.domus_go_on", params);
}

static void
copy_undo(struct request *q)
{
	go_on(q);
	q->core->every_due[EVERY_SWEEP] = 0;
}

static int
copy_end(struct request *q)
{
	struct job *j = q->later;
	struct db *db = &q->core->db;
	struct value *vdis = value_new_array();
	const struct record *vdi;
	struct record *vm;

	for (size_t i = j->first; i < j->n; i++) {
		vdi = job_record(q, &j->makings[i]);
		value_add_str(vdis, vdi != NULL ? vdi->ref : NULL_REF);
	}
	vm = new_vm(q);
	if (vm != NULL)
		new_devices(q, vm, vdis);
	value_free(vdis);
	if (vm == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	if (is_snapshot(q))
		db_set_str(db, q->self, VM_parent, vm->ref);
	go_on(q);
	snprintf(j->other, sizeof(j->other), "%s", vm->ref);
	req_return_str(q, vm->ref);
	return j->end != NULL ? j->end(q) : 0;
}

static int
copied(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[j->n - 1]) == -1)
		return -1;
	j->at++;
	return copy_next(q);
}

static int
copy_next(struct request *q)
{
	const struct db *db = &q->core->db;
	struct job *j = q->later;
	const struct record *vbd, *vdi;
	struct making *m;

	if (j->at == value_len(j->todo))
		return copy_end(q);
	vbd = db_find(db, CLASS_VBD, value_str(value_at(j->todo, j->at)));
	vdi = vbd != NULL ? rec_ref(db, vbd, VBD_VDI) : NULL;
	if (vdi == NULL)
		return req_fail(q, "HANDLE_INVALID", "VBD",
		    value_str(value_at(j->todo, j->at)), NULL);
	m = job_making(q, sr_for(q, vdi), is_snapshot(q) ?
	    vdi_fields_of_snapshot(q->core, vdi) : vdi_fields_of(vdi));
	return m == NULL ? -1 : job_copy(q, m, vdi, copied);
}

static int
stilled(struct request *q)
{
	struct job *j = q->later;

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	j->flag = true;
	return copy_next(q);
}

/* Disks may not change while they are copied: a running guest waits. */
static int
copy_begin(struct request *q, const char *op)
{
	struct job *j;

	if (vm_hold(q, q->self, op) == -1)
		return -1;
	j = job_of(q);
	if (j == NULL)
		return -1;
	q->undo = copy_undo;
	snprintf(j->vm, sizeof(j->vm), "%s", q->self->ref);
	j->todo = disks_of(q, q->self);
	if (vm_state(q->self) == VM_RUNNING && value_len(j->todo) > 0)
		return guest_ask(q, q->self, PRIV_VM_PAUSE,
		    value_new_struct(), stilled);
	return copy_next(q);
}

int
vm_copy_disks(struct request *q, method_fn *end)
{
	struct job *j = q->later;

	j->first = j->n;
	j->end = end;
	j->todo = disks_of(q, q->self);
	return copy_next(q);
}

int
vm_clone(struct request *q)
{
	return copy_begin(q, "clone");
}

int
vm_copy(struct request *q)
{
	const struct record *sr = db_find(&q->core->db, CLASS_SR,
	    req_str(q, 2));

	if (sr != NULL && !sr_has_files(sr))
		return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", sr->ref,
		    NULL);
	return copy_begin(q, "copy");
}

int
vm_snapshot(struct request *q)
{
	return copy_begin(q, "snapshot");
}
