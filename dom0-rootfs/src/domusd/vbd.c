/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "device.h"
#include "guest.h"
#include "op.h"
#include "type.h"
#include "vdi.h"
#include "vm_life.h"

#define NUMBERS 16		/* xvda to xvdp */

bool
vbd_is_cd(const struct record *vbd)
{
	return strcmp(rec_str(vbd, VBD_type), "CD") == 0;
}

/* "3", "xvdd", "hdd", "sdd" -> 3; -1: none of ours. */
static int
number_of(const char *userdevice)
{
	size_t len = strlen(userdevice);
	char *end;
	long n = strtol(userdevice, &end, 10);

	if (len > 0 && *end == '\0')
		return n >= 0 && n < NUMBERS ? (int)n : -1;
	if (len < 3 || (strncmp(userdevice, "xvd", 3) != 0 &&
	    strncmp(userdevice, "hd", 2) != 0 &&
	    strncmp(userdevice, "sd", 2) != 0) ||
	    len != (*userdevice == 'x' ? 4 : 3))
		return -1;
	n = userdevice[len - 1] - 'a';
	return n >= 0 && n < NUMBERS ? (int)n : -1;
}

static unsigned int
numbers_used(const struct db *db, const struct record *vm)
{
	const struct value *vbds = rec_get(vm, VM_VBDs);
	const struct record *vbd;
	unsigned int used = 0;
	int n;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		n = vbd != NULL ? number_of(rec_str(vbd, VBD_userdevice)) : -1;
		if (n != -1)
			used |= 1U << n;
	}
	return used;
}

int
vbd_free_number(const struct db *db, const struct record *vm)
{
	unsigned int used = numbers_used(db, vm);

	for (int i = 0; i < NUMBERS; i++)
		if ((used & 1U << i) == 0)
			return i;
	return -1;
}

int
device_allowed_vbds(struct request *q)
{
	unsigned int used = numbers_used(&q->core->db, q->self);
	struct value *list = value_new_array();

	for (int i = 0; i < NUMBERS; i++)
		if ((used & 1U << i) == 0)
			value_add(list, value_new_fmt("%d", i));
	return req_return(q, list);
}

/* A place for it among the VM's devices; "autodetect" is any. */
static int
choose_device(struct request *q, const struct record *vm,
    struct value *fields)
{
	const char *want = value_get_str(fields, "userdevice");
	int n;

	if (want == NULL || *want == '\0' || strcmp(want, "autodetect") == 0)
		n = vbd_free_number(&q->core->db, vm);
	else
		n = number_of(want);
	if (n == -1)
		return req_fail(q, "INVALID_DEVICE", want != NULL ? want : "",
		    NULL);
	if ((numbers_used(&q->core->db, vm) & 1U << n) != 0)
		return req_fail(q, "DEVICE_ALREADY_EXISTS", want, NULL);
	value_set(fields, "userdevice", value_new_fmt("%d", n));
	return 0;
}

static int
check_media(struct request *q, struct value *fields)
{
	const char *type = value_get_str(fields, "type");
	const char *mode = value_get_str(fields, "mode");
	const char *ref = value_get_str(fields, "VDI");
	const struct value *empty = value_get(fields, "empty");
	bool cd = type != NULL && strcmp(type, "CD") == 0;
	bool none = ref == NULL || strcmp(ref, NULL_REF) == 0;

	if (value_is(empty, VALUE_BOOL) && empty->u.b)
		none = true;
	if (cd && (mode == NULL || strcmp(mode, "RO") != 0))
		return req_fail(q, "VBD_CDS_MUST_BE_READONLY", NULL);
	if (none && !cd)
		return req_fail(q, "HANDLE_INVALID", "VDI",
		    ref != NULL ? ref : NULL_REF, NULL);
	value_set_bool(fields, "empty", none);
	if (none)
		value_set_str(fields, "VDI", NULL_REF);
	else if (creator_ref(q, fields, VBD_VDI) == NULL)
		return -1;
	return 0;
}

int
vbd_create(struct request *q)
{
	struct value *fields = creator_fields(q);
	const struct record *vm;
	struct record *r;

	if (fields == NULL)
		return -1;
	vm = creator_ref(q, fields, VBD_VM);
	if (vm == NULL || check_media(q, fields) == -1 ||
	    choose_device(q, vm, fields) == -1) {
		value_free(fields);
		return -1;
	}
	value_set_bool(fields, "currently_attached", false);
	value_set_str(fields, "device", "");
	r = db_create(&q->core->db, CLASS_VBD, NULL, fields);
	value_free(fields);
	return req_return_str(q, r != NULL ? r->ref : "");
}

int
vbd_destroy(struct request *q)
{
	if (op_free(q, q->self) == -1)
		return -1;
	if (rec_bool(q->self, VBD_currently_attached))
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "VBD is still attached to a running VM", NULL);
	db_destroy(&q->core->db, q->self);
	return 0;
}

static bool
writes(const struct record *vbd)
{
	return strcmp(rec_str(vbd, VBD_mode), "RW") == 0;
}

int
vbd_attachable(struct request *q, const struct record *vbd)
{
	const struct db *db = &q->core->db;
	const struct record *vdi = rec_ref(db, vbd, VBD_VDI), *other;
	const struct value *vbds;

	if (rec_bool(vbd, VBD_empty) || vdi == NULL)
		return 0;
	if (rec_bool(vdi, VDI_missing))
		return req_fail(q, "VDI_NOT_AVAILABLE", vdi->ref, NULL);
	if (writes(vbd) && rec_bool(vdi, VDI_read_only))
		return req_fail(q, "VDI_READONLY", vdi->ref, NULL);
	if (op_free(q, vdi) == -1)
		return -1;
	vbds = rec_get(vdi, VDI_VBDs);
	for (size_t i = 0; i < value_len(vbds); i++) {
		other = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (other == NULL || other == vbd || rec_bool(vdi,
		    VDI_sharable) || (!writes(other) && !writes(vbd)))
			continue;
		if (rec_bool(other, VBD_currently_attached) ||
		    strcmp(rec_str(other, VBD_VM), rec_str(vbd, VBD_VM)) == 0)
			return req_fail(q, "VDI_IN_USE", vdi->ref, "attach",
			    NULL);
	}
	return 0;
}

int
vbd_assert_attachable(struct request *q)
{
	return vbd_attachable(q, q->self);
}

/* Its VM, which must have a domain and be left alone by others. */
static struct record *
live_vm(struct request *q)
{
	struct record *vm = rec_ref(&q->core->db, q->self, VBD_VM);

	if (vm == NULL) {
		req_fail(q, "HANDLE_INVALID", "VM", rec_str(q->self, VBD_VM),
		    NULL);
		return NULL;
	}
	if (vm_want_state(q, vm, VM_RUNNING | VM_PAUSED) == -1 ||
	    op_free(q, vm) == -1)
		return NULL;
	return vm;
}

static int
plugged(struct request *q)
{
	struct db *db = &q->core->db;
	const struct record *vm = rec_ref(db, q->self, VBD_VM);
	const char *device = value_get_str(q->answer.value, "device");

	if (!q->answer.ok)
		return guest_fail(q, vm);
	db_set_bool(db, q->self, VBD_currently_attached, true);
	db_set_str(db, q->self, VBD_device, device != NULL ? device : "");
	return 0;
}

int
vbd_plug(struct request *q)
{
	struct record *vm = live_vm(q);
	struct value *v;

	if (vm == NULL)
		return -1;
	if (rec_bool(q->self, VBD_currently_attached))
		return req_fail(q, "DEVICE_ALREADY_ATTACHED", q->self->ref,
		    NULL);
	if (vbd_attachable(q, q->self) == -1 ||
	    op_hold(q, q->self, "plug") == -1)
		return -1;
	v = value_new_struct();
	value_set(v, "vbd", guest_vbd(&q->core->db, q->self));
	return guest_ask(q, vm, PRIV_VBD_PLUG, v, plugged);
}

static int
unplugged(struct request *q)
{
	struct db *db = &q->core->db;

	if (!q->answer.ok)
		return guest_fail(q, rec_ref(db, q->self, VBD_VM));
	db_set_bool(db, q->self, VBD_currently_attached, false);
	return 0;
}

struct value *
vbd_named(const struct record *vbd)
{
	struct value *v = value_new_struct();
	char device[16];

	guest_device(rec_str(vbd, VBD_userdevice), device);
	value_set_str(v, "device", device);
	return v;
}

int
vbd_unplug(struct request *q)
{
	struct record *vm = live_vm(q);
	struct value *v;

	if (vm == NULL)
		return -1;
	if (!rec_bool(q->self, VBD_currently_attached))
		return req_fail(q, "DEVICE_ALREADY_DETACHED", q->self->ref,
		    NULL);
	if (!rec_bool(q->self, VBD_unpluggable))
		return req_fail(q, "VBD_NOT_UNPLUGGABLE", q->self->ref, NULL);
	if (vbd_no_device(q->self)) {
		db_set_bool(&q->core->db, q->self, VBD_currently_attached,
		    false);
		return 0;
	}
	if (op_hold(q, q->self, q->method.verb) == -1)
		return -1;
	v = vbd_named(q->self);
	value_set_bool(v, "force", strcmp(q->method.verb, "unplug_force") ==
	    0);
	return guest_ask(q, vm, PRIV_VBD_UNPLUG, v, unplugged);
}

static int
ended(struct request *q)
{
	const struct record *vbd = vdi_attached(&q->core->db, q->self);

	if (q->answer.ok)
		return 0;
	return vbd == NULL ? req_fail_answer(q) :
	    guest_fail(q, rec_ref(&q->core->db, vbd, VBD_VM));
}

int
vbd_resized(struct request *q, const struct record *vbd)
{
	const struct record *vm = rec_ref(&q->core->db, vbd, VBD_VM);

	return guest_ask(q, vm, PRIV_VBD_RESIZE, vbd_named(vbd), ended);
}

int
vbd_set_mode(struct request *q)
{
	const struct record *vm = rec_ref(&q->core->db, q->self, VBD_VM);

	if (vm != NULL && vm_is_live(vm))
		return vm_want_state(q, vm, VM_HALTED);
	if (vbd_is_cd(q->self) && strcmp(req_str(q, 1), "RW") == 0)
		return req_fail(q, "VBD_CDS_MUST_BE_READONLY", NULL);
	db_set_str(&q->core->db, q->self, VBD_mode, req_str(q, 1));
	return 0;
}
