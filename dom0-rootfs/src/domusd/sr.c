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

bool
sr_has_files(const struct record *sr)
{
	const char *type = sr != NULL ? rec_str(sr, SR_type) : "";

	return strcmp(type, "ext") == 0 || strcmp(type, "nfs") == 0;
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
	if (!sr_has_files(sr) && is_for_files(what)) {
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

int
sr_get_supported_types(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *list = value_new_array();

	for (size_t i = 0; i < db_count(db, CLASS_SM); i++)
		value_add_str(list, rec_str(db_at(db, CLASS_SM, i), SM_type));
	return req_return(q, list);
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

static struct record *
attached_pbd(const struct db *db, const struct record *sr)
{
	const struct value *pbds = rec_get(sr, SR_PBDs);
	struct record *pbd;

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		if (pbd != NULL && rec_bool(pbd, PBD_currently_attached))
			return pbd;
	}
	return NULL;
}

static int
detached(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *pbd = attached_pbd(db, q->self);
	struct value *v, *params;

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (pbd == NULL)
		return req_fail(q, "SR_HAS_NO_PBDS", q->self->ref, NULL);
	db_set_bool(db, pbd, PBD_currently_attached, false);
	v = value_new_struct();
	value_set_str(v, "sr", rec_str(q->self, SR_uuid));
	value_set_str(v, "type", rec_str(q->self, SR_type));
	value_set(v, "device_config",
	    value_copy(rec_get(pbd, PBD_device_config)));
	params = value_new_array();
	value_add(params, v);
	return pool_ask_host(q, rec_ref(db, pbd, PBD_host), PRIV_DISK_ERASE,
	    params, erased);
}

static size_t
attachments(const struct db *db, const struct record *sr)
{
	const struct value *pbds = rec_get(sr, SR_PBDs);
	const struct record *pbd;
	size_t n = 0;

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		n += pbd != NULL && rec_bool(pbd, PBD_currently_attached);
	}
	return n;
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
	/* another host may still use what would be removed */
	if (attachments(db, q->self) > 1)
		return req_fail(q, "SR_HAS_PBD", q->self->ref, NULL);
	if (op_hold(q, q->self, "destroy") == -1)
		return -1;
	return sr_ask(q, q->self, PRIV_DISK_DETACH, value_new_struct(),
	    detached);
}

/* A database cannot be replicated to a file that one host sees. */
int
sr_assert_supports(struct request *q)
{
	return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", q->self->ref, NULL);
}
