/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "coordinator.h"
#include "core.h"
#include "link.h"
#include "pool.h"
#include "session.h"
#include "visitor.h"

#define QUESTIONS 16		/* at once; strangers can cause them */
#define REF_PREFIX "OpaqueRef:"

static struct visitor *
known(struct core *core, const char *session)
{
	struct visitor *v = core->pool->visitors;

	for (int i = 0; i < VISITORS; i++)
		if (v[i].until > core_ms() &&
		    strcmp(v[i].session, session) == 0)
			return &v[i];
	return NULL;
}

static void
remember(struct core *core, const struct visitor *new)
{
	struct visitor *v = core->pool->visitors, *at = v;

	for (int i = 1; i < VISITORS; i++)
		if (v[i].until < at->until)
			at = &v[i];
	*at = *new;
}

static void
let_in(struct request *q, const struct visitor *v)
{
	q->role = v->role;
	snprintf(q->session, sizeof(q->session), "%s", v->session);
	snprintf(q->user, sizeof(q->user), "%s", v->user);
}

static int
offline(struct request *q)
{
	return req_fail(q, "HOST_OFFLINE", q->core->pool->address, NULL);
}

static int
told(struct request *q)
{
	const struct value *a = q->answer.value;
	const char *role = value_get_str(a, "role");
	const char *user = value_get_str(a, "user");
	struct visitor v = { .until = core_ms() + VISITOR_MS };

	if (!q->answer.ok)
		return strcmp(q->answer.code, LINK_UNREACHABLE) == 0 ?
		    offline(q) : req_fail_answer(q);
	v.role = role != NULL ? role_named(role) : ROLE_NONE;
	if (v.role == ROLE_NONE || user == NULL)
		return req_fail(q, "INTERNAL_ERROR",
		    "the coordinator's answer is not understood", NULL);
	snprintf(v.session, sizeof(v.session), "%s", q->session);
	snprintf(v.user, sizeof(v.user), "%s", user);
	remember(q->core, &v);
	let_in(q, &v);
	return q->then(q);
}

static void
answered(struct core *core, struct request *q, struct reply *r)
{
	(void)core;
	if (q == NULL)
		return;
	link_result(r, NULL);
	reply_free(&q->answer);
	q->answer = *r;
	*r = (struct reply){ 0 };
	request_continue(q, told);
}

static size_t
asked(const struct core *core)
{
	size_t n = 0;

	for (const struct question *a = core->questions; a != NULL;
	    a = a->next)
		n += a->to == core->ask;
	return n;
}

static int
ask(struct request *q, const char *session)
{
	struct core *core = q->core;
	struct value *v, *params;

	if (strlen(session) >= sizeof(q->session) ||
	    strncmp(session, REF_PREFIX, strlen(REF_PREFIX)) != 0)
		return req_fail(q, "SESSION_INVALID", session, NULL);
	if (core->pool->failures > 0)
		return offline(q);
	if (asked(core) >= QUESTIONS)
		return req_fail(q, "TOO_BUSY", NULL);
	snprintf(q->session, sizeof(q->session), "%s", session);
	v = value_new_struct();
	value_set_str(v, "host_uuid", core->host_uuid);
	value_set_str(v, "secret", core->pool->secret);
	value_set_str(v, "session", session);
	params = value_new_array();
	value_add(params, v);
	link_ask(q, core->pool->address, core->pool->fingerprint,
	    "pool.domus_session", params, answered);
	return 1;
}

void
visitor_use(struct request *q, const char *session, method_fn *fn)
{
	const struct visitor *v = known(q->core, session);

	q->then = fn;
	if (v != NULL) {
		let_in(q, v);
		request_continue(q, fn);
	} else if (ask(q, session) == -1)
		request_refuse(q);
}

/* {host_uuid, secret, session} -> {role, user} */
int
pool_domus_session(struct request *q)
{
	const char *uuid = value_get_str(q->args[0], "host_uuid");
	const char *secret = value_get_str(q->args[0], "secret");
	const char *session = value_get_str(q->args[0], "session");
	const struct db *db = &q->core->db;
	struct value *v;
	enum role role;

	if (uuid == NULL || secret == NULL || session == NULL)
		return req_fail(q, "INVALID_VALUE", "request", "", NULL);
	if (!coordinator_knows(db, "member", uuid, secret))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", uuid,
		    "Not a member of this pool", NULL);
	role = session_role(q->core, session);
	if (role == ROLE_NOAUTH)
		return req_fail(q, "SESSION_INVALID", session, NULL);
	session_touch(q->core, session);
	v = value_new_struct();
	value_set_str(v, "role", role_name(role));
	value_set_str(v, "user", rec_str(db_find(db, CLASS_session, session),
	    session_auth_user_sid));
	return req_return(q, v);
}
