/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pool_rig.h"

/* Tokens and enrolment, as the coordinator sees them. */

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
		core_turn(&p->c->core, &(struct err){ .text = "" });
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		POOL_TEST(a_token_lets_one_host_in_once),
		POOL_TEST(bad_tokens_are_refused),
		POOL_TEST(the_database_holds_no_token),
		POOL_TEST(a_session_lets_hosts_in_too),
		POOL_TEST(hosts_that_differ_need_force),
		POOL_TEST(impossible_hosts_are_refused),
		POOL_TEST(a_host_cannot_take_what_is_another_s),
		POOL_TEST(networks_are_matched_by_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
