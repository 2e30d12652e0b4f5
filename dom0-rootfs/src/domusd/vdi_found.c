/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"

/* Disks that are there without our having made them. */

static struct record *
known(const struct db *db, const struct record *sr, const char *location)
{
	const struct value *vdis = rec_get(sr, SR_VDIs);
	struct record *r;

	for (size_t i = 0; i < value_len(vdis); i++) {
		r = db_find(db, CLASS_VDI, value_str(value_at(vdis, i)));
		if (r != NULL && strcmp(rec_str(r, VDI_location),
		    location) == 0)
			return r;
	}
	return NULL;
}

/* One that is being made, or swept away, is nobody's yet. */
static bool
is_making(const struct db *db, const char *location)
{
	char key[64];

	snprintf(key, sizeof(key), "making.%.36s", location);
	return db_note(db, key) != NULL;
}

static struct record *
introduce(struct db *db, const struct record *sr, const char *location)
{
	struct value *v = value_new_struct();
	bool iso = strcmp(rec_str(sr, SR_type), "iso") == 0;
	char uuid[ID_UUID];
	struct record *r;

	snprintf(uuid, sizeof(uuid), "%.36s", location);
	if (!iso && id_is_uuid(uuid) && map_get(&db->by_uuid, uuid) == NULL)
		value_set_str(v, "uuid", uuid);
	value_set_str(v, "name_label", location);
	value_set_str(v, "location", location);
	value_set_str(v, "type", "user");
	value_set_bool(v, "read_only", iso);
	value_set_bool(v, "sharable", iso);
	value_set_bool(v, "managed", true);
	value_set_str(v, "SR", sr->ref);
	r = db_create(db, CLASS_VDI, NULL, v);
	value_free(v);
	return r;
}

static int64_t
take_one(struct db *db, const struct record *sr, const struct value *disk)
{
	const char *location = value_get_str(disk, "location");
	struct record *r = known(db, sr, location);
	struct err ignored;
	int64_t i;

	if (r == NULL && is_making(db, location))
		return 0;
	if (r == NULL)
		r = introduce(db, sr, location);
	if (r == NULL)
		return 0;
	db_set_bool(db, r, VDI_missing, false);
	if (value_as_int(value_get(disk, "used"), &i, &ignored) == 0)
		db_set_int(db, r, VDI_physical_utilisation, i);
	if (value_as_int(value_get(disk, "size"), &i, &ignored) == 0)
		db_set_int(db, r, VDI_virtual_size, i);
	return rec_int(r, VDI_virtual_size);
}

static bool
among(const struct value *disks, const char *location)
{
	for (size_t i = 0; i < value_len(disks); i++)
		if (strcmp(value_get_str(value_at(disks, i), "location"),
		    location) == 0)
			return true;
	return false;
}

/* A record whose disk has gone stays: its user decides. */
void
vdi_found(struct request *q, struct record *sr, const struct value *disks)
{
	struct db *db = &q->core->db;
	struct value *vdis;
	struct record *r;
	int64_t all = 0;

	if (sr == NULL || disks == NULL)
		return;
	for (size_t i = 0; i < value_len(disks); i++)
		all += take_one(db, sr, value_at(disks, i));
	vdis = value_copy(rec_get(sr, SR_VDIs));
	for (size_t i = 0; i < value_len(vdis); i++) {
		r = db_find(db, CLASS_VDI, value_str(value_at(vdis, i)));
		if (r != NULL && !among(disks, rec_str(r, VDI_location)))
			db_set_bool(db, r, VDI_missing, true);
	}
	value_free(vdis);
	db_set_int(db, sr, SR_virtual_allocation, all);
}

static int
introduced(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *sr = db_find(db, CLASS_SR, req_str(q, 3)), *r;

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (sr == NULL)
		return req_fail(q, "HANDLE_INVALID", "SR", req_str(q, 3),
		    NULL);
	vdi_found(q, sr, value_get(q->answer.value, "disks"));
	r = known(db, sr, req_str(q, 8));
	if (r == NULL || rec_bool(r, VDI_missing))
		return req_fail(q, "VDI_MISSING", sr->ref, req_str(q, 8),
		    NULL);
	db_set_str(db, r, VDI_name_label, req_str(q, 1));
	db_set_str(db, r, VDI_name_description, req_str(q, 2));
	db_set_str(db, r, VDI_type, req_str(q, 4));
	db_set(db, r, VDI_sharable, value_copy(q->args[5]));
	db_set(db, r, VDI_read_only, value_copy(q->args[6]));
	db_set(db, r, VDI_other_config, value_copy(q->args[7]));
	return req_return_str(q, r->ref);
}

int
vdi_introduce(struct request *q)
{
	return sr_ask(q, db_find(&q->core->db, CLASS_SR, req_str(q, 3)),
	    PRIV_DISK_SCAN, value_new_struct(), introduced);
}
