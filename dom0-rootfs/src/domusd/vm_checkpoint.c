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
#include "vm_power.h"

/*
 * VM.checkpoint: a snapshot with its memory.  The guest is suspended, its
 * disks are copied, and it is resumed from the image, which the snapshot then
 * has.  In between the VM's record says what is true: Suspended, with that
 * image; so whatever fails, the guest can be resumed.
 */

static void
give_image(struct db *db, struct record *snap, const char *vdi)
{
	db_set_str(db, snap, VM_suspend_VDI, vdi);
	db_set_str(db, snap, VM_power_state, "Suspended");
}

static int
resumed(struct request *q)
{
	struct db *db = &q->core->db;
	struct job *j = q->later;
	struct record *snap = db_find(db, CLASS_VM, j->other);
	const struct record *host = db_find(db, CLASS_host, j->host);
	struct err ignored;
	int64_t domid = -1;

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	if (snap == NULL || host == NULL)
		return req_fail(q, "HANDLE_INVALID", "VM", j->other, NULL);
	value_as_int(value_get(q->answer.value, "domid"), &domid, &ignored);
	give_image(db, snap, rec_str(q->self, VM_suspend_VDI));
	db_set_str(db, q->self, VM_suspend_VDI, NULL_REF);
	guest_is_up(q->core, q->self, host, domid, j->paused);
	return req_return_str(q, snap->ref);
}

static int
resume(struct request *q)
{
	struct db *db = &q->core->db;
	struct job *j = q->later;
	struct record *host = db_find(db, CLASS_host, j->host);
	const struct record *image = rec_ref(db, q->self, VM_suspend_VDI);
	struct value *config;

	if (image == NULL)
		return req_fail(q, "VM_HAS_NO_SUSPEND_VDI", q->self->ref,
		    NULL);
	config = guest_config(db, q->self);
	value_set(config, "image", guest_disk(db, image));
	value_set_bool(config, "paused", j->paused);
	return guest_ask_at(q, q->self, host, PRIV_VM_RESUME, config, resumed);
}

static int
suspended(struct request *q)
{
	struct job *j = q->later;
	const struct record *vdi;

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	vdi = job_record(q, &j->makings[0]);
	if (vdi != NULL)
		db_set_str(&q->core->db, q->self, VM_suspend_VDI, vdi->ref);
	vm_state_set(&q->core->db, q->self, VM_SUSPENDED);
	return vm_copy_disks(q, resume);
}

static int
image_made(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[0]) == -1)
		return -1;
	return vm_ask_suspend(q, suspended);
}

/* It slept before, and sleeps on: the snapshot gets a copy of the image. */
static int
give_copy(struct request *q)
{
	struct job *j = q->later;
	struct record *snap = db_find(&q->core->db, CLASS_VM, j->other);
	const struct record *vdi = job_record(q, &j->makings[0]);

	if (snap == NULL || vdi == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	give_image(&q->core->db, snap, vdi->ref);
	return req_return_str(q, snap->ref);
}

static int
image_copied(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[0]) == -1)
		return -1;
	return vm_copy_disks(q, give_copy);
}

static int
copy_image(struct request *q)
{
	const struct record *image = rec_ref(&q->core->db, q->self,
	    VM_suspend_VDI);
	struct making *m;

	if (image == NULL)
		return req_fail(q, "VM_HAS_NO_SUSPEND_VDI", q->self->ref,
		    NULL);
	m = job_making(q, rec_ref(&q->core->db, image, VDI_SR),
	    vm_image_fields(q->self));
	return m == NULL ? -1 : job_copy(q, m, image, image_copied);
}

int
vm_checkpoint(struct request *q)
{
	const struct record *sr;
	struct making *m;
	struct job *j;

	if (vm_hold(q, q->self, "checkpoint") == -1)
		return -1;
	j = job_of(q);
	if (j == NULL)
		return -1;
	if (vm_state(q->self) == VM_SUSPENDED)
		return copy_image(q);
	snprintf(j->host, sizeof(j->host), "%s", rec_str(q->self,
	    VM_resident_on));
	j->paused = vm_state(q->self) == VM_PAUSED;
	sr = vm_suspend_sr(q, q->self);
	m = sr == NULL ? NULL : job_making(q, sr, vm_image_fields(q->self));
	return m == NULL ? -1 : job_create(q, m, 0, image_made);
}
