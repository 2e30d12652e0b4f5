/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator.h"
#include "dispatch.h"
#include "join.h"
#include "pool_rig.h"
#include "session.h"

/* What clients, members and coordinators do that they should not. */

/* The oldest of too many tasks makes room for a call that is about it. */
static void
a_task_that_makes_room_for_a_call_about_it(void **state)
{
	struct rig *c = ((struct pool *)*state)->c;
	struct db *db = &c->core.db;
	struct value *v = value_new_struct(), *task;
	char more[64];

	value_set_str(v, "status", "success");
	value_set_time(v, "finished", core_time());
	db_begin(db, true);
	while (db_count(db, CLASS_task) < 500)
		db_create(db, CLASS_task, NULL, v);
	core_commit(&c->core, "test");
	value_free(v);
	snprintf(more, sizeof(more), ", \"%s\"",
	    db_at(db, CLASS_task, 0)->ref);
	task = rig_get(c, "Async.task.destroy", more);
	assert_string_equal(rec_str(db_find(db, CLASS_task, value_str(task)),
	    task_status), "failure");
	value_free(task);
}

/* A note that is cut in the middle of a character hides no other token. */
static void
a_long_note_leaves_the_list_of_tokens_readable(void **state)
{
	struct rig *c = ((struct pool *)*state)->c;
	char more[256] = ", 60, \"";
	struct value *list;

	memset(more + 7, 'a', 199);
	strcpy(more + 7 + 199, "\xc3\xa9\"");
	free(new_token(c, more));
	list = rig_get(c, "pool.domus_token_list", "");
	assert_int_equal(value_len(list), 1);
	value_free(list);
}

static void
a_token_lets_no_ejected_host_in_again(void **state)
{
	struct pool *p = *state;
	char *token = new_token(p->c, "");
	char more[64];

	enrol(p->c, request_of(p->a, secret_a, token), NULL);
	snprintf(more, sizeof(more), ", \"%s\"", p->a->core.host_ref);
	value_free(rig_get(p->c, "pool.eject", more));
	enrol(p->c, request_of(p->a, secret_a, token),
	    "SESSION_AUTHENTICATION_FAILED");
	assert_int_equal(db_count(&p->c->core.db, CLASS_host), 1);
	free(token);
}

/* Its records are no secret; a token of one's own is not enough. */
static void
nobody_enrols_as_another_member(void **state)
{
	struct pool *p = *state;
	char *token;

	join(p, p->a, secret_a);
	token = new_token(p->c, "");
	enrol(p->c, request_of(p->a, secret_b, token),
	    "OPERATION_NOT_ALLOWED");
	assert_true(coordinator_knows(&p->c->core.db, "member",
	    p->a->core.host_uuid, secret_a));
	/* the refusal has not used the token */
	enrol(p->c, request_of(p->b, secret_b, token), NULL);
	free(token);
}

static void
a_host_that_joins_takes_no_members(void **state)
{
	struct pool *p = *state;
	struct join *j = calloc(1, sizeof(*j));
	char *token = new_token(p->c, "");

	j->address = strdup("127.0.0.1:1");
	j->token = strdup("t");
	j->fingerprint = strdup("");
	j->out = true;
	p->c->core.pool->join = j;
	enrol(p->c, request_of(p->a, secret_a, token),
	    "OTHER_OPERATION_IN_PROGRESS");
	p->c->core.pool->join = NULL;
	enrol(p->c, request_of(p->a, secret_a, token), NULL);
	/* and one that has members joins nobody */
	j->out = false;
	p->c->core.pool->join = j;
	join_tick(&p->c->core);
	assert_false(j->out);
	assert_non_null(strstr(p->c->core.pool->last_error,
	    "CANNOT_BE_MASTER"));
	free(token);
}

/* The record of a class that a host owns. */
static struct value *
part(struct value *request, const char *cls)
{
	return value_at(value_get(value_get(request, "bundle"), cls), 0);
}

static void
hello_fails(struct rig *c, struct value *request)
{
	struct reply r = call_with(c, "pool.domus_hello", request);

	assert_false(r.ok);
	assert_string_equal(r.code, "INVALID_VALUE");
	reply_free(&r);
}

static void
nothing_is_put_on_another_host(void **state)
{
	static const struct {
		const char *cls, *field;
		enum class_id to;
	} cases[] = {
		{ "VM", "resident_on", CLASS_host },
		{ "PIF", "host", CLASS_host },
		{ "PBD", "host", CLASS_host },
		{ "PBD", "SR", CLASS_SR },
		{ "host_cpu", "host", CLASS_host },
		{ "host", "metrics", CLASS_host_metrics },
		{ "VM", "metrics", CLASS_VM_metrics },
		{ "PIF", "metrics", CLASS_PIF_metrics },
		{ "console", "VM", CLASS_VM },
	};
	struct pool *p = *state;
	struct db *db = &p->c->core.db;
	char *token = new_token(p->c, "");
	struct value *v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v = request_of(p->a, secret_a, token);
		value_set_str(part(v, cases[i].cls), cases[i].field,
		    db_at(db, cases[i].to, 0)->ref);
		enrol(p->c, v, "INVALID_VALUE");
	}
	enrol(p->c, request_of(p->a, secret_a, token), NULL);
	/* nor later, by one that is a member */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v = request_of(p->a, secret_a, NULL);
		value_set_str(part(v, cases[i].cls), cases[i].field,
		    db_at(db, cases[i].to, 0)->ref);
		hello_fails(p->c, v);
	}
	free(token);
}

/* Everybody may read tasks and events. */
static void
secrets_are_in_no_task_and_no_event(void **state)
{
	struct rig *c = ((struct pool *)*state)->c;
	struct value *ref, *all, *events;
	struct method m;

	rig_fails(c, "Async.pool.domus_token_create", "",
	    "MESSAGE_METHOD_UNKNOWN");
	rig_fails(c, "Async.secret.get_all_records", "",
	    "MESSAGE_METHOD_UNKNOWN");
	ref = rig_get(c, "secret.create", ", {\"value\": \"swordfish\"}");
	all = rig_get(c, "event.from", ", [\"*\"], \"\", 0.1");
	events = value_get(all, "events");
	assert_true(value_len(events) > 0);
	for (size_t i = 0; i < value_len(events); i++)
		assert_string_not_equal(value_get_str(value_at(events, i),
		    "ref"), value_str(ref));
	value_free(all);
	value_free(ref);
	assert_int_equal(dispatch_find("secret.get_value", &m), 0);
	assert_int_equal(m.role, ROLE_POOL_OPERATOR);
	assert_int_equal(dispatch_find("secret.get_all_records", &m), 0);
	assert_int_equal(m.role, ROLE_POOL_OPERATOR);
}

static uint64_t
send_hello(struct rig *c, struct rig *of, const char *results)
{
	struct buf b = { 0 };
	uint64_t id;

	buf_printf(&b, "[{\"host_uuid\": \"%s\", \"secret\": \"%s\", "
	    "\"results\": %s}]", of->core.host_uuid, secret_a, results);
	id = rig_send(c, "pool.domus_hello", buf_str(&b));
	buf_free(&b);
	return id;
}

/* What a member says of an order may be nonsense; the task still ends. */
static void
a_nonsensical_result_ends_its_task(void **state)
{
	struct pool *p = *state;
	struct value *order, *task;
	char more[128];
	uint64_t hello;
	struct reply r;

	join(p, p->a, secret_a);
	hello = send_hello(p->c, p->a, "[]");
	snprintf(more, sizeof(more), ", \"%s\"", p->a->core.host_ref);
	task = rig_get(p->c, "Async.host.dmesg", more);
	r = rig_wait(p->c, hello);
	order = value_at(value_get(r.value, "orders"), 0);
	snprintf(more, sizeof(more), "[1, {\"id\": %lld, \"code\": \"NO\", "
	    "\"params\": \"x\"}]",
	    (long long)value_get(order, "id")->u.i);
	reply_free(&r);
	send_hello(p->c, p->a, more);
	snprintf(more, sizeof(more), ", \"%s\"", value_str(task));
	value_free(task);
	task = rig_get(p->c, "task.get_status", more);
	assert_string_equal(value_str(task), "failure");
	value_free(task);
}

static void
a_clock_that_was_ahead_keeps_no_session(void **state)
{
	struct rig *c = ((struct pool *)*state)->c;
	struct db *db = &c->core.db;
	struct record *r = db_find(db, CLASS_session, c->session);
	struct err e;
	int64_t t;

	for (int i = 0; i < 2; i++) {
		db_begin(db, false);
		db_set_time(db, r, session_last_active,
		    core_time() + 365 * 86400);
		core_commit(&c->core, "test");
		if (i == 0)
			value_free(rig_get(c, "pool.get_all", ""));
		else
			session_expire(&c->core);
		assert_int_equal(value_as_time(rec_get(r,
		    session_last_active), &t, &e), 0);
		assert_true(t <= core_time());
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		POOL_TEST(a_task_that_makes_room_for_a_call_about_it),
		POOL_TEST(a_long_note_leaves_the_list_of_tokens_readable),
		POOL_TEST(a_token_lets_no_ejected_host_in_again),
		POOL_TEST(nobody_enrols_as_another_member),
		POOL_TEST(a_host_that_joins_takes_no_members),
		POOL_TEST(nothing_is_put_on_another_host),
		POOL_TEST(secrets_are_in_no_task_and_no_event),
		POOL_TEST(a_nonsensical_result_ends_its_task),
		POOL_TEST(a_clock_that_was_ahead_keeps_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
