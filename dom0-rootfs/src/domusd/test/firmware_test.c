/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "probe.h"

static const char dir[] = "/sys/firmware/efi/efivars";
static const char name[] = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

static bool
said(const char *root)
{
	struct value *facts = value_new_struct();
	bool on;

	probe_secure_boot(root, facts);
	assert_true(value_is(value_get(facts, "secure_boot"), VALUE_BOOL));
	on = value_get(facts, "secure_boot")->u.b;
	value_free(facts);
	return on;
}

/* Four bytes of attributes, then the value. */
static void
secure_boot_is_what_the_firmware_says(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool on;
	} cases[] = {
		{ "\6\0\0\0\1", 5, true }, { "\6\0\0\0\0", 5, false },
		{ "\6\0\0\0", 4, false }, { "\6\0\0\0\1\1", 6, false },
		{ "", 0, false },
	};
	char root[] = "/tmp/firmware_test.XXXXXX", path[512];
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_false(said(root));	/* a BIOS */
	snprintf(path, sizeof(path), "%s%s", root, dir);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	snprintf(path, sizeof(path), "%s%s/%s", root, dir, name);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(file_write(path, cases[i].bytes,
		    cases[i].len, 0644, &e), 0);
		assert_int_equal(said(root), cases[i].on);
	}
	assert_int_equal(unlink(path), 0);
	while (strlen(path) > strlen(root)) {
		*strrchr(path, '/') = '\0';
		assert_int_equal(rmdir(path), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secure_boot_is_what_the_firmware_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
