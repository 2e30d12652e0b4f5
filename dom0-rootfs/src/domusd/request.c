/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "dispatch.h"
#include "http.h"
#include "log.h"
#include "op.h"
#include "request.h"
#include "task.h"

/* [net] has one of each connection; a local client, what it likes. */
#define CALLS_MAX 1024

/* The life of a request: checked, run, committed, answered, freed. */

void
request_free(struct request *q)
{
	struct request **at;

	if (q == NULL)
		return;
	for (at = &q->core->requests; *at != NULL; at = &(*at)->next) {
		if (*at == q) {
			*at = q->next;
			break;
		}
	}
	for (struct question *a = q->core->questions; a != NULL; a = a->next)
		if (a->q == q)
			a->q = NULL;
	for (size_t i = 0; i < q->nargs; i++)
		value_free(q->args[i]);
	if (q->later_free != NULL)
		q->later_free(q->later);
	if (q->has_fd)
		close(q->fd);
	call_free(&q->call);
	buf_free(&q->result);
	reply_free(&q->failure);
	reply_free(&q->answer);
	http_free_call(q);
	free(q->held);
	free(q);
}

static void
answer(struct request *q, bool ok)
{
	struct err e;
	int rc;

	if (q->peer == NULL)
		return;
	if (ok && q->has_fd) {
		q->has_fd = false;
		rc = msg_reply_fd_put(&q->peer->port, q->id, q->fd, &e);
	} else if (!ok) {
		rc = msg_reply_put(&q->peer->port, q->id, &q->failure, &e);
	} else {
		if (q->result.len == 0)
			value_encode(&q->result, &(struct value){
			    .type = VALUE_NULL });
		rc = msg_reply_encoded_put(&q->peer->port, q->id,
		    q->result.data, q->result.len, &e);
		if (rc == -1) {
			req_fail(q, "INTERNAL_ERROR", e.text, NULL);
			rc = msg_reply_put(&q->peer->port, q->id, &q->failure,
			    &e);
		}
	}
	if (rc == -1)
		log_error(q->core->log, "%s: answer: %s", q->call.method,
		    e.text);
}

static void
log_own(const struct request *q)
{
	struct err e;

	reply_error(&q->failure, &e);
	log_error(q->core->log, "%s: %s", q->method.name, e.text);
}

/* What earlier transactions of it have made. */
static void
take_back(struct request *q)
{
	if (q->undo == NULL && q->nheld == 0)
		return;
	db_begin(&q->core->db, true);
	if (q->undo != NULL)
		q->undo(q);
	op_release(q);
	core_commit(q->core, q->method.name);
}

/* The method is through: make it so, and tell. */
static void
finish(struct request *q, int rc)
{
	struct db *db = &q->core->db;
	struct err e;

	if (rc != -1) {
		if (rc == 0 && q->result.failed)
			db->failed = true;
		if (rc == 0)
			op_release(q);
		if (rc == 0 && q->task[0] != '\0')
			task_succeeded(q);
		if (db_commit(db, &e) == -1)
			rc = req_fail(q, "INTERNAL_ERROR", e.text, NULL);
	}
	if (rc == 1)
		return;
	if (rc == -1) {
		if (db->open)
			db_rollback(db);
		take_back(q);
		if (q->task[0] != '\0')
			task_failed(q);
		if (q->own)
			log_own(q);
	}
	answer(q, rc == 0);
	request_free(q);
}

void
request_continue(struct request *q, method_fn *fn)
{
	db_begin(&q->core->db, true);
	if (q->self != NULL && q->nargs > 0 && q->args[0] != NULL) {
		/* it may have gone while we waited */
		q->self = db_find_any(&q->core->db, value_str(q->args[0]));
		if (q->self == NULL) {
			finish(q, req_fail(q, "HANDLE_INVALID",
			    model_classes[q->self_cls].name,
			    value_str(q->args[0]), NULL));
			return;
		}
	}
	finish(q, fn(q));
}

/* Answer with a task, then go on for that task. */
static int
become_task(struct request *q)
{
	struct db *db = &q->core->db;
	struct err e;

	db_begin(db, true);
	if (task_of_request(q) == -1) {
		db_rollback(db);
		return -1;
	}
	if (db_commit(db, &e) == -1) {
		q->task[0] = '\0';
		return req_fail(q, "INTERNAL_ERROR", e.text, NULL);
	}
	req_return_str(q, q->task);
	answer(q, true);
	buf_reset(&q->result);
	q->peer = NULL;
	return 0;
}

/* A client, or a [net] that is no longer ours, fills no memory with calls. */
static bool
too_many(const struct core *core, const struct peer *peer)
{
	size_t n = 0;

	for (const struct request *q = core->requests; q != NULL; q = q->next)
		n += q->peer == peer;
	return n >= CALLS_MAX;
}

struct request *
request_new(struct core *core, struct peer *peer, uint64_t id,
    struct call *call)
{
	struct request *q = NULL;
	struct reply busy = { 0 };
	struct err e;

	if (!too_many(core, peer))
		q = calloc(1, sizeof(*q));
	if (q == NULL) {
		reply_fail(&busy, "TOO_BUSY", NULL);
		msg_reply_put(&peer->port, id, &busy, &e);
		reply_free(&busy);
		call_free(call);
		return NULL;
	}
	q->core = core;
	q->peer = peer;
	q->id = id;
	q->call = *call;
	*call = (struct call){ 0 };
	q->next = core->requests;
	core->requests = q;
	return q;
}

void
request_refuse(struct request *q)
{
	answer(q, false);
	request_free(q);
}

void
request_start(struct core *core, struct peer *peer, uint64_t id,
    struct call *call, bool local)
{
	struct request *q = request_new(core, peer, id, call);

	if (q == NULL)
		return;
	q->call.local_root = local;
	if (dispatch_check(q) == -1 || (q->async && become_task(q) == -1)) {
		request_refuse(q);
		return;
	}
	/* the task was a transaction: what is called may have gone in it */
	request_continue(q, q->method.run);
}

void
request_own(struct core *core, const char *method, struct value *params)
{
	struct request *q = calloc(1, sizeof(*q));
	struct value *all = value_new_array();

	value_add_str(all, "");
	for (size_t i = 0; i < value_len(params); i++)
		value_add(all, value_copy(value_at(params, i)));
	value_free(params);
	if (q == NULL) {
		value_free(all);
		log_error(core->log, "%s: out of memory", method);
		return;
	}
	q->core = core;
	q->own = q->fresh = true;
	q->call = (struct call){ .method = strdup(method), .params = all,
	    .local_root = true };
	q->next = core->requests;
	core->requests = q;
	core->own_waits = true;
}

static struct request *
fresh(const struct core *core)
{
	struct request *q;

	for (q = core->requests; q != NULL && !q->fresh; q = q->next)
		;
	return q;
}

void
request_run_own(struct core *core)
{
	struct request *q;

	core->own_waits = false;
	while ((q = fresh(core)) != NULL) {
		q->fresh = false;
		if (q->call.method == NULL || dispatch_check(q) == -1) {
			log_own(q);
			request_free(q);
			continue;
		}
		request_continue(q, q->method.run);
	}
}

void
request_cancel(struct core *core, struct peer *peer, uint64_t id)
{
	struct request *q, *next;

	for (q = core->requests; q != NULL; q = next) {
		next = q->next;
		if (q->peer != peer || q->id != id)
			continue;
		q->peer = NULL;
		if (q->wait != NULL)
			request_free(q);
	}
}

void
request_peer_gone(struct core *core, struct peer *peer)
{
	struct request *q, *next;

	for (q = core->requests; q != NULL; q = next) {
		next = q->next;
		if (q->peer != peer)
			continue;
		q->peer = NULL;
		if (q->wait != NULL)
			request_free(q);
	}
}

static void
go_on(struct core *core, struct request *q, struct reply *answer)
{
	method_fn *fn;

	(void)core;
	if (q == NULL)
		return;
	reply_free(&q->answer);
	q->answer = *answer;
	*answer = (struct reply){ 0 };
	fn = q->then;
	request_continue(q, fn);
}

int
req_ask(struct request *q, struct peer *to, const char *what,
    struct value *params, method_fn *fn)
{
	q->then = fn;
	core_ask(q->core, to, what, params, go_on, q);
	return 1;
}

int
req_ask_fd(struct request *q, struct peer *to, const char *what,
    struct value *params, int fd, method_fn *fn)
{
	q->then = fn;
	core_ask_fd(q->core, to, what, params, fd, go_on, q);
	return 1;
}
