/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fat_volume.h"
#include "run.h"

#define MIB ((uint64_t)1 << 20)

static int
letters(void *arg, void *data, size_t len, struct err *e)
{
	(void)arg;
	(void)e;
	memset(data, 'a', len);
	return 0;
}

/* Until it is finished, the copy is nothing to anybody. */
static void
a_clone_is_no_file_system_until_finished(void **state)
{
	char image[] = "/tmp/clone_test.XXXXXX", hex[HASH_HEX];
	const char *mkfs[] = { "mkfs.fat", "-F", "32", "-s", "1", image,
		"100000", NULL };
	const uint64_t at = 200 * MIB;
	struct fat *fat = NULL, *clone = NULL, *none = NULL;
	unsigned char hidden[4];
	struct err e;
	int fd;

	(void)state;
	fd = mkstemp(image);
	assert_int_equal(ftruncate(fd, 400 * MIB), 0);
	assert_int_equal(run(mkfs, &e), 0);
	assert_int_equal(fat_open(fd, 0, &fat, &e), 0);
	assert_int_equal(fat_clone(fat, fd, at, &e), 0);
	assert_int_equal(fat_open(fd, at, &none, &e), -1);
	assert_int_equal(fat_open(fd, at + 6 * 512, &none, &e), -1);
	assert_int_equal(fat_open_clone(fat, fd, at, &clone, &e), 0);
	assert_int_equal(fat_create(clone, "f", 1100, letters, NULL, &e), 0);
	assert_int_equal(fat_open(fd, at, &none, &e), -1);
	assert_int_equal(fat_finish(fat, fd, at, &e), 0);
	fat_close(clone);
	assert_int_equal(fat_open(fd, at, &clone, &e), 0);
	assert_int_equal(fat_hash(clone, "f", hex, &e), 0);
	assert_int_equal(fat_pread(fd, hidden, 4, at + 6 * 512 + 28, &e), 0);
	assert_int_equal(le32(hidden), at / 512);
	fat_close(clone);
	fat_close(fat);
	close(fd);
	unlink(image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clone_is_no_file_system_until_finished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
