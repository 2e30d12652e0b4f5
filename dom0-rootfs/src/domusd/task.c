/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "http.h"
#include "session.h"
#include "task.h"
#include "xmlrpc.h"

#define TASKS 500		/* then the oldest finished one goes */
#define TASKS_PENDING 1000	/* then no more */
#define KEEP_S (24 * 3600)

/* "task.REF" is a note with the user's uuid, when it is not root's. */
static void
owner_key(const char *ref, char key[96])
{
	snprintf(key, 96, "task.%.64s", ref);
}

static bool
is_mine(const struct request *q, const char *ref)
{
	const char *owner;
	char key[96];

	owner_key(ref, key);
	owner = db_note(&q->core->db, key);
	return session_may_change(q, owner != NULL ? owner : "");
}

int
task_mine(struct request *q, const char *ref)
{
	return is_mine(q, ref) ? 0 : req_fail(q, "RBAC_PERMISSION_DENIED",
	    q->method.name, "This task is of another user", NULL);
}

static void
drop(struct db *db, struct record *r)
{
	char key[96];

	owner_key(r->ref, key);
	if (db_note(db, key) != NULL)
		db_note_set(db, key, NULL);
	db_destroy(db, r);
}

static bool
pending(const struct record *r)
{
	return strcmp(rec_str(r, task_status), "pending") == 0 ||
	    strcmp(rec_str(r, task_status), "cancelling") == 0;
}

static int64_t
finished_at(const struct record *r)
{
	struct err ignored;
	int64_t t;

	return value_as_time(rec_get(r, task_finished), &t, &ignored) == 0 ?
	    t : 0;
}

static bool
make_room(struct db *db)
{
	if (db_count(db, CLASS_task) < TASKS)
		return true;
	for (size_t i = 0; i < db_count(db, CLASS_task); i++) {
		if (pending(db_at(db, CLASS_task, i)))
			continue;
		drop(db, db_at(db, CLASS_task, i));
		return true;
	}
	return db_count(db, CLASS_task) < TASKS_PENDING;
}

static struct record *
new_task(struct request *q, const char *label, const char *description)
{
	struct core *core = q->core;
	struct value *v = value_new_struct();
	struct record *r;
	char key[96];

	value_set_str(v, "name_label", label);
	value_set_str(v, "name_description", description);
	value_set_time(v, "created", core_time());
	value_set_str(v, "status", "pending");
	value_set_str(v, "type", "<none/>");
	value_set_str(v, "resident_on", core->host_ref);
	r = db_create(&core->db, CLASS_task, NULL, v);
	value_free(v);
	if (r != NULL && *q->user != '\0') {
		owner_key(r->ref, key);
		db_note_set(&core->db, key, q->user);
	}
	return r;
}

int
task_of_request(struct request *q)
{
	char label[160] = "Async.";
	struct record *r;

	strcat(label, q->method.name);
	if (!make_room(&q->core->db))
		return req_fail(q, "TOO_BUSY", NULL);
	r = new_task(q, label, "");
	if (r == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	strcpy(q->task, r->ref);
	return 0;
}

static void
end(struct core *core, struct record *r, const char *status)
{
	db_set_str(&core->db, r, task_status, status);
	db_set_time(&core->db, r, task_finished, core_time());
	db_set(&core->db, r, task_progress, value_new_float(1.0));
	db_set(&core->db, r, task_allowed_operations, value_new_array());
}

void
task_succeeded(struct request *q)
{
	struct record *r = db_find(&q->core->db, CLASS_task, q->task);
	struct buf text = { 0 };
	struct value *v = NULL;
	struct err e;

	if (r == NULL || !pending(r))
		return;
	if (q->http != NULL)
		v = value_copy(q->http->result);
	else if (q->result.len > 0)
		v = value_decode(q->result.data, q->result.len,
		    &value_limits_reply, NULL, &e);
	/* XML-RPC text whatever protocol the client speaks; void is "" */
	if (v != NULL && !value_is(v, VALUE_NULL))
		xmlrpc_value_put(&text, v);
	db_set_str(&q->core->db, r, task_result, buf_str(&text));
	end(q->core, r, "success");
	q->core->db.failed |= text.failed;
	value_free(v);
	buf_free(&text);
}

void
task_failed(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *r = db_find(db, CLASS_task, q->task);
	struct value *info = value_new_array();

	if (r == NULL || !pending(r)) {
		value_free(info);
		return;
	}
	value_add_str(info, q->failure.code != NULL ? q->failure.code :
	    "INTERNAL_ERROR");
	for (size_t i = 0; i < value_len(q->failure.params); i++)
		value_add(info, value_copy(value_at(q->failure.params, i)));
	db_begin(db, true);
	db_set(db, r, task_error_info, info);
	end(q->core, r, "failure");
	core_commit(q->core, "task");
}

void
task_fail_running(struct core *core)
{
	struct db *db = &core->db;
	struct value *info;
	struct record *r;

	db_begin(db, true);
	for (size_t i = 0; i < db_count(db, CLASS_task); i++) {
		r = db_at(db, CLASS_task, i);
		/* what a client drives, it can still finish */
		if (!pending(r) || strncmp(rec_str(r, task_name_label),
		    "Async.", 6) != 0)
			continue;
		info = value_new_array();
		value_add_str(info, "INTERNAL_ERROR");
		value_add_str(info, "The agent ended while this was running");
		db_set(db, r, task_error_info, info);
		end(core, r, "failure");
	}
	core_commit(core, "tasks");
}

void
task_expire(struct core *core)
{
	struct db *db = &core->db;
	struct record *r;

	db_begin(db, true);
	for (size_t i = db_count(db, CLASS_task); i-- > 0;) {
		r = db_at(db, CLASS_task, i);
		if (!pending(r) && core_time() - finished_at(r) > KEEP_S)
			drop(db, r);
	}
	core_commit(core, "tasks");
}

bool
task_pending(const struct core *core, const char *ref)
{
	const struct record *r = db_find(&core->db, CLASS_task, ref);

	return r != NULL && pending(r);
}

void
task_progressed(struct core *core, const char *ref, double done)
{
	struct record *r = db_find(&core->db, CLASS_task, ref);

	if (r == NULL || !pending(r))
		return;
	db_begin(&core->db, false);
	db_set(&core->db, r, task_progress, value_new_float(done));
	core_commit(core, "task");
}

int
task_create(struct request *q)
{
	struct record *r;

	if (!make_room(&q->core->db))
		return req_fail(q, "TOO_BUSY", NULL);
	r = new_task(q, req_str(q, 0), req_str(q, 1));
	return req_return_str(q, r != NULL ? r->ref : "");
}

int
task_destroy(struct request *q)
{
	drop(&q->core->db, q->self);
	return 0;
}

/* One that a client drives ends at once; a call of ours cannot stop midway. */
int
task_cancel(struct request *q)
{
	if (!pending(q->self))
		return 0;
	if (strncmp(rec_str(q->self, task_name_label), "Async.", 6) == 0)
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "This task cannot be cancelled", NULL);
	http_cancel(q->core, q->self->ref);
	end(q->core, q->self, "cancelled");
	return 0;
}

int
task_set_status(struct request *q)
{
	if (strcmp(req_str(q, 1), "pending") == 0 ||
	    strcmp(req_str(q, 1), "cancelling") == 0)
		db_set_str(&q->core->db, q->self, task_status, req_str(q, 1));
	else
		end(q->core, q->self, req_str(q, 1));
	return 0;
}
