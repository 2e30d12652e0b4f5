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

/* The SR whose label is that argument, and what follows is in one order. */
static struct record *
new_sr(struct request *q, const char *uuid, size_t label)
{
	const char *type = req_str(q, label + 2);
	const char *content = req_str(q, label + 3);
	struct value *v = value_new_struct();
	struct record *sr;

	value_set_str(v, "uuid", uuid);
	value_set_str(v, "name_label", req_str(q, label));
	value_set_str(v, "name_description", req_str(q, label + 1));
	value_set_str(v, "type", type);
	value_set_str(v, "content_type", *content != '\0' ? content :
	    strcmp(type, "iso") == 0 ? "iso" : "user");
	value_set_bool(v, "shared", q->args[label + 4]->u.b);
	if (q->nargs > label + 5)
		value_set(v, "sm_config", value_copy(q->args[label + 5]));
	sr = db_create(&q->core->db, CLASS_SR, NULL, v);
	value_free(v);
	return sr;
}

int
sr_introduce(struct request *q)
{
	struct record *sr;

	if (!id_is_uuid(req_str(q, 0)))
		return req_fail(q, "INVALID_VALUE", "uuid", req_str(q, 0),
		    NULL);
	if (map_get(&q->core->db.by_uuid, req_str(q, 0)) != NULL)
		return req_fail(q, "SR_UUID_EXISTS", req_str(q, 0), NULL);
	if (check_type(q, req_str(q, 3), q->args[5]->u.b) == -1)
		return -1;
	sr = new_sr(q, req_str(q, 0), 1);
	return req_return_str(q, sr != NULL ? sr->ref : "");
}

/* The records that SR.create ends with. */
static int
created(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *sr, *pbd;
	struct value *v;

	if (!q->answer.ok)
		return req_fail_answer(q);
	sr = new_sr(q, value_str(value_at(q->later, 0)), 3);
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
