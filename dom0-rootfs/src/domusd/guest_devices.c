/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "device.h"
#include "guest.h"
#include "op.h"

/* Which of a guest's devices are attached. */

static void
set_attached(struct db *db, struct record *r, bool on)
{
	enum field_id f = r->cls == CLASS_VBD ? VBD_currently_attached :
	    VIF_currently_attached;

	if (rec_bool(r, f) != on)
		db_set_bool(db, r, f, on);
}

static bool
has(const struct value *devices, const char *name)
{
	const char *s;

	for (size_t i = 0; i < value_len(devices); i++) {
		s = value_get_str(value_at(devices, i), "device");
		if (s != NULL && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

void
guest_devices_up(struct db *db, const struct record *vm)
{
	const struct value *list = rec_get(vm, VM_VBDs);
	struct record *r;
	char device[16];

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		if (r == NULL)
			continue;
		guest_device(rec_str(r, VBD_userdevice), device);
		db_set_str(db, r, VBD_device, device);
		set_attached(db, r, true);
	}
	list = rec_get(vm, VM_VIFs);
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		if (r != NULL)
			set_attached(db, r, true);
	}
}

/*
 * A device may go when its guest lets go of it, long after it was asked to,
 * or come while the agent was away.  What a request is at work on, and a
 * drive that is empty, are not [xen]'s to tell.
 */
void
guest_devices_seen(struct db *db, const struct record *vm,
    const struct value *state)
{
	const struct value *list = rec_get(vm, VM_VBDs);
	struct record *r;
	char device[16];

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		if (r == NULL || op_on(r) != NULL || vbd_no_device(r))
			continue;
		guest_device(rec_str(r, VBD_userdevice), device);
		set_attached(db, r, has(value_get(state, "vbds"), device));
	}
	list = rec_get(vm, VM_VIFs);
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		if (r != NULL && op_on(r) == NULL)
			set_attached(db, r, has(value_get(state, "vifs"),
			    rec_str(r, VIF_device)));
	}
}
