/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "op.h"
#include "pool.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"

/* SRs as records, and the way to [disk]. */

static bool
is_live(const struct db *db, const struct record *host)
{
	const struct record *m = rec_ref(db, host, host_metrics);

	return m != NULL && rec_bool(m, host_metrics_live);
}

bool
sr_on_host(const struct db *db, const struct record *sr,
    const struct record *host)
{
	const struct value *pbds = rec_get(sr, SR_PBDs);
	const struct record *pbd;

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		if (pbd != NULL && rec_bool(pbd, PBD_currently_attached) &&
		    rec_ref(db, pbd, PBD_host) == host)
			return true;
	}
	return false;
}

struct record *
sr_host(const struct db *db, const struct record *sr, const struct core *core)
{
	struct record *host = core_host(core);

	if (host != NULL && sr_on_host(db, sr, host))
		return host;
	for (size_t i = 0; i < db_count(db, CLASS_host); i++) {
		host = db_at(db, CLASS_host, i);
		if (sr_on_host(db, sr, host) && is_live(db, host))
			return host;
	}
	return NULL;
}

/* What only an SR of files can do. */
static bool
is_for_files(enum priv what)
{
	return what == PRIV_DISK_CREATE || what == PRIV_DISK_DESTROY ||
	    what == PRIV_DISK_RESIZE;
}

int
sr_ask(struct request *q, const struct record *sr, enum priv what,
    struct value *v, method_fn *fn)
{
	struct record *host = sr != NULL && sr->cls == CLASS_SR ?
	    sr_host(&q->core->db, sr, q->core) : NULL;
	struct value *params;
	const char *type;

	if (host == NULL) {
		value_free(v);
		return req_fail(q, "SR_HAS_NO_PBDS", sr != NULL ? sr->ref :
		    NULL_REF, NULL);
	}
	type = rec_str(sr, SR_type);
	if (strcmp(type, "ext") != 0 && is_for_files(what)) {
		value_free(v);
		return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", sr->ref,
		    NULL);
	}
	value_set_str(v, "sr", rec_str(sr, SR_uuid));
	value_set_str(v, "type", type);
	params = value_new_array();
	value_add(params, v);
	return pool_ask_host(q, host, what, params, fn);
}

void
sr_figures(struct db *db, struct record *sr, const struct value *answer)
{
	struct err ignored;
	int64_t i;

	if (value_as_int(value_get(answer, "size"), &i, &ignored) == 0)
		db_set_int(db, sr, SR_physical_size, i);
	if (value_as_int(value_get(answer, "used"), &i, &ignored) == 0)
		db_set_int(db, sr, SR_physical_utilisation, i);
}

void
sr_allocated(struct db *db, struct record *sr, int64_t more)
{
	int64_t now = rec_int(sr, SR_virtual_allocation) + more;

	db_set_int(db, sr, SR_virtual_allocation, now > 0 ? now : 0);
}

struct record *
sr_default(struct request *q)
{
	const struct record *pool = core_pool(q->core);
	struct record *sr = pool == NULL ? NULL :
	    rec_ref(&q->core->db, pool, pool_default_SR);

	if (sr == NULL || sr->cls != CLASS_SR)
		req_fail(q, "DEFAULT_SR_NOT_FOUND",
		    pool != NULL ? rec_str(pool, pool_default_SR) : NULL_REF,
		    NULL);
	return sr;
}

static const char *const types[] = { "ext", "iso" };

int
sr_get_supported_types(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *list = value_new_array();

	for (size_t i = 0; i < db_count(db, CLASS_SM); i++)
		value_add_str(list, rec_str(db_at(db, CLASS_SM, i), SM_type));
	return req_return(q, list);
}

static int
check_type(struct request *q, const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return 0;
	return req_fail(q, "SR_UNKNOWN_DRIVER", type, NULL);
}

int
sr_introduce(struct request *q)
{
	struct db *db = &q->core->db;
	struct value *v;
	struct record *sr;

	if (!id_is_uuid(req_str(q, 0)))
		return req_fail(q, "INVALID_VALUE", "uuid", req_str(q, 0),
		    NULL);
	if (map_get(&db->by_uuid, req_str(q, 0)) != NULL)
		return req_fail(q, "SR_UUID_EXISTS", req_str(q, 0), NULL);
	if (check_type(q, req_str(q, 3)) == -1)
		return -1;
	v = value_new_struct();
	value_set_str(v, "uuid", req_str(q, 0));
	value_set_str(v, "name_label", req_str(q, 1));
	value_set_str(v, "name_description", req_str(q, 2));
	value_set_str(v, "type", req_str(q, 3));
	value_set_str(v, "content_type", *req_str(q, 4) != '\0' ?
	    req_str(q, 4) : strcmp(req_str(q, 3), "iso") == 0 ? "iso" :
	    "user");
	if (q->nargs > 6)
		value_set(v, "sm_config", value_copy(q->args[6]));
	sr = db_create(db, CLASS_SR, NULL, v);
	value_free(v);
	return req_return_str(q, sr != NULL ? sr->ref : "");
}

/* The one the installer made: host.conf names it, and it would come back. */
static int
not_ours(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *pbds = rec_get(q->self, SR_PBDs);
	const struct record *pbd;
	const char *device;

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		device = pbd != NULL ? value_get_str(rec_get(pbd,
		    PBD_device_config), "device") : NULL;
		if (device != NULL && strncmp(device,
		    "/dev/disk/by-partuuid/", 22) == 0)
			return req_fail(q, "OPERATION_NOT_ALLOWED",
			    "This SR belongs to the installation of a host",
			    NULL);
	}
	return 0;
}

/* No way of a host to it may be open. */
static int
check_unplugged(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *pbds = rec_get(q->self, SR_PBDs);
	const struct record *pbd;

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		if (pbd != NULL && rec_bool(pbd, PBD_currently_attached))
			return req_fail(q, "SR_HAS_PBD", q->self->ref, NULL);
	}
	return 0;
}

/* Its records, not what is on it. */
static void
forget(struct db *db, struct record *sr)
{
	struct value *list = value_copy(rec_get(sr, SR_VDIs));
	struct record *r;

	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_VDI, value_str(value_at(list, i)));
		if (r != NULL)
			vdi_gone(db, r);
	}
	value_free(list);
	list = value_copy(rec_get(sr, SR_PBDs));
	for (size_t i = 0; i < value_len(list); i++) {
		r = db_find(db, CLASS_PBD, value_str(value_at(list, i)));
		if (r != NULL)
			db_destroy(db, r);
	}
	value_free(list);
	db_destroy(db, sr);
}

int
sr_forget(struct request *q)
{
	if (not_ours(q) == -1 || op_free(q, q->self) == -1 ||
	    check_unplugged(q) == -1)
		return -1;
	forget(&q->core->db, q->self);
	return 0;
}

static int
erased(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	forget(&q->core->db, q->self);
	return 0;
}

static int
detached(struct request *q)
{
	struct db *db = &q->core->db;
	const struct value *pbds = rec_get(q->self, SR_PBDs);
	struct record *pbd;
	struct value *v, *params;

	if (!q->answer.ok)
		return req_fail_answer(q);
	pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, 0)));
	if (pbd == NULL)
		return req_fail(q, "SR_HAS_NO_PBDS", q->self->ref, NULL);
	db_set_bool(db, pbd, PBD_currently_attached, false);
	v = value_new_struct();
	value_set_str(v, "sr", rec_str(q->self, SR_uuid));
	value_set(v, "device_config",
	    value_copy(rec_get(pbd, PBD_device_config)));
	params = value_new_array();
	value_add(params, v);
	return pool_ask_host(q, rec_ref(db, pbd, PBD_host), PRIV_DISK_ERASE,
	    params, erased);
}

int
sr_destroy(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *vdis = rec_get(q->self, SR_VDIs);

	if (not_ours(q) == -1)
		return -1;
	if (value_len(vdis) > 0)
		return req_fail(q, "SR_NOT_EMPTY", NULL);
	if (strcmp(rec_str(q->self, SR_type), "iso") == 0)
		return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", q->self->ref,
		    NULL);
	if (sr_host(db, q->self, q->core) == NULL)
		return req_fail(q, "SR_HAS_NO_PBDS", q->self->ref, NULL);
	if (op_hold(q, q->self, "destroy") == -1)
		return -1;
	return sr_ask(q, q->self, PRIV_DISK_DETACH, value_new_struct(),
	    detached);
}

/* The records that SR.create ends with. */
static int
created(struct request *q)
{
	struct db *db = &q->core->db;
	const char *uuid = value_str(value_at(q->later, 0));
	struct value *v = value_new_struct();
	struct record *sr, *pbd;

	if (!q->answer.ok) {
		value_free(v);
		return req_fail_answer(q);
	}
	value_set_str(v, "uuid", uuid);
	value_set_str(v, "name_label", req_str(q, 3));
	value_set_str(v, "name_description", req_str(q, 4));
	value_set_str(v, "type", req_str(q, 5));
	value_set_str(v, "content_type", *req_str(q, 6) != '\0' ?
	    req_str(q, 6) : strcmp(req_str(q, 5), "iso") == 0 ? "iso" :
	    "user");
	if (q->nargs > 8)
		value_set(v, "sm_config", value_copy(q->args[8]));
	sr = db_create(db, CLASS_SR, NULL, v);
	value_free(v);
	v = value_new_struct();
	value_set_str(v, "host", q->self->ref);
	value_set_str(v, "SR", sr != NULL ? sr->ref : NULL_REF);
	value_set(v, "device_config", value_copy(q->args[1]));
	value_set_bool(v, "currently_attached", true);
	pbd = db_create(db, CLASS_PBD, NULL, v);
	value_free(v);
	if (sr == NULL || pbd == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	sr_figures(db, sr, q->answer.value);
	if (strcmp(req_str(q, 5), "iso") == 0)
		vdi_found(q, sr, value_get(q->answer.value, "disks"));
	return req_return_str(q, sr->ref);
}

static struct value *
sr_question(struct request *q)
{
	struct value *params = value_new_array(), *v = value_new_struct();

	value_set_str(v, "sr", value_str(value_at(q->later, 0)));
	value_set_str(v, "type", req_str(q, 5));
	value_set(v, "device_config", value_copy(q->args[1]));
	value_add(params, v);
	return params;
}

static int
attached(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	return pool_ask_host(q, q->self, PRIV_DISK_SCAN, sr_question(q),
	    created);
}

static int
formatted(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	return pool_ask_host(q, q->self, PRIV_DISK_ATTACH, sr_question(q),
	    attached);
}

static void
free_value(void *v)
{
	value_free(v);
}

int
sr_create(struct request *q)
{
	struct value *later = value_new_array();
	char uuid[ID_UUID];
	bool iso = strcmp(req_str(q, 5), "iso") == 0;

	id_uuid(uuid);
	value_add_str(later, uuid);
	q->later = later;
	q->later_free = free_value;
	if (check_type(q, req_str(q, 5)) == -1)
		return -1;
	if (q->args[7]->u.b)
		return req_fail(q, "SR_NOT_SHARABLE", NULL_REF, q->self->ref,
		    NULL);
	return pool_ask_host(q, q->self, iso ? PRIV_DISK_ATTACH :
	    PRIV_DISK_FORMAT, sr_question(q), iso ? attached : formatted);
}

/* A database cannot be replicated to a file that one host sees. */
int
sr_assert_supports(struct request *q)
{
	return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", q->self->ref, NULL);
}
