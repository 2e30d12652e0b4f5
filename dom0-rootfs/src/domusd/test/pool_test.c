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
#include "pool.h"
#include "rig.h"
#include "token.h"

/* Tokens, enrolment and hellos: a coordinator and two who want to join. */

struct pool {
	struct rig *c, *a, *b;	/* coordinator, hosts */
};

static const char secret_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaa";
static const char secret_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "bbbbbbbbbbbbbbbbb";

static int
set_up(void **state)
{
	struct pool *p = calloc(1, sizeof(*p));

	p->c = rig_open(1);
	p->a = rig_open(2);
	p->b = rig_open(3);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct pool *p = *state;

	rig_close(p->c);
	rig_close(p->a);
	rig_close(p->b);
	free(p);
	return 0;
}

static char *
new_token(struct rig *r, const char *more)
{
	struct value *v = rig_get(r, "pool.domus_token_create", more);
	char *token = strdup(value_get_str(v, "token"));

	assert_int_equal(strlen(token), 64);
	assert_memory_equal(value_get_str(v, "fingerprint"), "SHA256:", 7);
	value_free(v);
	return token;
}

static struct value *
request_of(struct rig *r, const char *secret, const char *token)
{
	struct value *v = value_new_struct();

	value_set_str(v, "host_uuid", r->core.host_uuid);
	value_set_str(v, "secret", secret);
	value_set_str(v, "certificate", r->cert.public_pem);
	if (token != NULL)
		value_set_str(v, "token", token);
	value_set(v, "bundle", bundle_make(&r->core));
	return v;
}

static struct reply
call(struct rig *c, const char *method, struct value *request)
{
	struct value *params = value_new_array();
	uint64_t id;

	value_add(params, request);
	id = rig_send_value(c, method, params);
	value_free(params);
	return rig_wait(c, id);
}

/* Enrol, and compare the code (NULL: success). */
static void
enrol(struct rig *c, struct value *request, const char *code)
{
	struct reply r = call(c, "pool.domus_enrol", request);
	struct err e;

	if (r.ok != (code == NULL) || (!r.ok && strcmp(r.code, code) != 0)) {
		if (!r.ok)
			reply_error(&r, &e);
		fail_msg("%s", r.ok ? "success" : e.text);
	}
	reply_free(&r);
}

static void
a_token_lets_one_host_in_once(void **state)
{
	struct pool *p = *state;
	struct db *db = &p->c->core.db;
	char *token = new_token(p->c, "");

	enrol(p->c, request_of(p->a, secret_a, token), NULL);
	assert_int_equal(db_count(db, CLASS_host), 2);
	/* the answer got lost: the same again is the same */
	rig_restart(p->c);
	for (int i = 0; i < 3; i++)
		enrol(p->c, request_of(p->a, secret_a, token), NULL);
	assert_int_equal(db_count(db, CLASS_host), 2);
	assert_int_equal(db_count(db, CLASS_PIF), 4);
	assert_int_equal(db_count(db, CLASS_host_cpu), 4);
	assert_int_equal(db_count(db, CLASS_VM), 2);
	/* one who knows the token, but not the secret */
	enrol(p->c, request_of(p->a, secret_b, token),
	    "SESSION_AUTHENTICATION_FAILED");
	enrol(p->c, request_of(p->b, secret_b, token),
	    "SESSION_AUTHENTICATION_FAILED");
	assert_int_equal(db_count(db, CLASS_host), 2);
	free(token);
}

static void
bad_tokens_are_refused(void **state)
{
	struct pool *p = *state;
	char *token = new_token(p->c, ", 1");
	struct value *list, *v;
	char more[64];

	enrol(p->c, request_of(p->a, secret_a, "no such token"),
	    "SESSION_AUTHENTICATION_FAILED");
	enrol(p->c, request_of(p->a, secret_a, ""),
	    "SESSION_AUTHENTICATION_FAILED");
	enrol(p->c, request_of(p->a, secret_a, NULL), "SESSION_INVALID");
	for (int64_t end = core_time() + 2; core_time() < end;)
		core_turn(&p->c->core, &(struct err){ "" });
	enrol(p->c, request_of(p->a, secret_a, token),
	    "SESSION_AUTHENTICATION_FAILED");
	free(token);
	list = rig_get(p->c, "pool.domus_token_list", "");
	v = value_at(list, 0);
	assert_string_equal(value_get_str(v, "state"), "expired");
	snprintf(more, sizeof(more), ", \"%s\"", value_get_str(v, "id"));
	value_free(list);
	value_free(rig_get(p->c, "pool.domus_token_revoke", more));
	rig_fails(p->c, "pool.domus_token_revoke", more, "UUID_INVALID");
	assert_int_equal(db_count(&p->c->core.db, CLASS_host), 1);
}

static void
the_database_holds_no_token(void **state)
{
	struct pool *p = *state;
	char *token = new_token(p->c, ", 60, \"for rack 2\"");
	const struct db *db = &p->c->core.db;

	for (size_t i = 0; i < db->nnotes; i++)
		if (db->notes[i].text != NULL)
			assert_null(strstr(db->notes[i].text, token));
	free(token);
}

static void
a_session_lets_hosts_in_too(void **state)
{
	struct pool *p = *state;
	struct value *v = request_of(p->a, secret_a, NULL);

	value_set_str(v, "session", p->c->session);
	enrol(p->c, v, NULL);
	assert_int_equal(db_count(&p->c->core.db, CLASS_host), 2);
}

static void
hosts_that_differ_need_force(void **state)
{
	struct pool *p = *state;
	char *token = new_token(p->c, "");
	struct value *v;

	db_begin(&p->a->core.db, true);
	db_set_key(&p->a->core.db, core_host(&p->a->core), host_cpu_info,
	    "vendor", "GenuineIntel");
	core_commit(&p->a->core, "test");
	v = request_of(p->a, secret_a, token);
	enrol(p->c, v, "HOSTS_NOT_HOMOGENEOUS");
	/* the token is still there: nothing of a refusal is kept */
	v = request_of(p->a, secret_a, token);
	value_set_bool(v, "force", true);
	enrol(p->c, v, NULL);
	free(token);
}

static void
impossible_hosts_are_refused(void **state)
{
	struct pool *p = *state;
	char *token = new_token(p->c, "");
	struct value *v;

	enrol(p->c, request_of(p->c, secret_a, token),
	    "OPERATION_NOT_ALLOWED");
	v = request_of(p->a, secret_a, token);
	value_set_str(v, "host_uuid", p->b->core.host_uuid);
	enrol(p->c, v, "INVALID_VALUE");
	v = request_of(p->a, secret_a, token);
	value_set_int(value_at(value_get(value_get(v, "bundle"), "host"), 0),
	    "API_version_minor", 1);
	enrol(p->c, v, "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION");
	v = request_of(p->a, "short", token);
	enrol(p->c, v, "INVALID_VALUE");
	free(token);
}

static void
a_host_cannot_take_what_is_another_s(void **state)
{
	struct pool *p = *state;
	char *token = new_token(p->c, "");
	struct value *v, *pifs;
	const char *ref = db_at(&p->c->core.db, CLASS_PIF, 0)->ref;

	v = request_of(p->a, secret_a, token);
	pifs = value_get(value_get(v, "bundle"), "PIF");
	value_set(pifs, ref, value_copy(value_at(pifs, 0)));
	enrol(p->c, v, "INVALID_VALUE");
	assert_int_equal(db_count(&p->c->core.db, CLASS_host), 1);
	assert_string_equal(rec_str(db_find(&p->c->core.db, CLASS_PIF, ref),
	    PIF_host), p->c->core.host_ref);
	free(token);
}

static void
join(struct pool *p, struct rig *r, const char *secret)
{
	char *token = new_token(p->c, "");

	enrol(p->c, request_of(r, secret, token), NULL);
	free(token);
}

static void
networks_are_matched_by_bridge(void **state)
{
	struct pool *p = *state;
	struct db *db = &p->c->core.db;
	struct record *pif;

	join(p, p->a, secret_a);
	assert_int_equal(db_count(db, CLASS_network), 2);
	for (size_t i = 0; i < db_count(db, CLASS_PIF); i++) {
		pif = db_at(db, CLASS_PIF, i);
		assert_non_null(rec_ref(db, pif, PIF_network));
		assert_non_null(rec_ref(db, pif, PIF_metrics));
	}
	assert_int_equal(value_len(rec_get(db_where(db, network_bridge,
	    "xenbr0"), network_PIFs)), 2);
}

static char *
hello_status(struct rig *c, struct rig *of, const char *secret)
{
	struct value *v = value_new_struct();
	struct reply r;
	char *status;

	value_set_str(v, "host_uuid", of->core.host_uuid);
	value_set_str(v, "secret", secret);
	r = call(c, "pool.domus_hello", v);
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
	assert_int_equal(db_count(db, CLASS_console), 1);
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
	core_turn(&p->c->core, &(struct err){ "" });
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

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_token_lets_one_host_in_once),
		TEST(bad_tokens_are_refused),
		TEST(the_database_holds_no_token),
		TEST(a_session_lets_hosts_in_too),
		TEST(hosts_that_differ_need_force),
		TEST(impossible_hosts_are_refused),
		TEST(a_host_cannot_take_what_is_another_s),
		TEST(networks_are_matched_by_bridge),
		TEST(strangers_and_the_ejected_are_told_so),
		TEST(an_order_goes_with_a_hello_and_its_result_comes_back),
		TEST(a_silent_member_is_not_live),
		TEST(what_users_wrote_outlives_a_bundle),
		TEST(a_coordinator_of_others_joins_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
