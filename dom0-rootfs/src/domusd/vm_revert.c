/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "guest.h"
#include "job.h"
#include "op.h"
#include "type.h"
#include "vdi.h"
#include "vm_life.h"
#include "vm_make.h"

/*
 * VM.revert(snapshot): the VM is stopped, the snapshot's disks are copied, and
 * in one transaction they take the place of the VM's own, with the snapshot's
 * settings.  job: todo are the snapshot's VBDs, vm the VM.
 */

static int revert_next(struct request *q);

/* Disks of the VM that no other VM has, and no snapshot is of. */
static void
drop_disks(struct request *q, struct record *vm)
{
	struct db *db = &q->core->db;
	struct value *vbds = value_copy(rec_get(vm, VM_VBDs));
	struct record *vbd, *vdi;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd == NULL)
			continue;
		vdi = strcmp(rec_str(vbd, VBD_type), "CD") != 0 ?
		    rec_ref(db, vbd, VBD_VDI) : NULL;
		if (vdi != NULL && value_len(rec_get(vdi, VDI_VBDs)) == 1)
			job_discard(q->core, vdi);	/* the VBD, too */
		else
			db_destroy(db, vbd);
	}
	value_free(vbds);
}

static void
drop_vifs(struct db *db, const struct record *vm)
{
	struct value *vifs = value_copy(rec_get(vm, VM_VIFs));
	struct record *vif;

	for (size_t i = 0; i < value_len(vifs); i++) {
		vif = db_find(db, CLASS_VIF, value_str(value_at(vifs, i)));
		if (vif != NULL)
			db_destroy(db, vif);
	}
	value_free(vifs);
}

/* Its settings as they were then; what it is called stays. */
static void
restore_fields(struct db *db, struct record *vm, const struct record *snap)
{
	static const char *const keep[] = { "name_label", "name_description",
		"is_a_template", "tags", "reference_label" };
	struct value *v = vm_fields_of(snap);
	enum field_id f;

	for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
		value_remove(v, keep[i]);
	for (size_t i = 0; i < value_len(v); i++) {
		f = model_field(CLASS_VM, value_name_at(v, i));
		db_set(db, vm, f, value_copy(value_at(v, i)));
	}
	value_free(v);
}

static void
restore_devices(struct request *q, struct record *vm)
{
	struct db *db = &q->core->db;
	struct job *j = q->later;
	const struct value *list = rec_get(q->self, VM_VBDs);
	const struct record *r;
	struct record *vdi, *of;
	int64_t at;

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		at = r != NULL ? value_find_str(j->todo, r->ref) : -1;
		if (at != -1) {
			vdi = job_record(q, &j->makings[j->first +
			    (size_t)at]);
			of = rec_ref(db, r, VBD_VDI);
			if (vdi == NULL || of == NULL)
				continue;
			vbd_like(db, r, vm, vdi->ref);
			db_set_str(db, of, VDI_snapshot_of, vdi->ref);
		} else if (r != NULL) {
			vbd_like(db, r, vm, rec_str(r, VBD_VDI));
		}
	}
	list = rec_get(q->self, VM_VIFs);
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		if (r != NULL)
			vif_like(db, r, vm, false);
	}
}

static int
revert_end(struct request *q)
{
	struct job *j = q->later;
	struct db *db = &q->core->db;
	struct record *vm = db_find(db, CLASS_VM, j->vm);
	const struct record *image;

	if (vm == NULL)
		return req_fail(q, "VM_REVERT_FAILED", j->vm, q->self->ref,
		    NULL);
	drop_disks(q, vm);
	drop_vifs(db, vm);
	restore_fields(db, vm, q->self);
	restore_devices(q, vm);
	db_set_str(db, vm, VM_parent, q->self->ref);
	image = j->first > 0 ? job_record(q, &j->makings[0]) : NULL;
	if (image != NULL) {
		db_set_str(db, vm, VM_suspend_VDI, image->ref);
		db_set_str(db, vm, VM_power_state, "Suspended");
	}
	return 0;
}

static int
copied(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[j->n - 1]) == -1)
		return -1;
	j->at++;
	return revert_next(q);
}

static int
revert_next(struct request *q)
{
	const struct db *db = &q->core->db;
	struct job *j = q->later;
	const struct record *vbd, *vdi;
	struct value *fields;
	struct making *m;

	if (j->at == value_len(j->todo))
		return revert_end(q);
	vbd = db_find(db, CLASS_VBD, value_str(value_at(j->todo, j->at)));
	vdi = vbd != NULL ? rec_ref(db, vbd, VBD_VDI) : NULL;
	if (vdi == NULL)
		return req_fail(q, "VM_REVERT_FAILED", j->vm, q->self->ref,
		    NULL);
	fields = vdi_fields_of(vdi);
	m = job_making(q, rec_ref(db, vdi, VDI_SR), fields);
	return m == NULL ? -1 : job_copy(q, m, vdi, copied);
}

static int
image_copied(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[0]) == -1)
		return -1;
	j->first = 1;
	return revert_next(q);
}

/* A checkpoint's memory first; it is only copied, as its disks are. */
static int
revert_begin(struct request *q)
{
	const struct record *image = rec_ref(&q->core->db, q->self,
	    VM_suspend_VDI);
	struct making *m;

	if (image == NULL)
		return revert_next(q);
	m = job_making(q, rec_ref(&q->core->db, image, VDI_SR),
	    vdi_fields_of(image));
	return m == NULL ? -1 : job_copy(q, m, image, image_copied);
}

static int
stopped(struct request *q)
{
	struct job *j = q->later;
	struct record *vm = db_find(&q->core->db, CLASS_VM, j->vm);

	if (!q->answer.ok)
		return vm != NULL ? guest_fail(q, vm) : req_fail_answer(q);
	if (vm != NULL)
		vm_state_set(&q->core->db, vm, VM_HALTED);
	return revert_begin(q);
}

static struct value *
disks_of(const struct db *db, const struct record *snap)
{
	const struct value *vbds = rec_get(snap, VM_VBDs);
	struct value *todo = value_new_array();
	const struct record *vbd;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd != NULL && strcmp(rec_str(vbd, VBD_type), "CD") != 0 &&
		    rec_ref(db, vbd, VBD_VDI) != NULL)
			value_add_str(todo, vbd->ref);
	}
	return todo;
}

int
vm_revert(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *vm = rec_ref(db, q->self, VM_snapshot_of), *vdi;
	struct value *v;
	struct job *j;

	if (vm_may(q, q->self, "revert") == -1)
		return -1;
	if (vm == NULL)
		return req_fail(q, "VM_REVERT_FAILED", rec_str(q->self,
		    VM_snapshot_of), q->self->ref, NULL);
	if (vm_hold(q, vm, "reverting") == -1 ||
	    vm_hold(q, q->self, "revert") == -1)
		return -1;
	j = job_of(q);
	if (j == NULL)
		return -1;
	snprintf(j->vm, sizeof(j->vm), "%s", vm->ref);
	j->todo = disks_of(db, q->self);
	if (vm_is_live(vm)) {
		v = value_new_struct();
		value_set_str(v, "how", "hard");
		return guest_ask(q, vm, PRIV_VM_SHUTDOWN, v, stopped);
	}
	vdi = rec_ref(db, vm, VM_suspend_VDI);
	if (vdi != NULL)
		job_discard(q->core, vdi);
	db_set_str(db, vm, VM_suspend_VDI, NULL_REF);
	vm_state_set(db, vm, VM_HALTED);
	return revert_begin(q);
}
