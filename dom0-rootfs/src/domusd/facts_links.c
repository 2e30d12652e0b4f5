/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "facts_parts.h"
#include "hash.h"
#include "id.h"
#include "type.h"

/* VLANs and bonds: records that join PIFs. */

struct record *
facts_create(struct db *db, const struct record *host, enum class_id cls,
    const char *device, int64_t vlan, struct value *fields)
{
	struct value *v = fields != NULL ? value_copy(fields) :
	    value_new_struct();
	char text[128], hex[HASH_HEX], uuid[ID_UUID], ref[ID_REF];
	struct record *r;
	int n;

	n = snprintf(text, sizeof(text), "%s %s %s %lld",
	    rec_str(host, host_uuid), model_classes[cls].name, device,
	    (long long)vlan);
	hash_bytes(text, (size_t)n, hex);
	/* RFC 9562, version 8: of a kind of our own */
	snprintf(uuid, sizeof(uuid), "%.8s-%.4s-8%.3s-a%.3s-%.12s", hex,
	    hex + 8, hex + 12, hex + 15, hex + 18);
	snprintf(ref, sizeof(ref), "OpaqueRef:%s", uuid);
	value_set_str(v, "uuid", uuid);
	r = db_create(db, cls, ref, v);
	value_free(v);
	return r;
}

static void
apply_vlan(struct db *db, const struct record *host, struct record *pif)
{
	int64_t tag = rec_int(pif, PIF_VLAN);
	const char *device = rec_str(pif, PIF_device);
	const struct record *below = facts_pif(db, host, device, -1);
	struct record *r = rec_ref(db, pif, PIF_VLAN_master_of);
	struct value *v;

	if (r == NULL) {
		v = value_new_struct();
		value_set_str(v, "untagged_PIF", pif->ref);
		value_set_int(v, "tag", tag);
		r = facts_create(db, host, CLASS_VLAN, device, tag, v);
		value_free(v);
	}
	if (r == NULL)
		return;
	db_set_str(db, r, VLAN_tagged_PIF, below != NULL ? below->ref :
	    NULL_REF);
	db_set_str(db, pif, PIF_VLAN_master_of, r->ref);
}

/* The ports, and how many of them have a link. */
static void
apply_ports(struct db *db, const struct record *host, struct record *bond,
    const char *device, const struct value *nics)
{
	const struct value *nic;
	struct record *port;
	struct err ignored;
	int64_t up = 0;
	bool carrier;

	for (size_t i = 0; i < value_len(nics); i++) {
		nic = value_at(nics, i);
		if (strcmp(facts_str(nic, "bond"), device) != 0)
			continue;
		port = facts_pif(db, host, facts_str(nic, "device"), -1);
		if (port == NULL)
			continue;
		db_set_str(db, port, PIF_bond_slave_of, bond->ref);
		if (rec_ref(db, bond, Bond_primary_slave) == NULL)
			db_set_str(db, bond, Bond_primary_slave, port->ref);
		if (value_as_bool(value_get(nic, "carrier"), &carrier,
		    &ignored) == 0)
			up += carrier;
	}
	db_set_int(db, bond, Bond_links_up, up);
}

static void
apply_bond(struct db *db, const struct record *host, const struct value *nic,
    const struct value *nics)
{
	const char *device = facts_str(nic, "device");
	const struct record *pif = facts_pif(db, host, device, -1);
	struct record *r = pif != NULL ? db_where(db, Bond_master, pif->ref) :
	    NULL;
	struct value *v;

	if (pif == NULL)
		return;
	if (r == NULL) {
		v = value_new_struct();
		value_set_str(v, "master", pif->ref);
		r = facts_create(db, host, CLASS_Bond, device, -1, v);
		value_free(v);
	}
	if (r == NULL)
		return;
	db_set_str(db, r, Bond_mode, facts_str(nic, "bond_mode"));
	apply_ports(db, host, r, device, nics);
}

/* A card that has left its bond. */
static void
free_ports(struct db *db, const struct record *host, const struct value *nics)
{
	const struct value *nic;
	struct record *pif;

	for (size_t i = 0; i < value_len(nics); i++) {
		nic = value_at(nics, i);
		pif = facts_pif(db, host, facts_str(nic, "device"), -1);
		if (pif != NULL && *facts_str(nic, "bond") == '\0' &&
		    value_get(nic, "bond_mode") == NULL &&
		    (value_get(nic, "vlan") == NULL ||
		    facts_int(nic, "vlan") == -1))
			db_set_str(db, pif, PIF_bond_slave_of, NULL_REF);
	}
}

/* Those whose PIF has gone; a host that has gone takes its PIFs along. */
static void
remove_orphans(struct db *db, enum field_id of)
{
	enum class_id cls = model_fields[of].cls;
	struct record *r;

	for (size_t i = db_count(db, cls); i-- > 0;) {
		r = db_at(db, cls, i);
		if (rec_ref(db, r, of) == NULL)
			db_destroy(db, r);
	}
}

void
facts_links(struct db *db, struct record *host, const struct value *nics)
{
	struct record *pif;

	remove_orphans(db, VLAN_untagged_PIF);
	remove_orphans(db, Bond_master);
	free_ports(db, host, nics);
	for (size_t i = 0; i < value_len(nics); i++)
		if (*facts_str(value_at(nics, i), "bond_mode") != '\0')
			apply_bond(db, host, value_at(nics, i), nics);
	for (size_t i = 0; i < db_count(db, CLASS_PIF); i++) {
		pif = db_at(db, CLASS_PIF, i);
		if (rec_int(pif, PIF_VLAN) >= 0 &&
		    rec_ref(db, pif, PIF_host) == host)
			apply_vlan(db, host, pif);
	}
}
