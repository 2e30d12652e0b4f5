/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "bundle.h"
#include "coordinator.h"
#include "core.h"
#include "fingerprint.h"
#include "log.h"
#include "session.h"
#include "token.h"

/*
 * pool.domus_enrol, as the coordinator hears it: {host_uuid, secret,
 * certificate, force, token | session, bundle}.  Records, secret and used
 * token are one transaction; the same request again gets the same answer.
 */

static const struct value *
host_of(const struct value *request)
{
	return value_at(value_get(value_get(request, "bundle"), "host"), 0);
}

static int
check_authority(struct request *q, const struct value *request,
    const char *uuid, const char *hash)
{
	const char *session = value_get_str(request, "session");
	const char *token = value_get_str(request, "token");

	if (token != NULL)
		return token_take(q, token, uuid, hash);
	if (session == NULL || session_role(q->core, session) == ROLE_NOAUTH)
		return req_fail(q, "SESSION_INVALID",
		    session != NULL ? session : "", NULL);
	if (session_role(q->core, session) < ROLE_POOL_OPERATOR)
		return req_fail(q, "RBAC_PERMISSION_DENIED", "pool.join",
		    "No permission in the role of this session", NULL);
	return 0;
}

/* Whoever takes a member's name needs its secret as well. */
static int
check_name(struct request *q, const char *uuid, const char *hash)
{
	char key[64];

	snprintf(key, sizeof(key), "member.%.36s", uuid);
	if (db_note(&q->core->db, key) == NULL ||
	    coordinator_member_is(&q->core->db, uuid, hash))
		return 0;
	return req_fail(q, "OPERATION_NOT_ALLOWED",
	    "A host of this uuid is a member; eject it first", NULL);
}

/* Versions and processors, unless the host insists. */
static int
check_same(struct request *q, const struct value *theirs)
{
	static const struct {
		enum field_id map;
		const char *key, *why;
	} same[] = {
		{ host_software_version, "product_brand",
		    "Software version differs" },
		{ host_software_version, "product_version",
		    "Software version differs" },
		{ host_software_version, "xen", "Software version differs" },
		{ host_cpu_info, "vendor", "CPUs differ" },
	};
	const struct record *ours = core_host(q->core);
	const char *a, *b;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		a = value_get_str(rec_get(ours, same[i].map), same[i].key);
		b = value_get_str(value_get(theirs,
		    model_fields[same[i].map].name), same[i].key);
		if (a != NULL && (b == NULL || strcmp(a, b) != 0))
			return req_fail(q, "HOSTS_NOT_HOMOGENEOUS",
			    same[i].why, NULL);
	}
	return 0;
}

static int
check_host(struct request *q, const struct value *request, const char *uuid)
{
	const struct value *theirs = host_of(request);
	const struct record *ours = core_host(q->core);
	struct err ignored;
	int64_t major, minor;
	bool force;

	if (value_get_str(theirs, "uuid") == NULL ||
	    strcmp(value_get_str(theirs, "uuid"), uuid) != 0)
		return req_fail(q, "INVALID_VALUE", "request", "no host",
		    NULL);
	if (strcmp(uuid, rec_str(ours, host_uuid)) == 0)
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "A host cannot join itself", NULL);
	if (value_as_int(value_get(theirs, "API_version_major"), &major,
	    &ignored) == -1 || value_as_int(value_get(theirs,
	    "API_version_minor"), &minor, &ignored) == -1 ||
	    major != rec_int(ours, host_API_version_major) ||
	    minor != rec_int(ours, host_API_version_minor))
		return req_fail(q,
		    "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION", NULL);
	if (value_as_bool(value_get(request, "force"), &force, &ignored) == 0
	    && force)
		return 0;
	return check_same(q, theirs);
}

/* Two hosts that join each other would both be members, of nobody. */
static int
check_stays(struct request *q)
{
	if (q->core->pool->join == NULL)
		return 0;
	return req_fail(q, "OTHER_OPERATION_IN_PROGRESS", "pool",
	    core_pool(q->core)->ref, "join", "", NULL);
}

static void
remember(struct db *db, const char *uuid, const char *hash,
    const struct value *request)
{
	const char *pem = value_get_str(request, "certificate");
	char key[64], note[200], text[FINGERPRINT_TEXT] = "-";
	struct fingerprint f;
	struct err ignored;

	if (pem != NULL && fingerprint_of_pem(pem, &f, &ignored) == 0)
		fingerprint_text(&f, text);
	snprintf(note, sizeof(note), "%s %s", hash, text);
	snprintf(key, sizeof(key), "member.%.36s", uuid);
	db_note_set(db, key, note);
	snprintf(key, sizeof(key), "ejected.%.36s", uuid);
	db_note_set(db, key, NULL);
}

static int
welcome(struct request *q)
{
	const struct record *pool = core_pool(q->core);
	struct value *v = value_new_struct();

	value_set_str(v, "status", "ok");
	value_set_str(v, "pool_uuid", pool != NULL ? rec_str(pool, pool_uuid) :
	    "");
	value_set_str(v, "coordinator_uuid", q->core->host_uuid);
	return req_return(q, v);
}

int
pool_domus_enrol(struct request *q)
{
	const struct value *request = q->args[0];
	const char *uuid = value_get_str(request, "host_uuid");
	const char *secret = value_get_str(request, "secret");
	const struct value *bundle = value_get(request, "bundle");
	struct db *db = &q->core->db;
	char hash[HASH_HEX];
	struct err e;

	if (uuid == NULL || !id_is_uuid(uuid) || secret == NULL ||
	    strlen(secret) != ID_SECRET - 1)
		return req_fail(q, "INVALID_VALUE", "request", "", NULL);
	hash_bytes(secret, strlen(secret), hash);
	if (check_authority(q, request, uuid, hash) == -1 ||
	    check_name(q, uuid, hash) == -1 ||
	    check_host(q, request, uuid) == -1 || check_stays(q) == -1)
		return -1;
	if (bundle_apply(db, uuid, bundle, false, &e) == -1 ||
	    bundle_apply(db, uuid, bundle, true, &e) == -1)
		return req_fail(q, "INVALID_VALUE", "bundle", e.text, NULL);
	remember(db, uuid, hash, request);
	coordinator_heard(q->core, uuid);
	log_info(q->core->log, "%s joins the pool", uuid);
	return welcome(q);
}
