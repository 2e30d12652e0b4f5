/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "dispatch.h"
#include "message.h"

#define MESSAGES 10000		/* then the oldest goes */

struct record *
message_add(struct db *db, const char *name, int64_t priority,
    const char *cls, const char *uuid, const char *body)
{
	struct value *v = value_new_struct();
	struct record *r;

	if (db_count(db, CLASS_message) >= MESSAGES)
		db_destroy(db, db_at(db, CLASS_message, 0));
	value_set_str(v, "name", name);
	value_set_int(v, "priority", priority);
	value_set_str(v, "cls", cls);
	value_set_str(v, "obj_uuid", uuid);
	value_set_str(v, "body", body);
	value_set_time(v, "timestamp", core_time());
	r = db_create(db, CLASS_message, NULL, v);
	value_free(v);
	return r;
}

int
message_create(struct request *q)
{
	struct record *r = message_add(&q->core->db, req_str(q, 0),
	    req_int(q, 1), req_str(q, 2), req_str(q, 3), req_str(q, 4));

	return req_return_str(q, r != NULL ? r->ref : "");
}

int
message_destroy(struct request *q)
{
	db_destroy(&q->core->db, q->self);
	return 0;
}

int
message_destroy_many(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *r;
	const char *ref;

	for (size_t i = 0; i < value_len(q->args[0]); i++) {
		ref = value_str(value_at(q->args[0], i));
		r = db_find(db, CLASS_message, ref);
		if (r == NULL)
			return req_fail(q, "HANDLE_INVALID", "message", ref,
			    NULL);
		db_destroy(db, r);
	}
	return 0;
}

static struct value *
since(const struct db *db, int64_t when, const char *cls, const char *uuid)
{
	struct value *found = value_new_struct();
	struct err ignored;
	struct record *r;
	int64_t t;

	for (size_t i = 0; i < db_count(db, CLASS_message); i++) {
		r = db_at(db, CLASS_message, i);
		if (value_as_time(rec_get(r, message_timestamp), &t,
		    &ignored) == -1 || t < when)
			continue;
		if (cls != NULL && (strcmp(rec_str(r, message_cls), cls) != 0 ||
		    strcmp(rec_str(r, message_obj_uuid), uuid) != 0))
			continue;
		value_append(found, r->ref, value_copy(r->v));
	}
	return found;
}

static int64_t
time_arg(const struct request *q, size_t i)
{
	struct err ignored;
	int64_t t;

	return value_as_time(q->args[i], &t, &ignored) == 0 ? t : 0;
}

int
message_get(struct request *q)
{
	return req_return(q, since(&q->core->db, time_arg(q, 2), req_str(q, 0),
	    req_str(q, 1)));
}

int
message_get_since(struct request *q)
{
	return req_return(q, since(&q->core->db, time_arg(q, 0), NULL, NULL));
}

struct value *
role_permissions(enum role role)
{
	struct value *all = dispatch_list(), *may = value_new_array();
	struct method m;
	const char *name;

	for (size_t i = 0; i < value_len(all); i++) {
		name = value_str(value_at(all, i));
		if (dispatch_find(name, &m) == 0 && m.role <= role)
			value_add_str(may, name);
	}
	value_free(all);
	return may;
}

int
role_get_permissions_name_label(struct request *q)
{
	return req_return(q, role_permissions(role_named(rec_str(q->self,
	    role_name_label))));
}

int
role_get_by_permission_name_label(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *found = value_new_array();
	const struct record *r;
	struct method m;

	if (dispatch_find(req_str(q, 0), &m) == 0) {
		for (size_t i = 0; i < db_count(db, CLASS_role); i++) {
			r = db_at(db, CLASS_role, i);
			if (role_named(rec_str(r, role_name_label)) >= m.role)
				value_add_str(found, r->ref);
		}
	}
	return req_return(q, found);
}
