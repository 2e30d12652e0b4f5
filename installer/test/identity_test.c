/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "file.h"
#include "identity.h"
#include "probe.h"
#include "run.h"

static char root[64];

static void
put(const char *path, const char *text)
{
	char full[4096], dir[4096];
	struct err e;

	snprintf(full, sizeof(full), "%s%s", root, path);
	snprintf(dir, sizeof(dir), "%s", full);
	*strrchr(dir, '/') = '\0';
	if (file_mkdirs(dir, 0755, &e) == -1 ||
	    file_write(full, text, strlen(text), 0644, &e) == -1)
		fail_msg("%s", e.text);
}

/* One disk, as it was when the plan was made. */
static int
make_disk(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/identity_test.XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	put("/sys/block/sda/dev", "8:0\n");
	put("/sys/block/sda/size", "4096\n");
	put("/sys/block/sda/device/model", "ST4000\n");
	put("/sys/block/sda/device/serial", "ZC1\n");
	put("/dev/sda", "");
	return 0;
}

static int
remove_disk(void **state)
{
	const char *argv[] = { "rm", "-rf", root, NULL };
	struct err e;

	(void)state;
	return run(argv, &e);
}

/* What is put there between the plan and the first write. */
static void
another_disk_of_that_name_is_refused(void **state)
{
	static const struct { const char *path, *was, *is, *says; } cases[] = {
		{ "/sys/block/sda/dev", "8:0\n", "8:16\n",
		    "the name is another disk's by now" },
		{ "/sys/block/sda/size", "4096\n", "4104\n",
		    "it had 2097152 bytes and has 2101248" },
		{ "/sys/block/sda/device/serial", "ZC1\n", "ZC2\n",
		    "its serial number was \"ZC1\" and is \"ZC2\"" },
		{ "/sys/block/sda/device/model", "ST4000\n", "ST4001\n",
		    "its model was \"ST4000\" and is \"ST4001\"" },
	};
	struct machine m = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(machine_probe(root, &m, &e), 0);
	assert_int_equal(m.ndisks, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (identity_check(root, m.disks, makedev(8, 0), &e) == -1)
			fail_msg("%s", e.text);
		put(cases[i].path, cases[i].is);
		assert_int_equal(identity_check(root, m.disks, makedev(8, 0),
		    &e), -1);
		if (strstr(e.text, cases[i].says) == NULL)
			fail_msg("%s", e.text);
		put(cases[i].path, cases[i].was);
	}
	machine_free(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    another_disk_of_that_name_is_refused, make_disk,
		    remove_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
