/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "device.h"
#include "implicit.h"
#include "job.h"
#include "op.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"

#define MIB ((int64_t)1 << 20)
#define SIZE_MAX_DISK ((int64_t)16 << 40)	/* of a file on ext4 */

struct record *
vdi_attached(const struct db *db, const struct record *vdi)
{
	const struct value *vbds = rec_get(vdi, VDI_VBDs);
	struct record *vbd;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd != NULL && rec_bool(vbd, VBD_currently_attached))
			return vbd;
	}
	return NULL;
}

int
vdi_is_free(struct request *q, const struct record *vdi, const char *op)
{
	if (vdi_attached(&q->core->db, vdi) != NULL)
		return req_fail(q, "VDI_IN_USE", vdi->ref, op, NULL);
	return op_free(q, vdi);
}

int
vdi_sr_in_use(struct request *q, const struct record *sr,
    const struct record *host)
{
	const struct db *db = &q->core->db;
	const struct value *vdis = rec_get(sr, SR_VDIs);
	const struct record *vdi, *vbd, *vm;

	for (size_t i = 0; i < value_len(vdis); i++) {
		vdi = db_find(db, CLASS_VDI, value_str(value_at(vdis, i)));
		vbd = vdi != NULL ? vdi_attached(db, vdi) : NULL;
		vm = vbd != NULL ? rec_ref(db, vbd, VBD_VM) : NULL;
		if (vm != NULL && rec_ref(db, vm, VM_resident_on) == host)
			return req_fail(q, "VDI_IN_USE", vdi->ref,
			    "PBD.unplug", NULL);
	}
	return 0;
}

void
vdi_gone(struct db *db, struct record *vdi)
{
	struct value *vbds = value_copy(rec_get(vdi, VDI_VBDs));
	struct record *sr = rec_ref(db, vdi, VDI_SR), *vbd;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd == NULL)
			continue;
		if (strcmp(rec_str(vbd, VBD_type), "CD") == 0)
			db_set_bool(db, vbd, VBD_empty, true);
		else
			db_destroy(db, vbd);
	}
	value_free(vbds);
	if (sr != NULL && sr->cls == CLASS_SR)
		sr_allocated(db, sr, -rec_int(vdi, VDI_virtual_size));
	db_destroy(db, vdi);
}

static int
check_size(struct request *q, int64_t size)
{
	char text[24];

	if (size >= 0 && size <= SIZE_MAX_DISK)
		return 0;
	snprintf(text, sizeof(text), "%lld", (long long)size);
	return req_fail(q, "INVALID_VALUE", "virtual_size", text, NULL);
}

static int64_t
rounded(int64_t size)
{
	return size < MIB ? MIB : (size + MIB - 1) / MIB * MIB;
}

static int
created(struct request *q)
{
	struct job *j = q->later;
	const struct record *r;

	if (job_made(q, &j->makings[0]) == -1)
		return -1;
	r = job_record(q, &j->makings[0]);
	return req_return_str(q, r != NULL ? r->ref : "");
}

int
vdi_create(struct request *q)
{
	struct value *fields = creator_fields(q);
	struct record *sr;
	struct making *m;
	struct err ignored;
	int64_t size = 0;

	if (fields == NULL)
		return -1;
	sr = creator_ref(q, fields, VDI_SR);
	value_as_int(value_get(fields, "virtual_size"), &size, &ignored);
	if (sr == NULL || check_size(q, size) == -1) {
		value_free(fields);
		return -1;
	}
	m = job_making(q, sr, fields);
	return m == NULL ? -1 : job_create(q, m, rounded(size), created);
}

static int
destroyed(struct request *q)
{
	struct record *sr = rec_ref(&q->core->db, q->self, VDI_SR);

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (sr != NULL)
		sr_figures(&q->core->db, sr, q->answer.value);
	vdi_gone(&q->core->db, q->self);
	return 0;
}

int
vdi_destroy(struct request *q)
{
	const struct record *sr = rec_ref(&q->core->db, q->self, VDI_SR);
	struct value *v;

	if (vdi_is_free(q, q->self, "destroy") == -1 ||
	    op_hold(q, q->self, "destroy") == -1)
		return -1;
	v = value_new_struct();
	value_set_str(v, "location", rec_str(q->self, VDI_location));
	return sr_ask(q, sr, PRIV_DISK_DESTROY, v, destroyed);
}

int
vdi_forget(struct request *q)
{
	if (vdi_is_free(q, q->self, "forget") == -1)
		return -1;
	vdi_gone(&q->core->db, q->self);
	return 0;
}

static int
grown(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *sr = rec_ref(db, q->self, VDI_SR);
	const struct value *disk = value_get(q->answer.value, "disk");
	int64_t before = rec_int(q->self, VDI_virtual_size), now;
	struct err ignored;

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (value_as_int(value_get(disk, "size"), &now, &ignored) == -1)
		now = before;
	db_set_int(db, q->self, VDI_virtual_size, now);
	if (sr != NULL) {
		sr_figures(db, sr, q->answer.value);
		sr_allocated(db, sr, now - before);
	}
	return 0;
}

/* The guest's own view of it grows as well. */
static int
grown_online(struct request *q)
{
	struct db *db = &q->core->db;
	const struct record *vbd = vdi_attached(db, q->self);

	if (grown(q) == -1)
		return -1;
	return vbd == NULL ? 0 : vbd_resized(q, vbd);
}

int
vdi_resize(struct request *q)
{
	bool online = strcmp(q->method.verb, "resize_online") == 0;
	const struct record *sr = rec_ref(&q->core->db, q->self, VDI_SR);
	struct value *v;

	if (check_size(q, req_int(q, 1)) == -1)
		return -1;
	if (rec_bool(q->self, VDI_is_a_snapshot))
		return req_fail(q, "VDI_IS_A_SNAPSHOT", q->self->ref, NULL);
	if (!online && vdi_is_free(q, q->self, "resize") == -1)
		return -1;
	if (rounded(req_int(q, 1)) < rec_int(q->self, VDI_virtual_size))
		return req_fail(q, "INVALID_VALUE", "size",
		    "a disk cannot be made smaller", NULL);
	if (op_hold(q, q->self, q->method.verb) == -1)
		return -1;
	v = value_new_struct();
	value_set_str(v, "location", rec_str(q->self, VDI_location));
	value_set_int(v, "size", rounded(req_int(q, 1)));
	return sr_ask(q, sr, PRIV_DISK_RESIZE, v,
	    online ? grown_online : grown);
}

struct value *
vdi_fields_of(const struct record *vdi)
{
	static const enum field_id same[] = { VDI_name_label,
		VDI_name_description, VDI_type, VDI_other_config,
		VDI_xenstore_data, VDI_sm_config, VDI_tags, VDI_on_boot };
	struct value *v = value_new_struct();

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		value_set(v, model_fields[same[i]].name,
		    value_copy(rec_get(vdi, same[i])));
	return v;
}

struct value *
vdi_fields_of_snapshot(const struct core *core, const struct record *vdi)
{
	struct value *v = vdi_fields_of(vdi);

	(void)core;
	value_set_bool(v, "is_a_snapshot", true);
	value_set_str(v, "snapshot_of", vdi->ref);
	value_set_time(v, "snapshot_time", core_time());
	return v;
}

/* A copy of q->self, whose record will have these fields. */
static int
copy(struct request *q, const struct record *sr, struct value *fields,
    const char *op)
{
	struct making *m;

	/* what nobody writes may be copied while it is used */
	if ((vdi_attached(&q->core->db, q->self) != NULL &&
	    !rec_bool(q->self, VDI_read_only) &&
	    vdi_is_free(q, q->self, op) == -1) ||
	    op_hold(q, q->self, op) == -1) {
		value_free(fields);
		return -1;
	}
	m = job_making(q, sr, fields);
	return m == NULL ? -1 : job_copy(q, m, q->self, created);
}

static const struct record *
sr_of(struct request *q, const char *ref)
{
	const struct db *db = &q->core->db;
	const struct record *sr = *ref != '\0' && strcmp(ref, NULL_REF) != 0 ?
	    db_find(db, CLASS_SR, ref) : rec_ref(db, q->self, VDI_SR);

	if (!sr_has_files(sr)) {
		req_fail(q, "SR_OPERATION_NOT_SUPPORTED", sr != NULL ?
		    sr->ref : NULL_REF, NULL);
		return NULL;
	}
	return sr;
}

int
vdi_clone(struct request *q)
{
	const struct record *sr = sr_of(q, "");

	return sr == NULL ? -1 : copy(q, sr, vdi_fields_of(q->self), "clone");
}

int
vdi_snapshot(struct request *q)
{
	const struct record *sr = sr_of(q, "");

	return sr == NULL ? -1 : copy(q, sr,
	    vdi_fields_of_snapshot(q->core, q->self), "snapshot");
}

/* Deltas and copies into a disk that is there come with VHD. */
int
vdi_copy(struct request *q)
{
	const struct record *sr;

	for (size_t i = 2; i < q->nargs; i++)
		if (strcmp(req_str(q, i), NULL_REF) != 0)
			return req_fail(q, "SR_OPERATION_NOT_SUPPORTED",
			    rec_str(q->self, VDI_SR), NULL);
	sr = sr_of(q, req_str(q, 1));
	return sr == NULL ? -1 : copy(q, sr, vdi_fields_of(q->self), "copy");
}

/* What had the old disk has the new one; the old one goes. */
static int
moved(struct request *q)
{
	struct db *db = &q->core->db;
	struct job *j = q->later;
	struct value *vbds = value_copy(rec_get(q->self, VDI_VBDs));
	struct record *r, *vbd;

	if (job_made(q, &j->makings[0]) == -1) {
		value_free(vbds);
		return -1;
	}
	r = job_record(q, &j->makings[0]);
	for (size_t i = 0; r != NULL && i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd != NULL)
			db_set_str(db, vbd, VBD_VDI, r->ref);
	}
	value_free(vbds);
	job_discard(q->core, q->self);
	return req_return_str(q, r != NULL ? r->ref : "");
}

/* Of a disk that no guest has: one that is written to is not moved. */
int
vdi_pool_migrate(struct request *q)
{
	const struct record *sr = sr_of(q, req_str(q, 1));
	struct making *m;

	if (sr == NULL || vdi_is_free(q, q->self, "mirror") == -1 ||
	    op_hold(q, q->self, "mirror") == -1)
		return -1;
	m = job_making(q, sr, vdi_fields_of(q->self));
	return m == NULL ? -1 : job_copy(q, m, q->self, moved);
}

static int
updated(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	vdi_found(q, rec_ref(&q->core->db, q->self, VDI_SR),
	    value_get(q->answer.value, "disks"));
	return 0;
}

int
vdi_update(struct request *q)
{
	return sr_ask(q, rec_ref(&q->core->db, q->self, VDI_SR),
	    PRIV_DISK_SCAN, value_new_struct(), updated);
}

/* Fields that only matter while nobody has the disk. */
int
vdi_set_flag(struct request *q)
{
	return vdi_is_free(q, q->self, "update") == -1 ? -1 :
	    implicit_plain(q);
}

/* No network of the pool has the purpose nbd, so there are no servers. */
int
vdi_get_nbd_info(struct request *q)
{
	return req_return(q, value_new_array());
}

/* Raw files keep no record of changed blocks. */
int
vdi_no_cbt(struct request *q)
{
	if (strcmp(q->method.verb, "disable_cbt") == 0)
		return 0;
	return req_fail(q, "SR_OPERATION_NOT_SUPPORTED",
	    rec_str(q->self, VDI_SR), NULL);
}
