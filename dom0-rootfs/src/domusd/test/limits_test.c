/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "clock.h"
#include "pool.h"
#include "rig.h"
#include "session.h"

/* What a client may not do for ever, and clocks that are set. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CALLS 150
#define LONG 100000		/* bytes of an answer */
#define FULL ((size_t)4 << 20)		/* PEER_FULL */

static int64_t set_by;		/* the clock, in seconds */

time_t __real_time(time_t *t);
time_t __wrap_time(time_t *t);

time_t
__wrap_time(time_t *t)
{
	time_t now = __real_time(NULL) + set_by;

	if (t != NULL)
		*t = now;
	return now;
}

static int
set_up(void **state)
{
	set_by = 0;
	*state = rig_open(1);
	return 0;
}

static int
tear_down(void **state)
{
	rig_close(*state);
	return 0;
}

static void
turn(struct rig *r, int n)
{
	struct err e;

	while (n-- > 0) {
		r->core.every_due[1] = core_ms();	/* do not wait */
		if (core_turn(&r->core, &e) == -1)
			fail_msg("%s", e.text);
	}
}

/* Put a call that nobody reads the answer of. */
static void
put(struct rig *r, const char *method, struct value *params)
{
	struct call c = { .method = strdup(method), .params = params };
	struct err e;

	if (msg_call_put(&r->port, ++r->last_id, &c, &e) == -1 ||
	    msg_flush(&r->port, &e) == -1)
		fail_msg("%s", e.text);
	call_free(&c);
}

static void
put_event_from(struct rig *r)
{
	struct value *params = value_new_array(), *classes = value_new_array();

	value_add_str(classes, "pool");
	value_add_str(params, r->session);
	value_add(params, classes);
	value_add(params, value_new_fmt("%llu,1",
	    (unsigned long long)r->core.db.generation));
	value_add(params, value_new_float(600));
	put(r, "event.from", params);
}

static void
call_pool_long(struct rig *r)
{
	char *text = malloc(LONG + 1);

	memset(text, 'x', LONG);
	text[LONG] = '\0';
	db_begin(&r->core.db, false);
	db_set_str(&r->core.db, core_pool(&r->core), pool_name_label, text);
	core_commit(&r->core, "test");
	free(text);
}

/* More than any client may leave unread. */
static void
put_long_calls(struct rig *r)
{
	struct value *params;

	for (int i = 0; i < CALLS; i++) {
		params = value_new_array();
		value_add_str(params, r->session);
		value_add_str(params, core_pool(&r->core)->ref);
		put(r, "pool.get_name_label", params);
		turn(r, 1);
	}
}

static struct peer *
client(struct rig *r)
{
	struct peer *p = r->core.peers;

	while (p->kind != PEER_LOCAL)
		p = p->next;
	return p;
}

static size_t
waiting(const struct peer *p)
{
	return p->port.out.len - p->port.out_at;
}

/* Read all that comes; how many answers. */
static size_t
read_all(struct rig *r, const char *code)
{
	struct reply reply;
	struct msg m;
	struct err e;
	size_t n = 0;

	for (int idle = 0; idle < 50; idle++) {
		msg_flush(&r->port, &e);
		turn(r, 1);
		if (msg_fill(&r->port, &e) == -1)
			fail_msg("%s", e.text);
		while (msg_next(&r->port, &m, &e) == 1) {
			if (msg_reply_get(&m, &reply, &e) == -1)
				fail_msg("%s", e.text);
			n += code == NULL ? reply.ok : !reply.ok &&
			    strcmp(reply.code, code) == 0;
			reply_free(&reply);
			idle = 0;
		}
		idle = r->port.in.len > r->port.in_at ? 0 : idle;
	}
	return n;
}

static void
who_does_not_read_is_not_answered_on(void **state)
{
	struct rig *r = *state;
	struct peer *p = client(r);
	size_t most;

	call_pool_long(r);
	put_long_calls(r);
	turn(r, 50);
	most = waiting(p);
	assert_true(most > FULL);
	assert_true(most < FULL + (FULL >> 1));
	assert_int_equal(read_all(r, NULL), CALLS);
	assert_int_equal(waiting(p), 0);
}

static void
events_wait_for_one_who_reads(void **state)
{
	struct rig *r = *state;
	struct peer *p = client(r);
	size_t before;

	call_pool_long(r);
	put_event_from(r);
	turn(r, 1);
	put_long_calls(r);
	assert_true(waiting(p) > FULL);
	assert_non_null(r->core.requests);
	db_begin(&r->core.db, false);
	db_touch(&r->core.db, core_pool(&r->core));
	core_commit(&r->core, "test");
	before = waiting(p);
	r->core.events_due = core_ms();
	turn(r, 50);
	assert_true(waiting(p) <= before);
	assert_non_null(r->core.requests);
	assert_int_equal(read_all(r, NULL), CALLS + 1);
}

static void
calls_that_wait_are_counted(void **state)
{
	struct rig *r = *state;

	for (int i = 0; i < 1100; i++) {
		put_event_from(r);
		turn(r, 1);
	}
	assert_int_equal(read_all(r, "TOO_BUSY"), 1100 - 1024);
}

static void
guessers_are_slowed_by_address_and_network(void **state)
{
	static const struct {
		const char *form;	/* with a number from 1 on */
		int wrong;		/* of as many numbers */
		const char *who;
		bool locked;
	} cases[] = {
		{ "10.0.0.1", 4, "10.0.0.1", false },
		{ "10.0.0.1", 5, "10.0.0.1", true },
		{ "10.0.0.1", 5, "10.0.0.2", false },
		/* one that fails for ever does not lock its network */
		{ "10.0.0.1", 500, "10.0.0.2", false },
		{ "10.0.0.%d", 49, "10.0.0.200", false },
		{ "10.0.0.%d", 50, "10.0.0.200", true },
		{ "10.0.0.%d", 50, "10.0.1.200", false },
		{ "2001:db8:1:2::%d", 4, "2001:db8:1:2:ffff::", false },
		{ "2001:db8:1:2::%d", 5, "2001:db8:1:2:ffff::", true },
		{ "2001:db8:1:2::%d", 5, "2001:db8:1:3::1", false },
		{ "2001:db8:1:%d::1", 50, "2001:db8:1:ffff::1", true },
		{ "2001:db8:1:%d::1", 50, "2001:db8:2:ffff::1", false },
		/* from all over, more than are counted one by one */
		{ "2001:db8:%d::1", 400, "2001:db9::1", true },
		{ "", 5, "", true },
	};
	char peer[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct guesses g = { 0 };
		int64_t now = 1000000;

		for (int n = 1; n <= cases[i].wrong; n++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(peer, sizeof(peer), cases[i].form, n);
#pragma GCC diagnostic pop
			guess_wrong(&g, peer, now);
		}
		if (guess_locked(&g, cases[i].who, now) != cases[i].locked)
			fail_msg("case %zu", i);
		assert_false(guess_locked(&g, cases[i].who, now + 61000));
	}
}

static void
a_right_password_is_forgiven_its_failures(void **state)
{
	struct guesses g = { 0 };
	int64_t now = 1;

	(void)state;
	for (int i = 0; i < 5; i++)
		guess_wrong(&g, "10.0.0.1", now);
	assert_true(guess_locked(&g, "10.0.0.1", now + 999));
	assert_false(guess_locked(&g, "10.0.0.1", now + 1001));
	guess_wrong(&g, "10.0.0.1", now);
	assert_true(guess_locked(&g, "10.0.0.1", now + 1999));
	guess_right(&g, "10.0.0.1", now);
	assert_false(guess_locked(&g, "10.0.0.1", now + 1));
}

static const char *
token_state(struct rig *r)
{
	static const char *const states[] = { "open", "expired", "used" };
	struct value *v = rig_get(r, "pool.domus_token_list", "");
	const char *state = value_get_str(value_at(v, 0), "state"), *s = "?";

	for (size_t i = 0; i < COUNT(states); i++)
		if (strcmp(state, states[i]) == 0)
			s = states[i];
	value_free(v);
	return s;
}

/* As it is when a host without a battery finds its time server. */
static void
a_clock_set_forward_ends_nothing(void **state)
{
	struct rig *r = *state;
	const int64_t years = INT64_C(56) * 365 * 86400;

	for (int i = 0; i < 2; i++) {
		value_free(rig_get(r, "pool.domus_token_create", ""));
		set_by += i == 0 ? years : -years;
		value_free(rig_get(r, "pool.get_all", ""));
		session_expire(&r->core);
		value_free(rig_get(r, "pool.get_all", ""));
		assert_string_equal(token_state(r), "open");
	}
}

/* Nobody knows how long it would have been valid. */
static void
an_older_token_is_not_prolonged(void **state)
{
	struct rig *r = *state;

	value_free(rig_get(r, "pool.domus_token_create", ""));
	rig_restart(r);
	turn(r, 1);
	set_by += 7200;
	turn(r, 1);
	assert_string_equal(token_state(r), "expired");
}

static void
a_certificate_is_valid_whatever_the_clock_says(void **state)
{
	static const int64_t clocks[] = { 0, 60, 1795441624, 4102444800 };
	int64_t from, to, today = 1795441624;

	(void)state;
	for (size_t i = 0; i < COUNT(clocks); i++) {
		cert_valid(clocks[i], &from, &to);
		assert_true(from < today);
		assert_true(to > today + INT64_C(20) * 365 * 86400);
	}
}

static void
a_pool_without_a_name_is_called_after_its_host(void **state)
{
	struct rig *r = *state;
	char more[128], name[256];

	snprintf(more, sizeof(more), ", \"%s\", \"\"", core_pool(&r->core)->ref);
	value_free(rig_get(r, "pool.set_name_label", more));
	pool_called(&r->core, name, sizeof(name));
	assert_string_equal(name, "of h1");
	snprintf(more, sizeof(more), ", \"%s\", \"lab\"",
	    core_pool(&r->core)->ref);
	value_free(rig_get(r, "pool.set_name_label", more));
	pool_called(&r->core, name, sizeof(name));
	assert_string_equal(name, "lab");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(who_does_not_read_is_not_answered_on),
		TEST(events_wait_for_one_who_reads),
		TEST(calls_that_wait_are_counted),
		cmocka_unit_test(guessers_are_slowed_by_address_and_network),
		cmocka_unit_test(a_right_password_is_forgiven_its_failures),
		TEST(a_clock_set_forward_ends_nothing),
		TEST(an_older_token_is_not_prolonged),
		cmocka_unit_test(a_certificate_is_valid_whatever_the_clock_says),
		TEST(a_pool_without_a_name_is_called_after_its_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
