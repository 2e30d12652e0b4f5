/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "expr.h"
#include "facts.h"
#include "jsonrpc.h"
#include "rig.h"
#include "session.h"

/* Calls, sessions, tasks, expressions: [core] without processes. */

static int
set_up(void **state)
{
	*state = rig_open(1);
	return 0;
}

static int
tear_down(void **state)
{
	rig_close(*state);
	return 0;
}

/* A parameter list with the reference of the pool in it. */
static const char *
with_pool(struct rig *r, char *to, size_t size, const char *more)
{
	snprintf(to, size, ", \"%s\"%s", core_pool(&r->core)->ref, more);
	return to;
}

static void
wrong_calls_get_the_right_code(void **state)
{
	static const struct {
		const char *method, *more, *code;
	} cases[] = {
		{ "VM.fly", "", "MESSAGE_METHOD_UNKNOWN" },
		{ "Bird.fly", "", "MESSAGE_METHOD_UNKNOWN" },
		{ "Async.fly", "", "MESSAGE_METHOD_UNKNOWN" },
		{ "Async.session.login_with_password", "",
		    "MESSAGE_METHOD_UNKNOWN" },
		{ "VM.get_record", ", \"OpaqueRef:none\"", "HANDLE_INVALID" },
		{ "VM.get_record", ", \"OpaqueRef:NULL\"", "HANDLE_INVALID" },
		{ "VM.get_by_uuid", ", \"none\"", "UUID_INVALID" },
		{ "VM.get_record", "", "MESSAGE_PARAMETER_COUNT_MISMATCH" },
		{ "VM.get_all", ", 1", "MESSAGE_PARAMETER_COUNT_MISMATCH" },
		{ "VM.get_record", ", 1", "FIELD_TYPE_ERROR" },
		{ "VM.get_record", ", {}", "FIELD_TYPE_ERROR" },
		{ "VM.assert_agile", ", \"OpaqueRef:x\"", "HANDLE_INVALID" },
		{ "pool.rotate_secret", "", "NOT_IMPLEMENTED" },
		{ "VM.get_all_records_where", ", \"field \\\"x\\\"=\"",
		    "INVALID_VALUE" },
		{ "event.from", ", [\"*\"], \"x\", 1",
		    "EVENT_FROM_TOKEN_PARSE_FAILURE" },
		{ "event.from", ", [\"*\"], \"1,1\", 1", "EVENTS_LOST" },
		{ "event.from", ", [\"*\"], \"99999999999999,1\", 1",
		    "EVENTS_LOST" },
		{ "event.inject", ", \"pool\", \"OpaqueRef:x\"",
		    "HANDLE_INVALID" },
		{ "message.create", ", \"n\", 1, \"Nothing\", \"u\", \"b\"",
		    "VALUE_NOT_SUPPORTED" },
		{ "pool.domus_token_create", ", 0", "VALUE_NOT_SUPPORTED" },
		{ "pool.domus_token_revoke", ", \"x\"", "UUID_INVALID" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		rig_fails(*state, cases[i].method, cases[i].more,
		    cases[i].code);
}

static void
fields_are_read_and_written(void **state)
{
	struct rig *r = *state;
	char more[256];
	struct value *v;

	value_free(rig_get(r, "pool.set_name_label", with_pool(r, more,
	    sizeof(more), ", \"here\"")));
	v = rig_get(r, "pool_get_name_label", with_pool(r, more, sizeof(more),
	    ""));
	assert_string_equal(value_str(v), "here");
	value_free(v);
	value_free(rig_get(r, "pool.add_to_other_config", with_pool(r, more,
	    sizeof(more), ", \"k\", \"v\"")));
	rig_fails(r, "pool.add_to_other_config", more, "MAP_DUPLICATE_KEY");
	for (int i = 0; i < 2; i++)	/* a key that is gone can be removed */
		value_free(rig_get(r, "pool.remove_from_other_config",
		    with_pool(r, more, sizeof(more), ", \"k\"")));
	for (int i = 0; i < 2; i++)
		value_free(rig_get(r, "pool.add_tags", with_pool(r, more,
		    sizeof(more), ", \"t\"")));
	v = rig_get(r, "pool.get_tags", with_pool(r, more, sizeof(more), ""));
	assert_int_equal(value_len(v), 1);
	value_free(v);
	rig_fails(r, "pool.set_other_config", with_pool(r, more, sizeof(more),
	    ", \"text\""), "FIELD_TYPE_ERROR");
	rig_fails(r, "pool.set_uuid", with_pool(r, more, sizeof(more),
	    ", \"text\""), "MESSAGE_METHOD_UNKNOWN");
}

static void
every_class_gives_whole_records(void **state)
{
	struct rig *r = *state;
	struct value *v, *record;
	char method[64];

	for (enum class_id c = 0; c < CLASSES; c++) {
		if (!model_implicit(c, "get_all_records"))
			continue;
		snprintf(method, sizeof(method), "%s.get_all_records",
		    model_classes[c].name);
		v = rig_get(r, method, "");
		for (size_t i = 0; i < value_len(v); i++) {
			record = value_at(v, i);
			assert_int_equal(value_len(record),
			    model_classes[c + 1].first -
			    model_classes[c].first);
			for (size_t f = 0; f < value_len(record); f++)
				assert_string_equal(value_name_at(record, f),
				    model_fields[(size_t)model_classes[c].first
				    + f].name);
		}
		value_free(v);
	}
}

static void
a_session_ends_with_its_logout(void **state)
{
	struct rig *r = *state;
	struct value *v = rig_get(r, "session.login_with_password", NULL);
	size_t before = db_count(&r->core.db, CLASS_session);

	snprintf(r->session, sizeof(r->session), "%s", value_str(v));
	value_free(v);
	value_free(rig_get(r, "session.logout", ""));
	assert_int_equal(db_count(&r->core.db, CLASS_session), before - 1);
	assert_int_equal(session_role(&r->core, r->session), ROLE_NOAUTH);
}

static void
the_oldest_of_too_many_sessions_goes(void **state)
{
	struct rig *r = *state;

	for (int i = 0; i < 450; i++)
		value_free(rig_get(r, "session.login_with_password", NULL));
	assert_int_equal(db_count(&r->core.db, CLASS_session), 400);
}

static struct value *
task_of(struct rig *r, const char *method, const char *more)
{
	struct value *ref = rig_get(r, method, more), *task;
	char param[ID_REF + 8];

	snprintf(param, sizeof(param), ", \"%s\"", value_str(ref));
	value_free(ref);
	task = rig_get(r, "task.get_record", param);
	return task;
}

static void
async_calls_end_as_tasks(void **state)
{
	struct rig *r = *state;
	struct value *t;
	char more[256], want[128];

	t = task_of(r, "Async.pool.get_master", with_pool(r, more,
	    sizeof(more), ""));
	assert_string_equal(value_get_str(t, "status"), "success");
	snprintf(want, sizeof(want), "<value>%s</value>", r->core.host_ref);
	if (strcmp(value_get_str(t, "result"), want) != 0) {
		snprintf(want, sizeof(want),
		    "<value><string>%s</string></value>", r->core.host_ref);
		assert_string_equal(value_get_str(t, "result"), want);
	}
	value_free(t);
	t = task_of(r, "Async.pool.set_name_label", with_pool(r, more,
	    sizeof(more), ", \"x\""));
	assert_string_equal(value_get_str(t, "result"), "");
	value_free(t);
	t = task_of(r, "Async.pool.rotate_secret", "");
	assert_string_equal(value_get_str(t, "status"), "failure");
	assert_string_equal(value_str(value_at(value_get(t, "error_info"), 0)),
	    "NOT_IMPLEMENTED");
	value_free(t);
}

static void
a_running_task_has_failed_after_a_restart(void **state)
{
	struct rig *r = *state;
	struct value *v = value_new_struct();
	struct record *ours, *theirs;
	char a[ID_REF], b[ID_REF];

	value_set_str(v, "status", "pending");
	value_set_str(v, "name_label", "Async.VM.start");
	db_begin(&r->core.db, true);
	ours = db_create(&r->core.db, CLASS_task, NULL, v);
	value_set_str(v, "name_label", "export");
	theirs = db_create(&r->core.db, CLASS_task, NULL, v);
	core_commit(&r->core, "test");
	value_free(v);
	strcpy(a, ours->ref);
	strcpy(b, theirs->ref);
	rig_restart(r);
	assert_string_equal(rec_str(db_find(&r->core.db, CLASS_task, a),
	    task_status), "failure");
	assert_string_equal(rec_str(db_find(&r->core.db, CLASS_task, b),
	    task_status), "pending");
}

static void
expressions_choose_records(void **state)
{
	static const struct {
		const char *text;
		int result;		/* -1: not an expression */
	} cases[] = {
		{ "true", 1 }, { "false", 0 }, { "not true", 0 },
		{ "not(false)", 1 }, { "true and false", 0 },
		{ "false or true and true", 1 },
		{ "field \"hostname\" = \"h1\"", 1 },
		{ "(field \"hostname\"='h1') and (field \"enabled\"="
		    "\"true\")", 1 },
		{ "field \"hostname\" != \"h1\"", 0 },
		{ "hostname = \"h1\"", 1 },
		{ "field \"API_version_major\" = \"2\"", 1 },
		{ "field \"nothing\" = \"h1\"", -1 }, { "", -1 },
		{ "true true", -1 }, { "(true", -1 }, { "not", -1 },
		{ "field \"hostname\" = ", -1 }, { "\"a", -1 },
		{ "truely", -1 },
	};
	struct rig *r = *state;
	struct expr *x;
	struct err e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		x = expr_parse(cases[i].text, CLASS_host, &e);
		if ((x == NULL) != (cases[i].result == -1))
			fail_msg("%s", cases[i].text);
		if (x != NULL)
			assert_int_equal(expr_true(x, core_host(&r->core)),
			    cases[i].result);
		expr_free(x);
	}
}

static void
deep_and_long_expressions_are_refused(void **state)
{
	struct buf b = { 0 };
	struct err e;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_char(&b, '(');
	assert_null(expr_parse(buf_str(&b), CLASS_host, &e));
	buf_reset(&b);
	for (int i = 0; i < 50000; i++)
		buf_str_add(&b, "true and ");
	buf_str_add(&b, "true");
	assert_null(expr_parse(buf_str(&b), CLASS_host, &e));
	buf_reset(&b);
	for (int i = 0; i < 50000; i++)
		buf_str_add(&b, "not ");
	assert_null(expr_parse(buf_str(&b), CLASS_host, &e));
	buf_free(&b);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

/* Management without IPv4: others reach the host by the first IPv6 address. */
static void
a_host_of_ipv6_alone_has_an_address(void **state)
{
	static const char *const cases[][2] = {
		{ "{\"management\": {\"address\": \"\", \"addresses6\":"
		    " [\"fd09::5/128\", \"fd08::1/64\"]}}", "fd09::5" },
		{ "{\"management\": {\"address\": \"10.0.0.5\", "
		    "\"addresses6\": [\"fd09::5/128\"]}}", "10.0.0.5" },
		{ "{\"management\": {\"address\": \"\"}}", "" },
	};
	struct rig *r = *state;
	struct value *facts;
	struct err e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		facts = json_parse(cases[i][0], strlen(cases[i][0]),
		    &value_limits_reply, &e);
		if (facts == NULL || facts_apply(&r->core, facts, &e) == -1)
			fail_msg("%s", e.text);
		assert_string_equal(rec_str(core_host(&r->core),
		    host_address), cases[i][1]);
		value_free(facts);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(wrong_calls_get_the_right_code),
		TEST(fields_are_read_and_written),
		TEST(every_class_gives_whole_records),
		TEST(a_session_ends_with_its_logout),
		TEST(the_oldest_of_too_many_sessions_goes),
		TEST(async_calls_end_as_tasks),
		TEST(a_running_task_has_failed_after_a_restart),
		TEST(expressions_choose_records),
		TEST(a_host_of_ipv6_alone_has_an_address),
		cmocka_unit_test(deep_and_long_expressions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
