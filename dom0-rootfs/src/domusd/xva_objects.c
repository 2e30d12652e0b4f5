/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "device.h"
#include "type.h"
#include "xva_objects.h"

/* Records as an export has them: only with references among each other. */

bool
xva_has_disk(const struct db *db, const struct record *vbd)
{
	const struct record *vdi = rec_ref(db, vbd, VBD_VDI);
	const struct record *sr = vdi != NULL ? rec_ref(db, vdi, VDI_SR) :
	    NULL;

	return !vbd_is_cd(vbd) && sr != NULL && sr->cls == CLASS_SR &&
	    strcmp(rec_str(sr, SR_content_type), "iso") != 0;
}

/* References to names, in the order in which they come. */
static void
add(struct value *ids, const struct record *r)
{
	if (r != NULL && value_get(ids, r->ref) == NULL)
		value_set(ids, r->ref, value_new_fmt("Ref:%zu",
		    value_len(ids)));
}

static void
add_devices(const struct db *db, struct value *ids, const struct record *vm)
{
	const struct value *list = rec_get(vm, VM_VIFs);
	const struct record *r, *vdi;

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		add(ids, r);
		if (r != NULL)
			add(ids, rec_ref(db, r, VIF_network));
	}
	list = rec_get(vm, VM_VBDs);
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		add(ids, r);
		vdi = r != NULL && !rec_bool(r, VBD_empty) ?
		    rec_ref(db, r, VBD_VDI) : NULL;
		add(ids, vdi);
		if (vdi != NULL)
			add(ids, rec_ref(db, vdi, VDI_SR));
	}
	add(ids, rec_ref(db, vm, VM_guest_metrics));
}

static struct value *
names(const struct value *ids, const struct value *refs)
{
	struct value *list = value_new_array();
	const char *id;

	for (size_t i = 0; i < value_len(refs); i++) {
		id = value_get_str(ids, value_str(value_at(refs, i)));
		if (id != NULL)
			value_add_str(list, id);
	}
	return list;
}

/* What is not the same in an export, whatever it is now. */
static const struct {
	enum field_id f;
	const char *text;	/* NULL: the type's own nothing */
} fixed[] = {
	{ VM_power_state, "Halted" },
	{ VM_is_a_snapshot, NULL },
	{ VM_snapshot_time, NULL },
	{ VM_snapshot_info, NULL },
	{ VM_snapshot_metadata, NULL },
	{ VM_transportable_snapshot_id, NULL },
	{ VM_current_operations, NULL },
	{ VM_allowed_operations, NULL },
	{ VIF_currently_attached, NULL },
	{ VIF_current_operations, NULL },
	{ VIF_allowed_operations, NULL },
	{ VBD_currently_attached, NULL },
	{ VBD_current_operations, NULL },
	{ VBD_allowed_operations, NULL },
	{ VDI_current_operations, NULL },
	{ VDI_allowed_operations, NULL },
	{ SR_current_operations, NULL },
	{ SR_allowed_operations, NULL },
	{ network_current_operations, NULL },
	{ network_allowed_operations, NULL },
};

static struct value *
field(const struct value *ids, const struct record *r, enum field_id f)
{
	const char *type = model_fields[f].type;
	const char *id;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (fixed[i].f == f)
			return fixed[i].text != NULL ?
			    value_new_str(fixed[i].text) :
			    type_default(&model_fields[f]);
	if (*type == '@') {
		id = value_get_str(ids, rec_str(r, f));
		return value_new_str(id != NULL ? id : NULL_REF);
	}
	if (strncmp(type, "[@", 2) == 0)
		return names(ids, rec_get(r, f));
	if (*type == '{' && strchr(type, '@') != NULL)
		return value_new_struct();
	return value_copy(rec_get(r, f));
}

static struct value *
object(const struct value *ids, const struct record *r)
{
	struct value *v = value_new_struct(), *snapshot = value_new_struct();
	int f, end = model_classes[r->cls + 1].first;

	for (f = model_classes[r->cls].first; f < end; f++)
		value_set(snapshot, model_fields[f].name, field(ids, r,
		    (enum field_id)f));
	value_set_str(v, "class", model_classes[r->cls].name);
	value_set_str(v, "id", value_get_str(ids, r->ref));
	value_set(v, "snapshot", snapshot);
	return v;
}

/* Who wrote it; export_vsn 2: a checksum behind each block. */
static struct value *
version(const struct core *core)
{
	static const char *const same[] = { "product_version",
		"product_brand", "build_number" };
	const struct record *host = core_host(core);
	const struct value *have = rec_get(host, host_software_version);
	struct value *v = value_new_struct();
	const char *s;

	value_set_str(v, "hostname", rec_str(host, host_hostname));
	s = value_get_str(have, "date");
	value_set_str(v, "date", s != NULL ? s : "");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		s = value_get_str(have, same[i]);
		value_set_str(v, same[i], s != NULL ? s : "");
	}
	value_set_int(v, "xapi_major", 1);
	value_set_int(v, "xapi_minor", 20);
	value_set_int(v, "export_vsn", 2);
	return v;
}

static struct value *
disks_of(const struct db *db, const struct value *ids,
    const struct record *vm)
{
	const struct value *vbds = rec_get(vm, VM_VBDs);
	struct value *disks = value_new_array(), *v;
	const struct record *vbd, *vdi;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd == NULL || !xva_has_disk(db, vbd))
			continue;
		vdi = rec_ref(db, vbd, VBD_VDI);
		v = value_new_struct();
		value_set_str(v, "name", value_get_str(ids, vdi->ref));
		value_set_str(v, "sr", rec_str(rec_ref(db, vdi, VDI_SR),
		    SR_uuid));
		value_set_str(v, "location", rec_str(vdi, VDI_location));
		value_add(disks, v);
	}
	return disks;
}

/* xapi reads disks by their names in the order of strcmp(3). */
static void
sort_disks(struct value *disks)
{
	struct value **d = disks->u.items, *v;
	size_t i, j;

	for (i = 1; i < value_len(disks); i++) {
		v = d[i];
		for (j = i; j > 0 && strcmp(value_get_str(d[j - 1], "name"),
		    value_get_str(v, "name")) > 0; j--)
			d[j] = d[j - 1];
		d[j] = v;
	}
}

struct value *
xva_objects(const struct core *core, const struct record *vm,
    struct value **disks_r)
{
	const struct db *db = &core->db;
	struct value *ids = value_new_struct(), *all = value_new_struct();
	struct value *objects = value_new_array();
	struct err ignored;

	add(ids, vm);
	add_devices(db, ids, vm);
	for (size_t i = 0; i < value_len(ids); i++)
		value_add(objects, object(ids, db_find_any(db,
		    value_name_at(ids, i))));
	value_set(all, "version", version(core));
	value_set(all, "objects", objects);
	*disks_r = disks_of(db, ids, vm);
	if (value_ok(*disks_r, &ignored) == 0)
		sort_disks(*disks_r);
	value_free(ids);
	return all;
}
