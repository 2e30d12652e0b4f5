/* SPDX-License-Identifier: ISC */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "golden.h"
#include "machine.h"
#include "plan.h"

#define PLANS "installer/test/plan/"

static void
load(struct machine *m, const char *path)
{
	struct findings f = { .file = path };
	char *text;
	size_t len;

	text = golden_read(path, &len);
	if (machine_load(m, text, len, &f) == -1)
		fail_msg("%s: %s", path, f.n > 0 ? f.list[0].text : "?");
	findings_free(&f);
	free(text);
}

static void
plan_one(const char *file, const char *inventory, struct buf *to)
{
	static const struct answers_env env = { 0 };
	struct findings f = { .file = strrchr(file, '/') + 1 };
	struct machine m = { 0 };
	struct answers a;
	struct plan p;
	char *text;
	size_t len;

	load(&m, inventory);
	text = golden_read(file, &len);
	answers_parse(&a, text, len, &env, &f);
	plan_make(&p, &a, &m, &f);
	findings_print(&f, to);
	if (!findings_bad(&f))
		plan_print(&p, to);
	answers_free(&a);
	machine_free(&m);
	findings_free(&f);
	free(text);
}

/* NAME.xml, for NAME.inventory.xml or the usual server, gives NAME.ok. */
static void
plans_are_as_in_their_ok_files(void **state)
{
	char inventory[4096], ok[4096];
	glob_t g;

	(void)state;
	assert_int_equal(glob(PLANS "*.xml", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *xml = g.gl_pathv[i];
		int n = (int)strlen(xml) - 4;
		struct buf out = { 0 };

		if (strstr(xml, ".inventory.xml") != NULL)
			continue;
		snprintf(inventory, sizeof(inventory), "%.*s.inventory.xml", n,
		    xml);
		if (access(inventory, F_OK) == -1)
			snprintf(inventory, sizeof(inventory), PLANS
			    "server.inventory.xml");
		snprintf(ok, sizeof(ok), "%.*s.ok", n, xml);
		plan_one(xml, inventory, &out);
		golden_check(ok, &out);
		buf_free(&out);
	}
	globfree(&g);
}

static void
an_inventory_is_loaded_as_it_was_saved(void **state)
{
	struct machine m = { 0 };
	struct buf saved = { 0 };
	char *text;

	(void)state;
	text = golden_read(PLANS "server.inventory.xml", NULL);
	load(&m, PLANS "server.inventory.xml");
	machine_save(&m, &saved);
	assert_string_equal(buf_str(&saved), text);
	buf_free(&saved);
	machine_free(&m);
	free(text);
}

static void
answers_alone(const char *path, struct buf *to)
{
	static const struct answers_env env = { 0 };
	struct findings f = { .file = strrchr(path, '/') + 1 };
	struct answers a;
	char *text;
	size_t len;

	text = golden_read(path, &len);
	answers_parse(&a, text, len, &env, &f);
	buf_printf(to, "== %s: %s\n", f.file,
	    findings_bad(&f) ? "refused" : "accepted");
	findings_print(&f, to);
	answers_free(&a);
	findings_free(&f);
	free(text);
}

/* What people wrote for XenServer and XCP-ng; not part of this tree. */
static void
published_answer_files_get_their_verdicts(void **state)
{
	const char *shared = getenv("SHARED");
	struct buf out = { 0 };
	char pattern[4096];
	glob_t g;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/samples/answerfiles/*.xml",
	    shared != NULL ? shared : "../shared");
	if (glob(pattern, 0, NULL, &g) != 0) {
		print_message("# no %s\n", pattern);
		skip();
	}
	for (size_t i = 0; i < g.gl_pathc; i++)
		answers_alone(g.gl_pathv[i], &out);
	golden_check("installer/test/samples.ok", &out);
	buf_free(&out);
	globfree(&g);
}

/* Every example that we publish is good, as it stands. */
static void
example_answer_files_are_accepted(void **state)
{
	struct buf out = { 0 };
	glob_t g;

	(void)state;
	assert_int_equal(glob("configs/answers/*.xml", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		answers_alone(g.gl_pathv[i], &out);
		if (strstr(buf_str(&out), "refused") != NULL)
			fail_msg("%s", buf_str(&out));
	}
	buf_free(&out);
	globfree(&g);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_are_as_in_their_ok_files),
		cmocka_unit_test(an_inventory_is_loaded_as_it_was_saved),
		cmocka_unit_test(published_answer_files_get_their_verdicts),
		cmocka_unit_test(example_answer_files_are_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
