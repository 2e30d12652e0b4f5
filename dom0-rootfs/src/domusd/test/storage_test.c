/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk_file.h"
#include "provision.h"

/* Disks as files, and what templates say of them. */

#define MIB (1 << 20)

struct place {
	char name[40];
	int dir;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->name, "/tmp/domus-storage.XXXXXX");
	if (mkdtemp(p->name) == NULL)
		return -1;
	p->dir = open(p->name, O_RDONLY | O_DIRECTORY);
	*state = p;
	return p->dir == -1 ? -1 : 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "a", "b", "c", "a.part",
		"b.part" };
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(p->dir, names[i], 0);
	close(p->dir);
	rmdir(p->name);
	free(p);
	return 0;
}

static bool
there(const struct place *p, const char *name)
{
	return faccessat(p->dir, name, F_OK, 0) == 0;
}

static void
put(const struct place *p, const char *name, off_t at, const char *text)
{
	int fd = openat(p->dir, name, O_RDWR);

	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	close(fd);
}

static void
assert_text(const struct place *p, const char *name, off_t at,
    const char *text)
{
	int fd = openat(p->dir, name, O_RDONLY);
	char have[16] = "";

	assert_int_equal(pread(fd, have, strlen(text), at), strlen(text));
	assert_string_equal(have, text);
	close(fd);
}

static void
disks_are_sparse_and_grow(void **state)
{
	struct place *p = *state;
	struct disk_info i;

	assert_int_equal(disk_file_create(p->dir, "a", 64 * MIB), 0);
	assert_false(there(p, "a.part"));
	assert_int_equal(disk_file_info(p->dir, "a", &i), 0);
	assert_int_equal(i.size, 64 * MIB);
	assert_int_equal(i.used, 0);
	assert_int_equal(disk_file_create(p->dir, "a", MIB), EEXIST);
	assert_int_equal(disk_file_grow(p->dir, "a", 65 * MIB), 0);
	assert_int_equal(disk_file_grow(p->dir, "a", 64 * MIB), EINVAL);
	assert_int_equal(disk_file_info(p->dir, "a", &i), 0);
	assert_int_equal(i.size, 65 * MIB);
	assert_int_equal(disk_file_grow(p->dir, "none", MIB), ENOENT);
	assert_int_equal(disk_file_remove(p->dir, "a"), 0);
	assert_int_equal(disk_file_remove(p->dir, "a"), ENOENT);
	assert_int_equal(disk_file_create(p->dir, "b", UINT64_MAX), EFBIG);
	assert_false(there(p, "b") || there(p, "b.part"));
}

static void
a_copy_has_data_and_holes(void **state)
{
	struct place *p = *state;
	struct disk_info i;

	assert_int_equal(disk_file_create(p->dir, "a", 64 * MIB), 0);
	put(p, "a", 0, "first");
	put(p, "a", 33 * MIB + 7, "middle");
	put(p, "a", 64 * MIB - 4, "last");
	assert_int_equal(disk_file_copy(p->dir, "a", p->dir, "b"), 0);
	assert_text(p, "b", 0, "first");
	assert_text(p, "b", 33 * MIB + 7, "middle");
	assert_text(p, "b", 64 * MIB - 4, "last");
	assert_int_equal(disk_file_info(p->dir, "b", &i), 0);
	assert_int_equal(i.size, 64 * MIB);
	assert_true(i.used < 4 * MIB);
	assert_int_equal(disk_file_copy(p->dir, "a", p->dir, "b"), EEXIST);
	assert_int_equal(disk_file_copy(p->dir, "none", p->dir, "c"), ENOENT);
	assert_false(there(p, "c"));
}

static void
only_what_nobody_makes_is_cleaned(void **state)
{
	struct place *p = *state;
	int fd;

	close(openat(p->dir, "a.part", O_CREAT | O_RDWR, 0600));
	fd = openat(p->dir, "b.part", O_CREAT | O_RDWR, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(disk_file_clean(p->dir), 0);
	assert_false(there(p, "a.part"));
	assert_true(there(p, "b.part"));
	close(fd);
}

static void
links_lead_nowhere(void **state)
{
	struct place *p = *state;
	struct disk_info i;

	assert_int_equal(symlinkat("/etc/passwd", p->dir, "a"), 0);
	assert_int_equal(disk_file_info(p->dir, "a", &i), EINVAL);
	assert_int_equal(disk_file_copy(p->dir, "a", p->dir, "b"), ELOOP);
	assert_int_equal(disk_file_grow(p->dir, "a", MIB), ELOOP);
}

static void
provisions_are_read_strictly(void **state)
{
	static const struct {
		const char *xml;
		int disks;		/* -1: refused */
	} cases[] = {
		{ "<provision/>", 0 },
		{ "<provision><disk device=\"0\" size=\"8\" sr=\"\" "
		    "bootable=\"true\" type=\"system\"/></provision>", 1 },
		{ "<provision><disk size=\"1\"/><disk size=\"2\"/>"
		    "</provision>", 2 },
		{ "<provision><disk/></provision>", -1 },
		{ "<provision><disk size=\"-1\"/></provision>", -1 },
		{ "<provision><disk size=\"x\"/></provision>", -1 },
		{ "<provision><cd size=\"1\"/></provision>", -1 },
		{ "<disk size=\"1\"/>", -1 }, { "<provision>", -1 },
		{ "", -1 }, { "text", -1 },
		{ "<!DOCTYPE p [<!ENTITY a \"b\">]><provision/>", -1 },
	};
	struct value *v;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v = provision_parse(cases[i].xml, strlen(cases[i].xml), &e);
		if ((v == NULL ? -1 : (int)value_len(v)) != cases[i].disks)
			fail_msg("%s", cases[i].xml);
		value_free(v);
	}
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(disks_are_sparse_and_grow),
		TEST(a_copy_has_data_and_holes),
		TEST(only_what_nobody_makes_is_cleaned),
		TEST(links_lead_nowhere),
		cmocka_unit_test(provisions_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
