/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "device.h"
#include "guest.h"
#include "op.h"
#include "type.h"
#include "vm_life.h"

/*
 * CD drives.  Paravirtual guests know no drive that is empty, nor does the
 * kernel's backend: theirs is a device that comes with a CD and goes with it,
 * and only the record of an empty one is attached.
 */

bool
vbd_no_device(const struct record *vbd)
{
	return vbd_is_cd(vbd) && rec_bool(vbd, VBD_empty);
}

static void
set_media(struct db *db, struct record *vbd, const char *vdi)
{
	db_set_str(db, vbd, VBD_VDI, vdi);
	db_set_bool(db, vbd, VBD_empty, strcmp(vdi, NULL_REF) == 0);
}

static int
changed(struct request *q)
{
	struct db *db = &q->core->db;

	if (!q->answer.ok)
		return guest_fail(q, rec_ref(db, q->self, VBD_VM));
	set_media(db, q->self, q->nargs > 1 ? req_str(q, 1) : NULL_REF);
	return 0;
}

/* Both, once it is known that the drive can take or give it. */
static int
change_media(struct request *q, enum priv what)
{
	struct db *db = &q->core->db;
	const struct record *vm = rec_ref(db, q->self, VBD_VM);
	const struct record *vdi = db_find(db, CLASS_VDI, req_str(q, 1));
	struct value *v, *vbd;

	if (vm == NULL || !vm_is_live(vm) ||
	    !rec_bool(q->self, VBD_currently_attached)) {
		set_media(db, q->self, vdi != NULL ? vdi->ref : NULL_REF);
		return 0;
	}
	if (op_free(q, vm) == -1 ||
	    op_hold(q, q->self, q->method.verb) == -1)
		return -1;
	if (what == PRIV_VBD_EJECT)
		return guest_ask(q, vm, what, vbd_named(q->self), changed);
	vbd = guest_vbd(db, q->self);
	value_set_bool(vbd, "empty", false);
	value_set(vbd, "disk", guest_disk(db, vdi));
	v = value_new_struct();
	value_set(v, "vbd", vbd);
	return guest_ask(q, vm, what, v, changed);
}

int
vbd_insert(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *vdi = db_find(db, CLASS_VDI, req_str(q, 1));

	if (!vbd_is_cd(q->self))
		return req_fail(q, "VBD_NOT_REMOVABLE_MEDIA", q->self->ref,
		    NULL);
	if (!rec_bool(q->self, VBD_empty))
		return req_fail(q, "VBD_NOT_EMPTY", q->self->ref, NULL);
	if (vdi == NULL)
		return req_fail(q, "HANDLE_INVALID", "VDI", req_str(q, 1),
		    NULL);
	return change_media(q, PRIV_VBD_INSERT);
}

int
vbd_eject(struct request *q)
{
	if (!vbd_is_cd(q->self))
		return req_fail(q, "VBD_NOT_REMOVABLE_MEDIA", q->self->ref,
		    NULL);
	if (rec_bool(q->self, VBD_empty))
		return req_fail(q, "VBD_IS_EMPTY", q->self->ref, NULL);
	return change_media(q, PRIV_VBD_EJECT);
}
