/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "derive.h"
#include "event.h"
#include "facts.h"
#include "file.h"
#include "jsonrpc.h"
#include "op.h"
#include "pool.h"
#include "request.h"
#include "rig.h"
#include "store.h"
#include "task.h"

#define MACHINE "dom0-rootfs/src/domusd/test/machine.json"

static struct value *
machine(int n)
{
	struct value *v;
	char *text, *p;
	size_t len;
	struct err e;

	if (file_read(MACHINE, 1 << 20, &text, &len, &e) == -1)
		fail_msg("%s", e.text);
	/* the digit that tells machines apart */
	for (p = text; (p = strstr(p, "52:54:00:00:00")) != NULL; p += 14)
		p[13] = (char)('0' + n);
	p = strstr(text, "555555555501");
	p[11] = (char)('0' + n);
	p = strstr(text, "\"h1\"");
	p[2] = (char)('0' + n);
	v = json_parse(text, len, &value_limits_reply, &e);
	free(text);
	return v;
}

static void
start(struct rig *r, int n)
{
	struct value *facts = machine(n);
	struct store *store;
	char path[64];
	int fds[2];
	struct err e;

	snprintf(path, sizeof(path), "%s/db", r->dir);
	if (store_sqlite_open(path, &r->log, &store, &e) == -1 ||
	    db_open(&r->core.db, store, &r->log, &e) == -1)
		fail_msg("%s", e.text);
	r->core.db.changed = event_changed;
	r->core.db.changed_arg = &r->core;
	r->core.db.derive = derive;
	r->core.every_due[0] = INT64_MAX;	/* no [xen] to ask */
	if (pool_open(&r->core, &e) == -1)
		fail_msg("%s", e.text);
	facts_fixed(&r->core);
	task_fail_running(&r->core);
	op_clear(&r->core);
	derive_all(&r->core);
	if (facts_apply(&r->core, facts, &e) == -1)
		fail_msg("%s", e.text);
	value_free(facts);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == -1)
		fail_msg("socketpair");
	core_peer(&r->core, PEER_LOCAL, fds[0], MSG_FROM_NET,
	    MSG_MAX_FROM_NET, MSG_MAX_FROM_CORE);
	msg_port_init(&r->port, fds[1], MSG_FROM_CORE, MSG_MAX_FROM_CORE,
	    MSG_MAX_FROM_NET);
}

static void
stop(struct rig *r)
{
	struct question *a;
	struct peer *p;

	while (r->core.requests != NULL)
		request_free(r->core.requests);
	while ((a = r->core.questions) != NULL) {
		r->core.questions = a->next;
		free(a);
	}
	while ((p = r->core.peers) != NULL) {
		r->core.peers = p->next;
		close(p->port.fd);
		msg_port_free(&p->port);
		free(p);
	}
	pool_close(&r->core);
	value_free(r->core.young);
	db_close(&r->core.db);
	close(r->port.fd);
	msg_port_free(&r->port);
}

static void
init_core(struct rig *r)
{
	r->core = (struct core){ .options = &r->options, .log = &r->log,
		.conf = &r->conf, .cert = &r->cert, .local_fd = -1,
		.signal_fd = -1, .main_fd = -1 };
	snprintf(r->core.host_uuid, ID_UUID, "%s",
	    conf_get(&r->conf, "host-uuid", ""));
}

struct rig *
rig_open(int n)
{
	struct rig *r = calloc(1, sizeof(*r));
	char path[64], uuid[] = "00000000-1111-4222-8333-444444444400";
	struct value *v;
	struct err e;

	strcpy(r->dir, "/tmp/domus-core.XXXXXX");
	if (mkdtemp(r->dir) == NULL)
		fail_msg("mkdtemp");
	uuid[35] = (char)('0' + n);
	conf_set(&r->conf, "host-uuid", uuid, &e);
	r->options.interval = 3600;
	r->log.least = LOG_LEVEL_ERROR;
	snprintf(path, sizeof(path), "%s/pem", r->dir);
	if (cert_make(path, uuid, "h", "127.0.0.1", &e) == -1 ||
	    cert_read(path, &r->cert, &e) == -1)
		fail_msg("%s", e.text);
	init_core(r);
	start(r, n);
	v = rig_get(r, "session.login_with_password", NULL);
	snprintf(r->session, sizeof(r->session), "%s", value_str(v));
	value_free(v);
	return r;
}

void
rig_restart(struct rig *r)
{
	int n = r->core.host_uuid[35] - '0';
	struct value *v;

	stop(r);
	init_core(r);
	start(r, n);
	v = rig_get(r, "session.login_with_password", NULL);
	snprintf(r->session, sizeof(r->session), "%s", value_str(v));
	value_free(v);
}

void
rig_close(struct rig *r)
{
	static const char *const names[] = { "db", "db-wal", "db-shm", "pem" };
	char path[64];

	stop(r);
	conf_free(&r->conf);
	cert_free(&r->cert);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", r->dir, names[i]);
		unlink(path);
	}
	rmdir(r->dir);
	free(r);
}

uint64_t
rig_send_value(struct rig *r, const char *method, const struct value *params)
{
	struct call c = { .method = strdup(method),
		.params = value_copy(params) };
	struct err e;

	if (msg_call_put(&r->port, ++r->last_id, &c, &e) == -1)
		fail_msg("%s", e.text);
	call_free(&c);
	while (msg_flush(&r->port, &e) == 0)
		core_turn(&r->core, &e);
	return r->last_id;
}

uint64_t
rig_send(struct rig *r, const char *method, const char *params)
{
	struct value *v;
	struct err e;
	uint64_t id;

	v = json_parse(params, strlen(params), &value_limits_request, &e);
	if (v == NULL)
		fail_msg("%s: %s", params, e.text);
	id = rig_send_value(r, method, v);
	value_free(v);
	return id;
}

bool
rig_poll(struct rig *r, uint64_t id, struct reply *reply_r)
{
	struct msg m;
	struct err e;

	r->core.every_due[1] = core_ms();	/* never wait a whole second */
	if (core_turn(&r->core, &e) == -1)
		fail_msg("%s", e.text);
	msg_fill(&r->port, &e);
	while (msg_next(&r->port, &m, &e) == 1) {
		if (m.id != id)
			continue;
		if (msg_reply_get(&m, reply_r, &e) == -1)
			fail_msg("%s", e.text);
		return true;
	}
	return false;
}

struct reply
rig_wait(struct rig *r, uint64_t id)
{
	int64_t until = core_ms() + 5000;
	struct reply reply;

	while (!rig_poll(r, id, &reply))
		if (core_ms() > until)
			fail_msg("no answer");
	return reply;
}

struct reply
rig_call(struct rig *r, const char *method, const char *more)
{
	struct buf params = { 0 };
	struct reply reply;

	if (more == NULL)
		buf_str_add(&params, "[\"root\", \"\"]");
	else
		buf_printf(&params, "[\"%s\"%s]", r->session, more);
	reply = rig_wait(r, rig_send(r, method, buf_str(&params)));
	buf_free(&params);
	return reply;
}

struct value *
rig_get(struct rig *r, const char *method, const char *more)
{
	struct reply reply = rig_call(r, method, more);
	struct value *v = reply.value;
	struct err e;

	if (!reply.ok) {
		reply_error(&reply, &e);
		fail_msg("%s: %s", method, e.text);
	}
	reply.value = NULL;
	reply_free(&reply);
	return v;
}

void
rig_fails(struct rig *r, const char *method, const char *more,
    const char *code)
{
	struct reply reply = rig_call(r, method, more);

	if (reply.ok || strcmp(reply.code, code) != 0)
		fail_msg("%s%s: %s", method, more != NULL ? more : "",
		    reply.ok ? "success" : reply.code);
	reply_free(&reply);
}
