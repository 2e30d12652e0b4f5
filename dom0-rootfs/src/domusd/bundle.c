/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "bundle.h"
#include "core.h"
#include "raid_alert.h"
#include "relation.h"
#include "sr.h"
#include "type.h"

/*
 * The classes of a bundle, an owner before what refers to it.  `host' is the
 * field that leads to the host, `via' the field of an owner (of the class of
 * `via') that leads to the record, for those that do not say themselves.
 */
static const struct part {
	enum class_id cls;
	enum field_id host, via;
	bool figures;		/* changes by the minute */
	bool keep;		/* not removed with what the bundle lacks */
} parts[] = {
	{ CLASS_host, FIELDS, FIELDS, false, true },
	{ CLASS_VM, VM_resident_on, FIELDS, false, false },
	{ CLASS_PIF, PIF_host, FIELDS, false, false },
	{ CLASS_VLAN, VLAN_untagged_PIF, FIELDS, false, false },
	{ CLASS_Bond, Bond_master, FIELDS, false, false },
	{ CLASS_PBD, PBD_host, FIELDS, false, false },
	{ CLASS_Certificate, Certificate_host, FIELDS, false, false },
	{ CLASS_host_cpu, host_cpu_host, FIELDS, true, false },
	{ CLASS_SR, FIELDS, PBD_SR, true, true },
	{ CLASS_host_metrics, FIELDS, host_metrics, true, false },
	{ CLASS_VM_metrics, FIELDS, VM_metrics, true, false },
	{ CLASS_PIF_metrics, FIELDS, PIF_metrics, true, false },
	{ CLASS_console, console_VM, FIELDS, false, false },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* What the coordinator's users decide, though XenAPI calls it run time. */
static const enum field_id ours[] = {
	host_enabled, host_current_operations, host_allowed_operations,
	host_metrics_live, host_metrics_last_updated,
	VM_current_operations, VM_allowed_operations, VM_platform,
	VM_other_config, VM_blocked_operations, SR_name_label,
	SR_name_description, PIF_network,
};
/* What the host decides, though XenAPI calls it writable. */
static const enum field_id theirs[] = { host_address, host_hostname };

static bool
among(enum field_id f, const enum field_id *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == f)
			return true;
	return false;
}
#define AMONG(f, list) among(f, list, sizeof(list) / sizeof((list)[0]))

static const struct part *
part_of(enum class_id cls)
{
	for (size_t i = 0; i < PARTS; i++)
		if (parts[i].cls == cls)
			return &parts[i];
	return NULL;
}

/* The host that a record of ours belongs to, or NULL. */
static const struct record *
owner(const struct db *db, const struct record *r, int depth)
{
	const struct part *p = part_of(r->cls);
	struct record *up;

	if (p == NULL || depth > 3 || (r->cls == CLASS_SR &&
	    rec_bool(r, SR_shared)))
		return NULL;
	/* a guest belongs to the pool, wherever it runs just now */
	if (r->cls == CLASS_VM && !rec_bool(r, VM_is_control_domain))
		return NULL;
	if (r->cls == CLASS_host)
		return r;
	up = p->host != FIELDS ? rec_ref(db, r, p->host) :
	    db_where(db, p->via, r->ref);
	return up != NULL ? owner(db, up, depth + 1) : NULL;
}

static void
add_record(struct value *class_v, const struct record *r,
    const struct record *first)
{
	struct value *v = value_copy(r->v);

	/* hundreds of processors, one list of flags */
	if (r->cls == CLASS_host_cpu && r != first &&
	    strcmp(rec_str(r, host_cpu_flags), rec_str(first,
	    host_cpu_flags)) == 0)
		value_remove(v, "flags");
	value_append(class_v, r->ref, v);
}

struct value *
bundle_make(const struct core *core)
{
	const struct db *db = &core->db;
	const struct record *host = core_host(core), *r, *first;
	struct value *bundle = value_new_struct(), *class_v;

	for (size_t i = 0; i < PARTS; i++) {
		class_v = value_new_struct();
		first = db_at(db, parts[i].cls, 0);
		for (size_t j = 0; j < db_count(db, parts[i].cls); j++) {
			r = db_at(db, parts[i].cls, j);
			if (owner(db, r, 0) == host)
				add_record(class_v, r, first);
		}
		value_set(bundle, model_classes[parts[i].cls].name, class_v);
	}
	class_v = value_new_struct();
	for (size_t j = 0; j < db_count(db, CLASS_network); j++) {
		r = db_at(db, CLASS_network, j);
		if (value_len(rec_get(r, network_PIFs)) > 0)
			add_record(class_v, r, r);
	}
	value_set(bundle, "network", class_v);
	return bundle;
}

/* The network of ours with that bridge; made when there is none. */
static const char *
network_here(struct db *db, const struct value *networks, const char *ref)
{
	const struct value *v = value_get(networks, ref);
	const char *bridge = value_get_str(v, "bridge");
	struct value *fields;
	struct record *r;

	if (bridge == NULL)
		return NULL_REF;
	r = db_where(db, network_bridge, bridge);
	if (r != NULL)
		return r->ref;
	fields = value_new_struct();
	value_set_str(fields, "bridge", bridge);
	value_set_str(fields, "name_label", value_get_str(v, "name_label") !=
	    NULL ? value_get_str(v, "name_label") : bridge);
	value_set_bool(fields, "managed", true);
	value_set_int(fields, "MTU", 1500);
	r = db_create(db, CLASS_network, NULL, fields);
	value_free(fields);
	return r != NULL ? r->ref : NULL_REF;
}

/* The fields, of their types; sets of back references left out. */
static struct value *
take(enum class_id cls, const struct value *record)
{
	int f, end = model_classes[cls + 1].first;
	struct value *fields = value_new_struct(), *v;
	struct err ignored;

	for (f = model_classes[cls].first; f < end; f++) {
		v = value_get(record, model_fields[f].name);
		if (v != NULL)
			v = type_take(model_fields[f].type, v, &ignored);
		if (v != NULL)
			value_set(fields, model_fields[f].name, v);
	}
	return fields;
}

/* Times that clients wait for are inside a map that users write, too. */
static void
follow_times(struct db *db, struct record *host, const struct value *fields)
{
	static const char *const keys[] = { "agent_start_time", "boot_time" };
	const struct value *theirs_map = value_get(fields, "other_config");

	for (size_t i = 0; i < 2; i++)
		if (value_get_str(theirs_map, keys[i]) != NULL)
			db_set_key(db, host, host_other_config, keys[i],
			    value_get_str(theirs_map, keys[i]));
}

static void
follow_host(struct db *db, struct record *r, const struct value *fields)
{
	if (r == NULL || r->cls != CLASS_host)
		return;
	follow_times(db, r, fields);
	raid_alert(db, r, value_get_str(value_get(fields, "other_config"),
	    RAID_DEGRADED_KEY));
}

static void
update(struct db *db, struct record *r, const struct value *fields)
{
	enum field_id f;

	for (size_t i = 0; i < value_len(fields); i++) {
		f = model_field(r->cls, value_name_at(fields, i));
		if (strcmp(model_fields[f].name, "uuid") == 0 ||
		    relation_to(f) != NULL || AMONG(f, ours) ||
		    (model_fields[f].q == RW && !AMONG(f, theirs)))
			continue;
		db_set(db, r, f, value_copy(value_at(fields, i)));
	}
	follow_host(db, r, fields);
}

/* Whether another host's record leads to r by f. */
static bool
claimed(const struct db *db, enum field_id f, const struct record *r,
    const struct record *host)
{
	const struct record *from;
	enum class_id cls = model_fields[f].cls;

	for (size_t i = 0; i < db_count(db, cls); i++) {
		from = db_at(db, cls, i);
		if (strcmp(rec_str(from, f), r->ref) == 0 &&
		    owner(db, from, 0) != host)
			return true;
	}
	return false;
}

/* What joins records of one host. */
static const enum field_id joins[] = { PIF_bond_slave_of,
	PIF_VLAN_master_of, VLAN_tagged_PIF, Bond_primary_slave };

static bool
joins_own(const struct db *db, const struct record *r,
    const struct record *host)
{
	const struct record *to;

	for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
		if (model_fields[joins[i]].cls != r->cls)
			continue;
		to = rec_ref(db, r, joins[i]);
		if (to != NULL && owner(db, to, 0) != host)
			return false;
	}
	return true;
}

/* What a host brings hangs on that host, and leads to nothing of another's. */
static bool
stays_inside(const struct db *db, const struct part *p,
    const struct record *r, const struct record *host)
{
	const struct record *to;

	if ((p->host != FIELDS && owner(db, r, 0) != host) ||
	    !joins_own(db, r, host))
		return false;
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].via == FIELDS ||
		    model_fields[parts[i].via].cls != r->cls)
			continue;
		to = rec_ref(db, r, parts[i].via);
		if (to != NULL && (to->cls != parts[i].cls ||
		    (!(to->cls == CLASS_SR && rec_bool(to, SR_shared)) &&
		    claimed(db, parts[i].via, to, host))))
			return false;
	}
	return true;
}

static int
apply_record(struct db *db, const struct part *p, const char *whose,
    const char *ref, const struct value *record, const struct value *networks,
    struct err *e)
{
	struct value *fields = take(p->cls, record);
	struct record *r = db_find_any(db, ref), *host;
	const char *uuid = value_get_str(fields, "uuid");
	const struct record *owned;
	int rc = -1;

	host = db_by_uuid(db, CLASS_host, whose);
	if (r == NULL && p->cls == CLASS_SR && uuid != NULL)
		r = db_by_uuid(db, CLASS_SR, uuid);
	owned = r != NULL ? owner(db, r, 0) : NULL;
	if (strncmp(ref, "OpaqueRef:", 10) != 0 || uuid == NULL ||
	    (r != NULL && (r->cls != p->cls || (owned != NULL &&
	    owned != host))) ||
	    (r == NULL && map_get(&db->by_uuid, uuid) != NULL) ||
	    (p->cls == CLASS_host && strcmp(uuid, whose) != 0)) {
		err_set(e, "%s %.80s is not this host's",
		    model_classes[p->cls].name, ref);
		goto out;
	}
	if (p->cls == CLASS_PIF)
		value_set_str(fields, "network", network_here(db, networks,
		    value_get_str(fields, "network") != NULL ?
		    value_get_str(fields, "network") : ""));
	if (r == NULL) {
		r = db_create(db, p->cls, ref, fields);
		if (r != NULL && r->cls == CLASS_host)
			db_set_key(db, r, host_other_config,
			    RAID_DEGRADED_KEY, NULL);
		follow_host(db, r, fields);
	} else {
		update(db, r, fields);
	}
	host = db_by_uuid(db, CLASS_host, whose);	/* r itself, perhaps */
	if (r != NULL && !stays_inside(db, p, r, host)) {
		err_set(e, "%s %.80s leads to another host",
		    model_classes[p->cls].name, ref);
		goto out;
	}
	rc = 0;
out:
	value_free(fields);
	return rc;
}

static void
remove_missing(struct db *db, const struct part *p,
    const struct record *host, const struct value *class_v)
{
	const struct record *up;
	struct record *r;

	for (size_t i = db_count(db, p->cls); host != NULL && i-- > 0;) {
		r = db_at(db, p->cls, i);
		up = owner(db, r, 0);
		if (r->cls == CLASS_PBD && !pbd_of_installation(r))
			continue;	/* users of the pool make these */
		/* figures of what has just been removed lead nowhere */
		if (up == host ? value_get(class_v, r->ref) == NULL :
		    p->via != FIELDS && db_where(db, p->via, r->ref) == NULL)
			db_destroy(db, r);
	}
}

/* The flags that add_record() left out. */
static void
restore_flags(struct value *cpus)
{
	const char *flags = value_get_str(value_at(cpus, 0), "flags");

	for (size_t i = 1; flags != NULL && i < value_len(cpus); i++)
		if (value_get(value_at(cpus, i), "flags") == NULL)
			value_set_str(value_at(cpus, i), "flags", flags);
}

int
bundle_apply(struct db *db, const char *whose,
    const struct value *bundle, bool figures, struct err *e)
{
	const struct value *networks = value_get(bundle, "network");
	struct value *class_v;

	restore_flags(value_get(bundle, "host_cpu"));
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].figures != figures)
			continue;
		class_v = value_get(bundle, model_classes[parts[i].cls].name);
		if (!value_is(class_v, VALUE_STRUCT))
			continue;
		for (size_t j = 0; j < value_len(class_v); j++)
			if (apply_record(db, &parts[i], whose,
			    value_name_at(class_v, j), value_at(class_v, j),
			    networks, e) == -1)
				return -1;
		if (!parts[i].keep)
			remove_missing(db, &parts[i], db_by_uuid(db,
			    CLASS_host, whose), class_v);
	}
	return 0;
}

void
bundle_forget(struct db *db, struct record *host)
{
	struct record *r;

	/* what hangs on others first, as long as they lead to the host */
	for (size_t i = PARTS; i-- > 0;) {
		for (size_t j = db_count(db, parts[i].cls); j-- > 0;) {
			r = db_at(db, parts[i].cls, j);
			if (r != host && owner(db, r, 0) == host)
				db_destroy(db, r);
		}
	}
	db_destroy(db, host);
}
