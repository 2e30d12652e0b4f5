/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "device.h"
#include "guest.h"
#include "job.h"
#include "op.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"
#include "vm_life.h"
#include "vm_power.h"

/* Power: each a question to the [xen] of a host, and what comes of it. */

static struct record *
host_named(const struct request *q, const char *ref)
{
	return db_find(&q->core->db, CLASS_host, ref);
}

static int64_t
domid_of(const struct request *q)
{
	struct err ignored;
	int64_t i;

	return value_as_int(value_get(q->answer.value, "domid"), &i,
	    &ignored) == 0 ? i : -1;
}

/* Disks that another writes to, or that have gone, stop a start. */
static int
check_disks(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *vbds = rec_get(q->self, VM_VBDs);
	const struct record *vbd;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd != NULL && vbd_attachable(q, vbd) == -1)
			return -1;
	}
	return 0;
}

static void
not_scheduled(struct request *q)
{
	struct record *vm = value_len(q->args[0]) == 0 ? NULL :
	    db_find(&q->core->db, CLASS_VM, req_str(q, 0));

	if (vm != NULL)
		db_set_str(&q->core->db, vm, VM_scheduled_to_be_resident_on,
		    NULL_REF);
	q->core->every_due[EVERY_SWEEP] = 0;
}

static bool
wants_paused(const struct request *q, size_t i)
{
	return i < q->nargs && value_is(q->args[i], VALUE_BOOL) &&
	    q->args[i]->u.b;
}

static int
started(struct request *q)
{
	struct record *host = rec_ref(&q->core->db, q->self,
	    VM_scheduled_to_be_resident_on);

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	if (host == NULL)
		return req_fail(q, "HOST_OFFLINE", NULL_REF, NULL);
	guest_is_up(q->core, q->self, host, domid_of(q), wants_paused(q,
	    strcmp(q->method.verb, "start_on") == 0 ? 2 : 1));
	return 0;
}

static int
start_at(struct request *q, struct record *host, bool paused)
{
	struct value *config;

	if (host == NULL || check_disks(q) == -1 ||
	    vm_hold(q, q->self, q->method.verb) == -1)
		return -1;
	db_set_str(&q->core->db, q->self, VM_scheduled_to_be_resident_on,
	    host->ref);
	q->undo = not_scheduled;
	config = guest_config(&q->core->db, q->self);
	value_set_bool(config, "paused", paused);
	return guest_ask_at(q, q->self, host, PRIV_VM_START, config, started);
}

int
vm_start(struct request *q)
{
	if (vm_may(q, q->self, "start") == -1)
		return -1;
	return start_at(q, place_choose(q, q->self), wants_paused(q, 1));
}

int
vm_start_on(struct request *q)
{
	struct record *host = host_named(q, req_str(q, 1));

	if (host == NULL)
		return req_fail(q, "HANDLE_INVALID", "host", req_str(q, 1),
		    NULL);
	if (vm_may(q, q->self, "start_on") == -1 ||
	    place_ok(q, q->self, host) == -1)
		return -1;
	return start_at(q, host, wants_paused(q, 2));
}

/* The disk with its memory is of no use any more. */
static void
drop_image(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *vdi = rec_ref(db, q->self, VM_suspend_VDI);

	if (vdi != NULL && vdi->cls == CLASS_VDI)
		job_discard(q->core, vdi);
	db_set_str(db, q->self, VM_suspend_VDI, NULL_REF);
}

static int ask_shutdown(struct request *q, const char *how);

static int
stopped(struct request *q)
{
	bool either = strcmp(q->method.verb, "shutdown") == 0;
	bool tried = q->later != NULL;

	if (!q->answer.ok && either && !tried) {
		if (job_of(q) == NULL)
			return -1;
		return ask_shutdown(q, "hard");
	}
	if (!q->answer.ok)
		return guest_fail(q, q->self);
	vm_state_set(&q->core->db, q->self, VM_HALTED);
	return 0;
}

static int
ask_shutdown(struct request *q, const char *how)
{
	struct value *v = value_new_struct();

	value_set_str(v, "how", how);
	return guest_ask(q, q->self, PRIV_VM_SHUTDOWN, v, stopped);
}

int
vm_shutdown(struct request *q)
{
	bool hard = strcmp(q->method.verb, "hard_shutdown") == 0;

	if (vm_hold(q, q->self, q->method.verb) == -1)
		return -1;
	if (vm_state(q->self) == VM_SUSPENDED) {
		drop_image(q);
		vm_state_set(&q->core->db, q->self, VM_HALTED);
		return 0;
	}
	return ask_shutdown(q, hard || vm_state(q->self) == VM_PAUSED ?
	    "hard" : "clean");
}

static int
rebooted(struct request *q)
{
	const struct record *host = rec_ref(&q->core->db, q->self,
	    VM_resident_on);

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	if (host == NULL)
		return req_fail(q, "HOST_OFFLINE", NULL_REF, NULL);
	guest_is_up(q->core, q->self, host, domid_of(q), false);
	return 0;
}

int
vm_reboot(struct request *q)
{
	bool hard = strcmp(q->method.verb, "hard_reboot") == 0;
	struct value *config;

	if (vm_hold(q, q->self, q->method.verb) == -1)
		return -1;
	config = guest_config(&q->core->db, q->self);
	value_set_str(config, "how", hard ? "hard" : "clean");
	return guest_ask(q, q->self, PRIV_VM_REBOOT, config, rebooted);
}

static int
paused(struct request *q)
{
	if (!q->answer.ok)
		return guest_fail(q, q->self);
	vm_state_set(&q->core->db, q->self,
	    strcmp(q->method.verb, "pause") == 0 ? VM_PAUSED : VM_RUNNING);
	return 0;
}

int
vm_pause(struct request *q)
{
	if (vm_hold(q, q->self, "pause") == -1)
		return -1;
	return guest_ask(q, q->self, PRIV_VM_PAUSE, value_new_struct(),
	    paused);
}

int
vm_unpause(struct request *q)
{
	if (vm_hold(q, q->self, "unpause") == -1)
		return -1;
	return guest_ask(q, q->self, PRIV_VM_UNPAUSE, value_new_struct(),
	    paused);
}

const struct record *
vm_suspend_sr(struct request *q, const struct record *vm)
{
	const struct db *db = &q->core->db;
	const struct record *host = rec_ref(db, vm, VM_resident_on);
	const struct record *pool = core_pool(q->core), *sr;

	sr = rec_ref(db, vm, VM_suspend_SR);
	if (sr == NULL && host != NULL)
		sr = rec_ref(db, host, host_suspend_image_sr);
	if (sr == NULL && pool != NULL)
		sr = rec_ref(db, pool, pool_suspend_image_SR);
	if (sr == NULL && pool != NULL)
		sr = rec_ref(db, pool, pool_default_SR);
	if (!sr_has_files(sr) ||
	    (host != NULL && !sr_on_host(db, sr, host))) {
		req_fail(q, "VM_NO_SUSPEND_SR", vm->ref, NULL);
		return NULL;
	}
	return sr;
}

struct value *
vm_image_fields(const struct record *vm)
{
	struct value *v = value_new_struct();

	value_set(v, "name_label", value_new_fmt("Memory of %s",
	    rec_str(vm, VM_name_label)));
	value_set_str(v, "type", "suspend");
	return v;
}

static int
suspended(struct request *q)
{
	struct job *j = q->later;
	struct record *vdi;

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	vdi = job_record(q, &j->makings[0]);
	if (vdi != NULL)
		db_set_str(&q->core->db, q->self, VM_suspend_VDI, vdi->ref);
	vm_state_set(&q->core->db, q->self, VM_SUSPENDED);
	return 0;
}

int
vm_ask_suspend(struct request *q, method_fn *fn)
{
	struct job *j = q->later;
	struct value *v, *image;

	v = value_new_struct();
	image = value_new_struct();
	value_set_str(image, "sr", rec_str(db_find(&q->core->db, CLASS_SR,
	    j->makings[0].sr), SR_uuid));
	value_set(image, "location", value_new_fmt("%s.raw",
	    j->makings[0].uuid));
	value_set(v, "image", image);
	return guest_ask(q, q->self, PRIV_VM_SUSPEND, v, fn);
}

static int
image_made(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[0]) == -1)
		return -1;
	return vm_ask_suspend(q, suspended);
}

int
vm_suspend(struct request *q)
{
	const struct record *sr;
	struct making *m;

	if (vm_hold(q, q->self, "suspend") == -1)
		return -1;
	sr = vm_suspend_sr(q, q->self);
	m = sr == NULL ? NULL : job_making(q, sr, vm_image_fields(q->self));
	return m == NULL ? -1 : job_create(q, m, 0, image_made);
}

static int
resumed(struct request *q)
{
	struct record *host = rec_ref(&q->core->db, q->self,
	    VM_scheduled_to_be_resident_on);

	if (!q->answer.ok)
		return guest_fail(q, q->self);
	if (host == NULL)
		return req_fail(q, "HOST_OFFLINE", NULL_REF, NULL);
	guest_is_up(q->core, q->self, host, domid_of(q), wants_paused(q,
	    strcmp(q->method.verb, "resume_on") == 0 ? 2 : 1));
	drop_image(q);
	return 0;
}

static int
resume_at(struct request *q, struct record *host, bool stay_paused)
{
	struct db *db = &q->core->db;
	const struct record *vdi = rec_ref(db, q->self, VM_suspend_VDI);
	struct value *config;

	if (vdi == NULL)
		return req_fail(q, "VM_HAS_NO_SUSPEND_VDI", q->self->ref,
		    NULL);
	if (host == NULL || check_disks(q) == -1 ||
	    vm_hold(q, q->self, q->method.verb) == -1)
		return -1;
	db_set_str(db, q->self, VM_scheduled_to_be_resident_on, host->ref);
	q->undo = not_scheduled;
	config = guest_config(db, q->self);
	value_set_bool(config, "paused", stay_paused);
	value_set(config, "image", guest_disk(db, vdi));
	return guest_ask_at(q, q->self, host, PRIV_VM_RESUME, config, resumed);
}

int
vm_resume(struct request *q)
{
	if (vm_may(q, q->self, "resume") == -1)
		return -1;
	return resume_at(q, place_choose(q, q->self), wants_paused(q, 1));
}

int
vm_resume_on(struct request *q)
{
	struct record *host = host_named(q, req_str(q, 1));

	if (host == NULL)
		return req_fail(q, "HANDLE_INVALID", "host", req_str(q, 1),
		    NULL);
	if (vm_may(q, q->self, "resume_on") == -1 ||
	    place_ok(q, q->self, host) == -1)
		return -1;
	return resume_at(q, host, wants_paused(q, 2));
}

/* For an operator who knows that the domain is no more. */
int
vm_power_state_reset(struct request *q)
{
	if (vm_may(q, q->self, "power_state_reset") == -1)
		return -1;
	db_set_str(&q->core->db, q->self, VM_suspend_VDI, NULL_REF);
	vm_state_set(&q->core->db, q->self, VM_HALTED);
	return 0;
}
