/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundle.h"
#include "coordinator.h"
#include "pool_rig.h"

/* Members, as the coordinator sees them: hellos, orders, silence, ejection. */

static char *
hello_status(struct rig *c, struct rig *of, const char *secret)
{
	struct value *v = value_new_struct();
	struct reply r;
	char *status;

	value_set_str(v, "host_uuid", of->core.host_uuid);
	value_set_str(v, "secret", secret);
	r = call_with(c, "pool.domus_hello", v);
	assert_true(r.ok);
	status = strdup(value_get_str(r.value, "status"));
	reply_free(&r);
	return status;
}

static void
strangers_and_the_ejected_are_told_so(void **state)
{
	struct pool *p = *state;
	struct db *db = &p->c->core.db;
	char more[64], *s;

	s = hello_status(p->c, p->a, secret_a);
	assert_string_equal(s, "unknown");
	free(s);
	join(p, p->a, secret_a);
	s = hello_status(p->c, p->a, secret_b);
	assert_string_equal(s, "unknown");
	free(s);
	snprintf(more, sizeof(more), ", \"%s\"", p->c->core.host_ref);
	rig_fails(p->c, "pool.eject", more, "OPERATION_NOT_ALLOWED");
	snprintf(more, sizeof(more), ", \"%s\"", p->a->core.host_ref);
	rig_fails(p->c, "host.destroy", more, "HOST_IS_LIVE");
	value_free(rig_get(p->c, "pool.eject", more));
	assert_int_equal(db_count(db, CLASS_host), 1);
	assert_int_equal(db_count(db, CLASS_PIF), 2);
	assert_int_equal(db_count(db, CLASS_PIF_metrics), 2);
	assert_int_equal(db_count(db, CLASS_VM), 1);
	assert_int_equal(db_count(db, CLASS_SR), 1);
	assert_int_equal(db_count(db, CLASS_console), 2);
	rig_restart(p->c);
	s = hello_status(p->c, p->a, secret_a);
	assert_string_equal(s, "ejected");
	free(s);
	/* it may come back, with a token of its own */
	join(p, p->a, secret_a);
	assert_int_equal(db_count(db, CLASS_host), 2);
}

static uint64_t
send_hello(struct rig *c, struct rig *of, struct value *results)
{
	struct value *v = value_new_struct(), *params = value_new_array();
	uint64_t id;

	value_set_str(v, "host_uuid", of->core.host_uuid);
	value_set_str(v, "secret", secret_a);
	if (results != NULL)
		value_set(v, "results", results);
	value_add(params, v);
	id = rig_send_value(c, "pool.domus_hello", params);
	value_free(params);
	return id;
}

static void
an_order_goes_with_a_hello_and_its_result_comes_back(void **state)
{
	struct pool *p = *state;
	struct value *order, *result, *results = value_new_array();
	char params[128];
	uint64_t hello, dmesg;
	struct reply r;

	join(p, p->a, secret_a);
	hello = send_hello(p->c, p->a, NULL);
	assert_false(rig_poll(p->c, hello, &r));
	snprintf(params, sizeof(params), "[\"%s\", \"%s\"]", p->c->session,
	    p->a->core.host_ref);
	dmesg = rig_send(p->c, "host.dmesg", params);
	r = rig_wait(p->c, hello);
	order = value_at(value_get(r.value, "orders"), 0);
	assert_string_equal(value_get_str(order, "what"), "dmesg");
	result = value_new_struct();
	value_set(result, "id", value_copy(value_get(order, "id")));
	value_set_str(result, "result", "words");
	value_add(results, result);
	reply_free(&r);
	send_hello(p->c, p->a, results);
	r = rig_wait(p->c, dmesg);
	assert_true(r.ok);
	assert_string_equal(value_str(r.value), "words");
	reply_free(&r);
}

static void
a_silent_member_is_not_live(void **state)
{
	struct pool *p = *state;
	struct db *db = &p->c->core.db;
	const struct record *host, *m;
	char more[64];

	join(p, p->a, secret_a);
	host = db_by_uuid(db, CLASS_host, p->a->core.host_uuid);
	m = rec_ref(db, host, host_metrics);
	assert_true(rec_bool(m, host_metrics_live));
	coordinator_member(&p->c->core, p->a->core.host_uuid)->heard -= 41000;
	p->c->core.every_due[1] = 0;
	core_turn(&p->c->core, &(struct err){ .text = "" });
	assert_false(rec_bool(m, host_metrics_live));
	snprintf(more, sizeof(more), ", \"%s\"", host->ref);
	rig_fails(p->c, "host.dmesg", more, "HOST_OFFLINE");
	value_free(rig_get(p->c, "host.destroy", more));
	assert_int_equal(db_count(db, CLASS_host), 1);
}

static void
what_users_wrote_outlives_a_bundle(void **state)
{
	struct pool *p = *state;
	struct db *db = &p->c->core.db;
	struct record *host;
	struct err e;
	struct value *bundle;

	join(p, p->a, secret_a);
	host = db_by_uuid(db, CLASS_host, p->a->core.host_uuid);
	db_begin(db, true);
	db_set_str(db, host, host_name_label, "renamed");
	db_set_key(db, host, host_other_config, "mine", "1");
	db_set_bool(db, host, host_enabled, false);
	core_commit(&p->c->core, "test");
	db_begin(&p->a->core.db, true);
	db_set_str(&p->a->core.db, core_host(&p->a->core), host_address,
	    "192.0.2.9");
	core_commit(&p->a->core, "test");
	bundle = bundle_make(&p->a->core);
	db_begin(db, true);
	if (bundle_apply(db, p->a->core.host_uuid, bundle, false, &e) == -1)
		fail_msg("%s", e.text);
	core_commit(&p->c->core, "test");
	value_free(bundle);
	assert_string_equal(rec_str(host, host_name_label), "renamed");
	assert_string_equal(value_get_str(rec_get(host, host_other_config),
	    "mine"), "1");
	assert_false(rec_bool(host, host_enabled));
	assert_string_equal(rec_str(host, host_address), "192.0.2.9");
}

static void
a_coordinator_of_others_joins_nobody(void **state)
{
	struct pool *p = *state;

	join(p, p->a, secret_a);
	rig_fails(p->c, "pool.join", ", \"127.0.0.1:1\", \"root\", \"x\"",
	    "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		POOL_TEST(strangers_and_the_ejected_are_told_so),
		POOL_TEST(an_order_goes_with_a_hello_and_its_result_comes_back),
		POOL_TEST(a_silent_member_is_not_live),
		POOL_TEST(what_users_wrote_outlives_a_bundle),
		POOL_TEST(a_coordinator_of_others_joins_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
