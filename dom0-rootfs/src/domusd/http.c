/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core.h"
#include "http.h"
#include "member.h"
#include "pool.h"
#include "session.h"
#include "sr.h"
#include "task.h"
#include "visitor.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SOCKET_ROOM (1 << 20)

static const struct {
	const char *name;
	method_fn *run;
	enum role role;
	bool member;	/* answers it itself */
} pages[] = {
	{ "http.import_raw_vdi", http_import_raw_vdi, ROLE_VM_ADMIN, false },
	{ "http.export_raw_vdi", http_export_raw_vdi, ROLE_VM_ADMIN, false },
	{ "http.export", http_export, ROLE_VM_ADMIN, false },
	{ "http.metrics", http_metrics, ROLE_READ_ONLY, false },
	{ "http.rrd_updates", http_rrd_updates, ROLE_READ_ONLY, true },
	{ "http.host_rrds", http_host_rrds, ROLE_READ_ONLY, true },
	{ "http.vm_rrds", http_vm_rrds, ROLE_READ_ONLY, true },
};

const char *
http_query(const struct request *q, const char *name)
{
	const char *s = value_get_str(value_get(q->http->head, "query"), name);

	return s != NULL ? s : "";
}

bool
http_flag(const struct request *q, const char *name)
{
	const char *s = http_query(q, name);

	return strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
}

int64_t
http_length(const struct request *q)
{
	int64_t n = -1;
	struct err ignored;

	value_as_int(value_get(q->http->head, "length"), &n, &ignored);
	return n;
}

int
http_answer(struct request *q, const char *type, const char *body)
{
	struct value *v = value_new_struct();

	value_set_int(v, "status", 200);
	if (type != NULL)
		value_set_str(v, "type", type);
	value_set_str(v, "body", body);
	return req_return(q, v);
}

struct record *
http_record(struct request *q, enum class_id cls, const char *name)
{
	const char *s = http_query(q, name);
	struct record *r = db_find(&q->core->db, cls, s);

	if (r == NULL)
		r = db_by_uuid(&q->core->db, cls, s);
	if (r == NULL)
		req_fail(q, "HANDLE_INVALID", model_classes[cls].name, s,
		    NULL);
	else
		snprintf(q->http->self, sizeof(q->http->self), "%s", r->ref);
	return r;
}

/* [net] is to move the body's bytes from now on. */
static void
send_stream(struct request *q, bool upload, int64_t length)
{
	struct value *v = value_new_struct();
	struct err e;
	int fd = q->http->fd;

	q->http->fd = -1;
	value_set_str(v, "way", upload ? "upload" : "download");
	if (!upload) {
		value_set_int(v, "length", length);
		if (q->http->type != NULL)
			value_set_str(v, "type", q->http->type);
		if (q->http->status != 0)
			value_set_int(v, "status", q->http->status);
		value_set_str(v, "headers", q->http->more);
	}
	if (q->peer == NULL || value_ok(v, &e) == -1)
		close(fd);	/* the client did not stay */
	else if (!msg_fd_room(&q->peer->port) ||
	    msg_put(&q->peer->port, MSG_STREAM, q->id, v, &e) == -1)
		close(fd);
	else
		msg_attach(&q->peer->port, fd, &e);
	value_free(v);
}

/* [disk] says how far it is, or how much there will be. */
static void
noted(struct request *q, const struct value *note)
{
	const struct value *length = value_get(note, "length");
	int64_t n = -1;
	double done;
	struct err ignored;

	if (length != NULL && q->http->fd != -1) {
		value_as_int(length, &n, &ignored);
		send_stream(q, false, n);
	}
	if (q->task[0] != '\0' && value_as_float(value_get(note, "progress"),
	    &done, &ignored) == 0)
		task_progressed(q->core, q->task, done);
}

static void
disk_answered(struct core *core, struct request *q, struct reply *r)
{
	(void)core;
	if (q == NULL)
		return;
	reply_free(&q->answer);
	q->answer = *r;
	*r = (struct reply){ 0 };
	request_continue(q, q->then);
}

/* A pair for a body; the one for [net] does not block. */
static int
body_pair(int pair[2])
{
	int room = SOCKET_ROOM;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &room,
		    sizeof(room));
	return fcntl(pair[0], F_SETFL, O_NONBLOCK);
}

int
http_pair(struct request *q, int *fd_r)
{
	int pair[2];

	if (body_pair(pair) == -1)
		return -1;
	q->http->fd = pair[0];
	*fd_r = pair[1];
	return 0;
}

void
http_download(struct request *q, int64_t length)
{
	send_stream(q, false, length);
}

int
http_ask_here(struct request *q, enum priv what, struct value *v, bool upload,
    method_fn *fn)
{
	struct value *params = value_new_array();
	int pair[2] = { -1, -1 };

	value_add(params, v);
	if (body_pair(pair) == -1) {
		value_free(params);
		return req_fail(q, "INTERNAL_ERROR", "no sockets", NULL);
	}
	q->then = fn;
	q->noted = noted;
	q->http->fd = pair[0];
	core_ask_fd(q->core, q->core->disk, priv_names[what], params, pair[1],
	    disk_answered, q);
	if (upload)
		send_stream(q, true, -1);
	return 1;
}

int
http_ask_disk(struct request *q, const struct record *sr, enum priv what,
    struct value *v, bool upload, method_fn *fn)
{
	const struct record *host = sr != NULL && sr->cls == CLASS_SR ?
	    sr_host(&q->core->db, sr, q->core) : NULL;

	if (host == NULL || strcmp(host->ref, q->core->host_ref) != 0) {
		value_free(v);
		return host == NULL ? req_fail(q, "SR_HAS_NO_PBDS",
		    sr != NULL ? sr->ref : "OpaqueRef:NULL", NULL) :
		    req_fail(q, "SR_OPERATION_NOT_SUPPORTED", sr->ref, NULL);
	}
	value_set_str(v, "sr", rec_str(sr, SR_uuid));
	value_set_str(v, "type", rec_str(sr, SR_type));
	return http_ask_here(q, what, v, upload, fn);
}

int
http_answered(struct request *q)
{
	if (q->task[0] != '\0' && !task_pending(q->core, q->task))
		return req_fail(q, "TASK_CANCELLED", q->task, NULL);
	return q->answer.ok ? 0 : req_fail_answer(q);
}

void
http_cancel(struct core *core, const char *task)
{
	const struct question *a;
	struct err ignored;

	for (a = core->questions; a != NULL; a = a->next)
		if (a->to == core->disk && a->q != NULL &&
		    a->q->http != NULL && strcmp(a->q->task, task) == 0)
			msg_put(&core->disk->port, MSG_CANCEL, a->id,
			    &(struct value){ .type = VALUE_NULL }, &ignored);
}

static int
row_of(const struct request *q)
{
	for (size_t i = 0; i < COUNT(pages); i++)
		if (strcmp(pages[i].name, q->call.method) == 0)
			return (int)i;
	return -1;
}

/* The task that the client made for this. */
static int
take_task(struct request *q)
{
	const char *task = http_query(q, "task_id");

	if (*task == '\0')
		return 0;
	if (!task_pending(q->core, task))
		return req_fail(q, "HANDLE_INVALID", "task", task, NULL);
	if (task_mine(q, task) == -1)
		return -1;
	snprintf(q->task, sizeof(q->task), "%s", task);
	return 0;
}

/* In a transaction, and it is known who asks. */
static int
begin(struct request *q)
{
	int row = row_of(q);

	if (take_task(q) == -1)
		return -1;
	if (q->role < pages[row].role)
		return req_fail(q, "RBAC_PERMISSION_DENIED", pages[row].name,
		    "No permission in the role of this session", NULL);
	return pages[row].run(q);
}

static int
basic_checked(struct request *q)
{
	const char *user = value_get_str(q->http->head, "user");

	return session_basic_checked(q, user) == -1 ? -1 : begin(q);
}

/* A member knows no users but root. */
static int
basic(struct request *q)
{
	const char *password = value_get_str(q->http->head, "password");
	const char *user = value_get_str(q->http->head, "user");

	if (q->core->pool->member && strcmp(user, "root") != 0)
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", user,
		    "A member lets in root, and sessions", NULL);
	return session_basic(q, user, password != NULL ? password : "",
	    basic_checked);
}

static int
take_head(struct request *q)
{
	struct value *head = value_at(q->call.params, 0);

	q->http = calloc(1, sizeof(*q->http));
	if (q->http == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	q->http->fd = -1;
	if (!value_is(head, VALUE_STRUCT) || row_of(q) == -1)
		return req_fail(q, "INTERNAL_ERROR", "no such page", NULL);
	q->http->head = head;
	q->method.cls = CLASSES;
	q->method.field = FIELDS;
	snprintf(q->method.name, sizeof(q->method.name), "%s",
	    pages[row_of(q)].name);
	q->method.verb = q->method.name + strlen("http.");
	return pages[row_of(q)].member ? 0 : member_refuses(q);
}

void
http_start(struct core *core, struct peer *peer, uint64_t id,
    struct call *call)
{
	struct request *q = request_new(core, peer, id, call);
	const char *session;

	if (q == NULL)
		return;
	if (take_head(q) == -1) {
		request_refuse(q);
		return;
	}
	session = value_get_str(q->http->head, "session");
	if (session != NULL && *session != '\0') {
		if (core->pool->member) {
			visitor_use(q, session, begin);
			return;
		}
		if (session_use(q, session) == 0) {
			request_continue(q, begin);
			return;
		}
	} else if (value_get_str(q->http->head, "user") != NULL) {
		request_continue(q, basic);
		return;
	}
	req_fail(q, "SESSION_INVALID", session != NULL ? session : "", NULL);
	request_refuse(q);
}

void
http_free_call(struct request *q)
{
	if (q->http == NULL)
		return;
	if (q->http->fd != -1)
		close(q->http->fd);
	value_free(q->http->result);
	free(q->http);
	q->http = NULL;
}
