/* SPDX-License-Identifier: ISC */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "core.h"
#include "facts.h"
#include "facts_parts.h"
#include "type.h"

/* What a pool has: itself, its storage, its roles, its root. */

static void
apply_pbd(struct core *core, struct record *host, struct record *sr,
    const struct value *facts)
{
	struct db *db = &core->db;
	struct record *pbd = facts_ensure(db, db_where(db, PBD_SR, sr->ref),
	    CLASS_PBD);
	struct value *config = value_new_struct();

	if (pbd == NULL) {
		value_free(config);
		return;
	}
	value_set(config, "device", value_new_fmt(
	    "/dev/disk/by-partuuid/%s", facts_str(facts, "partuuid")));
	db_set_str(db, pbd, PBD_host, host->ref);
	db_set_str(db, pbd, PBD_SR, sr->ref);
	db_set(db, pbd, PBD_device_config, config);
	facts_copy(db, pbd, PBD_currently_attached, facts, "attached");
}

void
facts_storage(struct core *core, struct record *host,
    const struct value *facts)
{
	const struct value *local = value_get(facts, "sr");
	const char *uuid = facts_str(local, "uuid");
	struct db *db = &core->db;
	struct record *sr;
	struct value *v;

	if (*uuid == '\0')
		return;
	sr = db_by_uuid(db, CLASS_SR, uuid);
	if (sr == NULL) {
		v = value_new_struct();
		value_set_str(v, "uuid", uuid);
		value_set_str(v, "name_label", "Local storage");
		value_set_str(v, "type", facts_str(local, "type"));
		value_set_str(v, "content_type", "user");
		sr = db_create(db, CLASS_SR, NULL, v);
		value_free(v);
	}
	if (sr != NULL)
		apply_pbd(core, host, sr, local);
}

void
facts_storage_figures(struct core *core, const struct value *facts)
{
	const struct value *local = value_get(facts, "sr");
	struct record *sr = db_by_uuid(&core->db, CLASS_SR,
	    facts_str(local, "uuid"));

	if (sr == NULL)
		return;
	facts_copy(&core->db, sr, SR_physical_size, local, "size");
	facts_copy(&core->db, sr, SR_physical_utilisation, local, "used");
}

/* A host that never joined is a pool of one. */
void
facts_pool(struct core *core, struct record *host)
{
	struct db *db = &core->db;
	struct record *pool = core_pool(core), *pbd;
	const char *sr = NULL_REF;
	struct value *v;

	if (pool != NULL) {
		if (rec_ref(db, pool, pool_master) == host)
			db_set(db, pool, pool_cpu_info,
			    value_copy(rec_get(host, host_cpu_info)));
		return;
	}
	v = value_new_struct();
	if (db_note(db, "rebuilt.pool") != NULL)
		value_set_str(v, "uuid", db_note(db, "rebuilt.pool"));
	db_note_set(db, "rebuilt.pool", NULL);
	pool = db_create(db, CLASS_pool, NULL, v);
	value_free(v);
	if (pool == NULL)
		return;
	pbd = db_where(db, PBD_host, host->ref);
	if (pbd != NULL)
		sr = rec_str(pbd, PBD_SR);
	db_set_str(db, pool, pool_master, host->ref);
	db_set_str(db, pool, pool_default_SR, sr);
	db_set_bool(db, pool, pool_tls_verification_enabled, true);
	db_set(db, pool, pool_cpu_info,
	    value_copy(rec_get(host, host_cpu_info)));
}

/* Known everywhere under the same name: the MD5 of its label, as in xapi. */
static void
uuid_of_role(const char *label, char uuid[ID_UUID])
{
	unsigned char d[EVP_MAX_MD_SIZE] = { 0 };
	char *to = uuid;

	EVP_Digest(label, strlen(label), d, NULL, EVP_md5(), NULL);
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		to += sprintf(to, "%02x", d[i]);
	}
}

/* The kinds of SR. */
static const struct sm_type {
	const char *type, *label, *description;
} sm_types[] = {
	{ "ext", "Local ext4", "Disks as files on a file system of this host" },
	{ "lvm", "Local LVM", "Disks as volumes of a group of this host" },
	{ "nfs", "NFS", "Disks as files in a directory of an NFS server" },
	{ "iso", "ISO images", "Images in a directory, here or by NFS" },
};

static void
add_sm(struct db *db, const struct sm_type *t)
{
	struct value *v;

	if (db_where(db, SM_type, t->type) != NULL)
		return;
	v = value_new_struct();
	value_set_str(v, "type", t->type);
	value_set_str(v, "name_label", t->label);
	value_set_str(v, "name_description", t->description);
	value_set_str(v, "vendor", "Domus");
	value_set_str(v, "version", DOMUS_VERSION);
	value_set_str(v, "required_api_version", "1.0");
	db_create(db, CLASS_SM, NULL, v);
	value_free(v);
}

static void
add_role(struct db *db, enum role role, const char *description)
{
	char ref[ID_REF] = "OpaqueRef:", *uuid = ref + 10;
	struct value *v;

	uuid_of_role(role_name(role), uuid);
	if (db_find(db, CLASS_role, ref) != NULL)
		return;
	v = value_new_struct();
	value_set_str(v, "uuid", uuid);
	value_set_str(v, "name_label", role_name(role));
	value_set_str(v, "name_description", description);
	db_create(db, CLASS_role, ref, v);
	value_free(v);
}

void
facts_fixed(struct core *core)
{
	static const char *const roles[] = {
		[ROLE_READ_ONLY] = "Can look at everything",
		[ROLE_VM_OPERATOR] = "Can use VMs: consoles, start and stop",
		[ROLE_VM_ADMIN] = "Can make, change and remove VMs",
		[ROLE_VM_POWER_ADMIN] = "Can use all features of VMs",
		[ROLE_POOL_OPERATOR] = "Can manage hosts, storage, networks",
		[ROLE_POOL_ADMIN] = "Can do everything",
	};
	struct db *db = &core->db;
	struct value *v;

	db_begin(db, true);
	for (enum role r = ROLE_READ_ONLY; r <= ROLE_POOL_ADMIN; r++)
		add_role(db, r, roles[r]);
	if (db_count(db, CLASS_user) == 0) {
		v = value_new_struct();
		value_set_str(v, "short_name", "root");
		value_set_str(v, "fullname", "the superuser");
		db_create(db, CLASS_user, NULL, v);
		value_free(v);
	}
	for (size_t t = 0; t < sizeof(sm_types) / sizeof(sm_types[0]); t++)
		add_sm(db, &sm_types[t]);
	core_commit(core, "fixed records");
}
