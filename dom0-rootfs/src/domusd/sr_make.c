/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "pool.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"

/* SRs that are made, and ones that are there already: SR.introduce. */

/* Which there are, and whether several hosts can have one. */
static const struct {
	const char *name;
	bool shared;
} types[] = { { "ext", false }, { "iso", true }, { "nfs", true } };

static int
check_type(struct request *q, const char *type, bool shared)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, type) != 0)
			continue;
		return !shared || types[i].shared ? 0 : req_fail(q,
		    "SR_NOT_SHARABLE", NULL_REF, core_host(q->core)->ref,
		    NULL);
	}
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
	if (check_type(q, req_str(q, 3), q->args[5]->u.b) == -1)
		return -1;
	v = value_new_struct();
	value_set_str(v, "uuid", req_str(q, 0));
	value_set_str(v, "name_label", req_str(q, 1));
	value_set_str(v, "name_description", req_str(q, 2));
	value_set_str(v, "type", req_str(q, 3));
	value_set_str(v, "content_type", *req_str(q, 4) != '\0' ?
	    req_str(q, 4) : strcmp(req_str(q, 3), "iso") == 0 ? "iso" :
	    "user");
	value_set_bool(v, "shared", q->args[5]->u.b);
	if (q->nargs > 6)
		value_set(v, "sm_config", value_copy(q->args[6]));
	sr = db_create(db, CLASS_SR, NULL, v);
	value_free(v);
	return req_return_str(q, sr != NULL ? sr->ref : "");
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
	value_set_bool(v, "shared", q->args[7]->u.b);
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
	if (strcmp(req_str(q, 5), "ext") != 0)
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
	if (check_type(q, req_str(q, 5), q->args[7]->u.b) == -1)
		return -1;
	return pool_ask_host(q, q->self, iso ? PRIV_DISK_ATTACH :
	    PRIV_DISK_FORMAT, sr_question(q), iso ? attached : formatted);
}
