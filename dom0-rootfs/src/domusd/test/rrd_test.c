/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "file.h"
#include "jsonrpc.h"
#include "log.h"
#include "remove_tree.h"
#include "rrd.h"
#include "rrd_text.h"
#include "value.h"

#define VM "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
#define T0 INT64_C(1767225600)	/* a day's beginning */
#define NS INT64_C(1000000000)

static const struct log quiet = { .least = LOG_LEVEL_ERROR };

struct world {
	char dir[64], path[80];
	struct rrd *r;
};

static void
reopen(struct world *w)
{
	struct err e;

	rrd_close(w->r);
	if (rrd_open(w->path, &quiet, &w->r, &e) == -1)
		fail_msg("%s", e.text);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	strcpy(w->dir, "/tmp/domus-rrd.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof(w->path), "%s/rrd", w->dir);
	reopen(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	rrd_close(w->r);
	remove_tree(w->dir);
	free(w);
	return 0;
}

/* Memory (a gauge) and bytes so far (a counter), at that second. */
static void
sample(struct rrd *r, int64_t t, double memory, double bytes)
{
	struct rrd_owner *o = rrd_begin(r, VM, false, 1, t * NS);

	rrd_gauge(o, "memory", memory);
	rrd_rate(o, "vif_0_rx", bytes, 1, 0);
	rrd_commit(r, t * 1000);
}

static float
at(struct rrd *r, int archive, int64_t t, size_t source)
{
	float v[RRD_SOURCES];
	const struct rrd_owner *o = rrd_find(r, VM);

	assert_non_null(o);
	rrd_row(r, o, archive, t, v);
	return v[source];
}

static void
close_to(double have, double want)
{
	if (isnan(have) || fabs(have - want) > fabs(want) * 1e-5)
		fail_msg("%g, not %g", have, want);
}

static void
test_rates(void **state)
{
	struct rrd *r = ((struct world *)*state)->r;

	sample(r, T0, 100, 1000);
	close_to(at(r, 0, T0, 0), 100);
	assert_true(isnan(at(r, 0, T0, 1)));	/* nothing to compare with */
	sample(r, T0 + 5, 200, 1500);
	close_to(at(r, 0, T0 + 5, 1), 100);
	/* a counter that has begun anew is not known */
	sample(r, T0 + 10, 200, 5);
	assert_true(isnan(at(r, 0, T0 + 10, 1)));
	/* a sample that came late counts for the rows that it is of */
	sample(r, T0 + 25, 300, 155);
	close_to(at(r, 0, T0 + 15, 1), 10);
	close_to(at(r, 0, T0 + 25, 1), 10);
	close_to(at(r, 0, T0 + 15, 0), 300);
	/* one that came much too late does not */
	sample(r, T0 + 25 + 400, 300, 4155);
	assert_true(isnan(at(r, 0, T0 + 400, 1)));
	close_to(at(r, 0, T0 + 425, 1), 10);
	assert_true(isnan(at(r, 0, T0 + 430, 0)));	/* not yet */
	/* the clock was set back */
	sample(r, T0 + 100, 7, 8000);
	assert_true(isnan(at(r, 0, T0 + 95, 0)));
	close_to(at(r, 0, T0 + 100, 0), 7);
	/* nobody has set it yet: no row before 1970 */
	sample(r, 75, 8, 8000);
	assert_true(isnan(at(r, 0, -5, 0)) && isnan(at(r, 0, 70, 0)));
	close_to(at(r, 0, 75, 0), 8);
}

static void
test_another_domain(void **state)
{
	struct rrd *r = ((struct world *)*state)->r;
	struct rrd_owner *o;

	sample(r, T0, 1, 1000);
	o = rrd_begin(r, VM, false, 2, (T0 + 5) * NS);
	rrd_rate(o, "vif_0_rx", 9000, 1, 0);	/* of its own */
	rrd_commit(r, (T0 + 5) * 1000);
	assert_true(isnan(at(r, 0, T0 + 5, 1)));
	/* what was not told this time is not known, nor is its next rate */
	assert_true(isnan(at(r, 0, T0 + 5, 0)));
}

/* Two days of samples: memory is the minute of the hour. */
static void
fill(struct rrd *r, int64_t from, int64_t seconds)
{
	for (int64_t t = from; t <= from + seconds; t += 5)
		sample(r, t, (double)((t - 1) / 60 % 60),
		    (double)(t - T0) * 100);
}

static void
test_archives(void **state)
{
	struct world *w = *state;

	fill(w->r, T0, 7200);
	close_to(at(w->r, 1, T0 + 120, 0), 1);	/* its second minute */
	close_to(at(w->r, 1, T0 + 7200, 0), 59);
	close_to(at(w->r, 1, T0 + 7200, 1), 100);
	close_to(at(w->r, 2, T0 + 7200, 0), 29.5);
	close_to(at(w->r, 2, T0 + 3600, 1), 100);
	assert_true(isnan(at(w->r, 2, T0 + 10800, 0)));
	assert_true(isnan(at(w->r, 1, T0, 0)));	/* overwritten or half known */
	/* what is coarser stays when the agent ends, and goes on */
	reopen(w);
	sample(w->r, T0 + 7205, 0, 0);
	close_to(at(w->r, 2, T0 + 7200, 0), 29.5);
	assert_true(isnan(at(w->r, 0, T0 + 7200, 0)));
	fill(w->r, T0 + 7210, 3590);
	close_to(at(w->r, 2, T0 + 10800, 0), 29.5);
}

static void
test_half_known(void **state)
{
	struct rrd *r = ((struct world *)*state)->r;

	sample(r, T0 + 35, 5, 0);	/* six of twelve */
	for (int i = 40; i <= 60; i += 5)
		sample(r, T0 + i, 5, 0);
	close_to(at(r, 1, T0 + 60, 0), 5);
	sample(r, T0 + 1000, 5, 0);	/* after a pause: five of twelve */
	for (int i = 1005; i <= 1020; i += 5)
		sample(r, T0 + i, 5, 0);
	assert_true(isnan(at(r, 1, T0 + 1020, 0)));
}

static void
test_which_archive(void **state)
{
	struct rrd *r = ((struct world *)*state)->r;
	static const struct {
		int64_t ago, interval;
		int archive;
	} cases[] = {
		/* as Xen Orchestra asks for each of them */
		{ 595, 5, 0 }, { 119 * 60, 60, 1 }, { 167 * 3600, 3600, 2 },
		{ INT64_C(365) * 86400, 86400, 3 },
		{ 0, 0, 0 }, { 600, 0, 0 }, { 700, 0, 1 }, { 700, 5, 1 },
		{ 10, 60, 1 }, { 10, 61, 2 }, { 10, 100000, 3 },
		{ INT64_C(1) << 40, 5, 3 },
	};

	sample(r, T0, 1, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (rrd_archive_for(r, T0 - cases[i].ago, cases[i].interval) !=
		    cases[i].archive)
			fail_msg("case %zu", i);
	assert_int_equal(rrd_archive_for(r, -300, 0), 0);
	assert_int_equal(rrd_archive_for(r, -3000, 0), 1);
	assert_int_equal(rrd_archive_for(r, INT64_MIN, 0), 3);
	assert_int_equal(rrd_archive_for(r, INT64_MAX, INT64_MAX), 3);
}

static bool
nobody(void *arg, const char *uuid)
{
	return arg == NULL && strcmp(uuid, VM) != 0;
}

static void
test_sweep_and_damage(void **state)
{
	struct world *w = *state;
	struct rrd_owner *o;
	struct err e;

	fill(w->r, T0, 120);
	reopen(w);
	assert_null(rrd_find(w->r, VM));
	o = rrd_load(w->r, VM);
	assert_non_null(o);
	assert_int_equal(o->n, 2);
	assert_string_equal(o->sources[1].name, "vif_0_rx");
	rrd_owner_free(o);
	rrd_sweep(w->r, nobody, NULL);
	assert_null(rrd_load(w->r, VM));
	/* what is no database is none */
	rrd_close(w->r);
	w->r = NULL;
	assert_int_equal(file_write(w->path, "not a database, not at all", 26,
	    0600, &e), 0);
	reopen(w);
	fill(w->r, T0, 120);
	close_to(at(w->r, 1, T0 + 120, 0), 1);
}

static char *
rows(struct rrd *r, const char *query_json)
{
	struct buf all = { 0 };
	struct rrd_query q;
	struct rrd_rows *x;
	const char *name;
	struct err e;
	struct value *v = json_parse(query_json, strlen(query_json),
	    &value_limits_request, &e);

	assert_int_equal(rrd_query(v, &q, &name), 0);
	x = rrd_rows_new(r, &q);
	while (rrd_rows_more(x, r, &all))
		;
	rrd_rows_free(x);
	value_free(v);
	return buf_take(&all);
}

static void
says(char *have, const char *want)
{
	assert_string_equal(have, want);
	free(have);
}

static void
test_text(void **state)
{
	struct rrd *r = ((struct world *)*state)->r;
	struct rrd_owner *o = rrd_begin(r, "h", true, 0, 1);

	rrd_gauge(o, "cpu0", 0.25);
	sample(r, T0, 4294967296, 0);
	sample(r, T0 + 5, 4294967296, 2);
	says(rows(r, "{\"start\": \"1767225598\", \"json\": \"true\","
	    " \"host\": \"true\", \"interval\": \"5\"}"),
	    "{\"meta\":{\"start\":1767225600,\"step\":5,\"end\":1767225605,"
	    "\"rows\":2,\"columns\":3,\"legend\":[\"AVERAGE:host:h:cpu0\","
	    "\"AVERAGE:vm:" VM ":memory\",\"AVERAGE:vm:" VM ":vif_0_rx\"]},"
	    "\"data\":[{\"t\":1767225605,\"values\":[\"NaN\",4294967296,0.4]},"
	    "{\"t\":1767225600,\"values\":[0.25,4294967296,\"NaN\"]}]}\n");
	says(rows(r, "{\"start\": \"-1.0\", \"cf\": \"AVERAGE\"}"),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xport><meta>"
	    "<start>1767225605</start><step>5</step><end>1767225605</end>"
	    "<rows>1</rows><columns>2</columns><legend>"
	    "<entry>AVERAGE:vm:" VM ":memory</entry>"
	    "<entry>AVERAGE:vm:" VM ":vif_0_rx</entry></legend></meta><data>"
	    "<row><t>1767225605</t><v>4294967296</v><v>0.4</v></row>"
	    "</data></xport>\n");
	says(rows(r, "{\"start\": \"1767225999\", \"json\": \"1\","
	    " \"vm_uuid\": \"other\"}"),
	    "{\"meta\":{\"start\":1767225610,\"step\":5,\"end\":1767225605,"
	    "\"rows\":0,\"columns\":0,\"legend\":[]},\"data\":[]}\n");
}

static void
test_dump(void **state)
{
	struct rrd *r = ((struct world *)*state)->r;
	struct buf all = { 0 };
	struct rrd_dump *x;
	struct value *v, *first;
	struct err e;

	fill(r, T0, 3600);
	x = rrd_dump_new(VM, NULL, true);
	while (rrd_dump_more(x, r, &all))
		;
	rrd_dump_free(x);
	v = json_parse(buf_str(&all), all.len, &value_limits_reply, &e);
	assert_non_null(v);
	assert_int_equal(value_len(value_get(v, "ds")), 2);
	assert_int_equal(value_len(value_get(v, "rra")), 4);
	for (size_t i = 0; i < 4; i++) {
		first = value_get(value_at(value_get(v, "rra"), i),
		    "database");
		assert_int_equal(value_len(first), rrd_archives[i].rows);
		assert_int_equal(value_len(value_at(first, 0)), 2);
	}
	value_free(v);
	buf_free(&all);
	x = rrd_dump_new(VM, rrd_load(r, VM), false);
	while (rrd_dump_more(x, r, &all))
		;
	rrd_dump_free(x);
	assert_non_null(strstr(buf_str(&all), "<ds><name>vif_0_rx</name>"
	    "<type>GAUGE</type>"));
	assert_non_null(strstr(buf_str(&all), "<row><v>29.5</v><v>100</v>"
	    "</row></database></rra><rra>"));
	buf_free(&all);
}

static void
test_query(void **state)
{
	static const char *const bad[] = { "{\"start\": \"x\"}",
		"{\"start\": \"\"}", "{\"start\": \"nan\"}",
		"{\"start\": \"1e30\"}", "{\"interval\": \"-5\"}",
		"{\"interval\": \"5s\"}", "{\"cf\": \"MIN\"}" };
	struct rrd_query q;
	const char *name;
	struct value *v;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		v = json_parse(bad[i], strlen(bad[i]), &value_limits_request,
		    &e);
		assert_int_equal(rrd_query(v, &q, &name), -1);
		value_free(v);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_rates, setup, teardown),
	cmocka_unit_test_setup_teardown(test_another_domain, setup, teardown),
	cmocka_unit_test_setup_teardown(test_archives, setup, teardown),
	cmocka_unit_test_setup_teardown(test_half_known, setup, teardown),
	cmocka_unit_test_setup_teardown(test_which_archive, setup, teardown),
	cmocka_unit_test_setup_teardown(test_sweep_and_damage, setup,
	    teardown),
	cmocka_unit_test_setup_teardown(test_text, setup, teardown),
	cmocka_unit_test_setup_teardown(test_dump, setup, teardown),
	cmocka_unit_test(test_query),
};

int
main(void)
{
	return cmocka_run_group_tests_name("rrd", tests, NULL, NULL);
}
