/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rig.h"

/* event.from and its kin. */

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

static struct value *
events(struct rig *r, const char *classes, const char *token,
    const char *timeout)
{
	char more[256];

	snprintf(more, sizeof(more), ", [%s], \"%s\", %s", classes, token,
	    timeout);
	return rig_get(r, "event.from", more);
}

static size_t
count_events(const struct value *batch, const char *operation)
{
	const struct value *list = value_get(batch, "events");
	size_t n = 0;

	for (size_t i = 0; i < value_len(list); i++)
		n += strcmp(value_get_str(value_at(list, i), "operation"),
		    operation) == 0;
	return n;
}

static void
a_first_look_shows_everything_as_new(void **state)
{
	struct rig *r = *state;
	struct value *v = events(r, "\"*\"", "", "0");
	const struct value *counts = value_get(v, "valid_ref_counts");
	size_t all = 0;

	for (enum class_id c = 0; c < CLASSES; c++)
		if (model_has_events(c))
			all += db_count(&r->core.db, c);
	assert_int_equal(count_events(v, "add"), all);
	assert_int_equal(value_len(value_get(v, "events")), all);
	assert_true(value_is(value_get(counts, "pool"), VALUE_INT32));
	assert_int_equal(value_get(counts, "pool")->u.i, 1);
	assert_null(value_get(counts, "session"));
	assert_int_equal(strlen(value_get_str(v, "token")), 41);
	value_free(v);
}

static void
changes_are_told_once_with_the_whole_record(void **state)
{
	struct rig *r = *state;
	struct value *v = events(r, "\"pool\"", "", "0"), *w;
	const struct value *event;
	char more[256], token[48];

	strcpy(token, value_get_str(v, "token"));
	value_free(v);
	for (int i = 0; i < 3; i++) {
		snprintf(more, sizeof(more), ", \"%s\", \"n%d\"",
		    core_pool(&r->core)->ref, i);
		value_free(rig_get(r, "pool.set_name_label", more));
	}
	v = events(r, "\"POOL\"", token, "0.5");
	assert_int_equal(value_len(value_get(v, "events")), 1);
	event = value_at(value_get(v, "events"), 0);
	assert_string_equal(value_get_str(event, "class"), "pool");
	assert_string_equal(value_get_str(event, "operation"), "mod");
	assert_string_equal(value_get_str(value_get(event, "snapshot"),
	    "name_label"), "n2");
	w = events(r, "\"pool\"", value_get_str(v, "token"), "0");
	assert_int_equal(value_len(value_get(w, "events")), 0);
	value_free(w);
	w = events(r, "\"vm\", \"host/OpaqueRef:none\"", token, "0");
	assert_int_equal(value_len(value_get(w, "events")), 0);
	value_free(w);
	snprintf(more, sizeof(more), "\"pool/%s\"", core_pool(&r->core)->ref);
	w = events(r, more, token, "0");
	assert_int_equal(value_len(value_get(w, "events")), 1);
	value_free(w);
	value_free(v);
}

static void
what_came_and_went_is_not_told(void **state)
{
	struct rig *r = *state;
	struct value *v, *ref;
	char token[48], more[128];

	v = events(r, "\"task\"", "", "0");
	strcpy(token, value_get_str(v, "token"));
	value_free(v);
	ref = rig_get(r, "task.create", ", \"a\", \"\"");
	v = events(r, "\"task\"", token, "1");
	assert_int_equal(count_events(v, "add"), 1);
	snprintf(more, sizeof(more), ", \"%s\"", value_str(ref));
	value_free(rig_get(r, "task.destroy", more));
	value_free(ref);
	ref = events(r, "\"task\"", value_get_str(v, "token"), "1");
	assert_int_equal(count_events(ref, "del"), 1);
	value_free(ref);
	value_free(v);
	v = events(r, "\"task\"", token, "0");
	assert_int_equal(value_len(value_get(v, "events")), 0);
	value_free(v);
}

static void
one_who_waits_is_answered_at_a_change(void **state)
{
	struct rig *r = *state;
	struct value *v = events(r, "\"pool\"", "", "0");
	struct reply reply;
	char params[256], more[128];
	int64_t start;
	uint64_t id;

	snprintf(params, sizeof(params), "[\"%s\", [\"pool\"], \"%s\", 30.1]",
	    r->session, value_get_str(v, "token"));
	value_free(v);
	id = rig_send(r, "event.from", params);
	/* also what changed before is told together: wait until it has been */
	for (int i = 0; i < 3 || r->core.events_due != 0; i++)
		assert_false(rig_poll(r, id, &reply));
	start = core_ms();
	snprintf(more, sizeof(more), "[\"%s\", \"%s\", \"x\"]", r->session,
	    core_pool(&r->core)->ref);
	rig_send(r, "pool.set_name_label", more);
	reply = rig_wait(r, id);
	assert_true(reply.ok);
	assert_int_equal(count_events(reply.value, "mod"), 1);
	assert_in_range(core_ms() - start, 30, 1000);
	reply_free(&reply);
}

static void
one_who_waits_in_vain_gets_a_token(void **state)
{
	struct rig *r = *state;
	struct value *v = events(r, "\"pool\"", "", "0"), *w;
	int64_t start = core_ms();

	w = events(r, "\"pool\"", value_get_str(v, "token"), "\"0.2\"");
	assert_in_range(core_ms() - start, 200, 2000);
	assert_int_equal(value_len(value_get(w, "events")), 0);
	assert_non_null(value_get(w, "valid_ref_counts"));
	value_free(v);
	value_free(w);
}

static void
an_injected_event_comes_after_its_token(void **state)
{
	struct rig *r = *state;
	char more[128];
	struct value *token, *v;

	snprintf(more, sizeof(more), ", \"pool\", \"%s\"",
	    core_pool(&r->core)->ref);
	token = rig_get(r, "event.inject", more);
	v = events(r, "\"pool\"", value_str(token), "0");
	assert_int_equal(count_events(v, "mod"), 1);
	value_free(token);
	value_free(v);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_first_look_shows_everything_as_new),
		TEST(changes_are_told_once_with_the_whole_record),
		TEST(what_came_and_went_is_not_told),
		TEST(one_who_waits_is_answered_at_a_change),
		TEST(one_who_waits_in_vain_gets_a_token),
		TEST(an_injected_event_comes_after_its_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
