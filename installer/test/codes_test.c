/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "codes.h"
#include "file.h"
#include "ui.h"

/* ".It DI-101\nThe answers cannot be had:\ncorrect ... .\n" */
static void
the_manual_lists_the_codes(void **state)
{
	struct buf want = { 0 };
	char *page, *list;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ncode_rows; i++) {
		const struct code_row *r = &code_rows[i];

		if (i > 0)
			assert_true(r->code > code_rows[i - 1].code);
		buf_printf(&want, ".It DI-%d\n%c%s:\n%s.\n", r->code,
		    r->what[0] - 'a' + 'A', r->what + 1, r->remedy);
	}
	assert_int_equal(file_read("installer/domus-install.8", 1 << 20, &page,
	    NULL, &e), 0);
	list = strstr(page, ".It DI-");
	assert_non_null(list);
	*strstr(list, ".El\n") = '\0';
	assert_string_equal(list, buf_str(&want));
	buf_free(&want);
	free(page);
}

static void
an_error_has_the_code_said_deepest(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, "no");
	assert_int_equal(code_of(&e, DI_MKFS), DI_MKFS);
	err_code(&e, DI_STALLED);
	err_code(&e, DI_HOOK);
	err_in(&e, "step hooks");
	assert_int_equal(code_of(&e, DI_MKFS), DI_STALLED);
	errno = ENOSPC;
	err_sys(&e, "x");
	assert_int_equal(code_of(&e, DI_MKFS), DI_FULL);
	errno = ENOENT;
	err_sys(&e, "x");
	assert_int_equal(code_of(&e, code_of_step("slot")), DI_WRITE);
	assert_int_equal(code_of_step("none"), DI_OTHER);
	assert_int_equal(code_row(7)->code, DI_OTHER);
}

static void
a_failure_says_its_code_and_what_to_do(void **state)
{
	struct ui ui = { .prog = "test", .events = -1, .post = -1,
		.watch = -1 };
	struct err e;

	(void)state;
	err_set(&e, "step wipe: sda: the disk is gone");
	err_code(&e, DI_GONE);
	fail_say(&ui, &e, DI_OTHER);
	assert_string_equal(buf_str(&ui.log), "FAILED: step wipe: sda: the "
	    "disk is gone [DI-401]\n  DI-401: a disk is gone: look at its "
	    "cable and its power\n");
	ui_free(&ui);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_lists_the_codes),
		cmocka_unit_test(an_error_has_the_code_said_deepest),
		cmocka_unit_test(a_failure_says_its_code_and_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
