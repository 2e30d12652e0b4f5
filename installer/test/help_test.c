/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "elements.h"
#include "explain.h"
#include "tui/rows.h"
#include "tui/wizard.h"

/*
 * What F1 tells, whole on a terminal of 80x24: nobody at their wits' end shall
 * have to find out how to scroll.  Laid out as full_read() does.
 */
#define COLUMNS 78
#define ROWS 20

static void
fits(const char *title, const char *help)
{
	struct page p = { .title = title };
	struct rows r;

	if (help == NULL || help[0] == '\0')
		fail_msg("%s: no help", title);
	buf_str_add(&p.text, help);
	rows_make(&r, &p, COLUMNS);
	assert_false(r.failed);
	if (r.n > ROWS)
		fail_msg("%s: its help has %zu rows", title, r.n);
	for (size_t i = 0; i < r.n; i++)
		if (strlen(r.list[i].text) > COLUMNS)
			fail_msg("%s: %s", title, r.list[i].text);
	rows_free(&r);
	page_free(&p);
}

static void
every_help_text_fits_the_screen(void **state)
{
	(void)state;
	for (size_t i = 0; i < nscreens; i++)
		fits(screens[i].title, screens[i].help);
	for (size_t i = 0; i < END_PAGE_COUNT; i++)
		fits(end_pages[i].title, end_pages[i].help);
}

/* A bar holds the title, and the version at its end. */
static void
every_title_fits_its_bar(void **state)
{
	(void)state;
	for (size_t i = 0; i < nscreens; i++)
		assert_true(strlen(screens[i].title) < 60);
	for (size_t i = 0; i < END_PAGE_COUNT; i++)
		assert_true(strlen(end_pages[i].title) < 60);
}

/* And what domus-answers tells of each element, and of all. */
static void
every_explanation_fits_a_terminal(void **state)
{
	struct buf b = { 0 };
	const char *near, *s;
	size_t n;

	(void)state;
	for (size_t i = 0; i < nelements; i++)
		assert_true(explain(elements[i].name, &b, &near));
	assert_true(explain(NULL, &b, &near));
	for (s = buf_str(&b); *s != '\0'; s += n + 1) {
		n = strcspn(s, "\n");
		assert_int_equal(s[n], '\n');
		if (n > 80)
			fail_msg("%zu columns: %.*s", n, (int)n, s);
	}
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_help_text_fits_the_screen),
		cmocka_unit_test(every_title_fits_its_bar),
		cmocka_unit_test(every_explanation_fits_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
