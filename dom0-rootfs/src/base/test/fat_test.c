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
	char image[] = "/tmp/fat_test.XXXXXX", hex[HASH_HEX];
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

static void
assert_saved(struct fat *fat, const char *text)
{
	struct buf b = { 0 };
	struct err e;

	if (fat_save(fat, "answers.xml", text, strlen(text), &e) == -1 ||
	    fat_text(fat, "ANSWERS.xml", &b, &e) == -1)
		fail_msg("%s", e.text);
	assert_string_equal(buf_str(&b), text);
	buf_free(&b);
}

/* A stick of any kind: a file is put in place of another; fsck agrees. */
static void
a_file_is_saved_in_place_of_another(void **state)
{
	static const struct {
		const char *width, *kib;
	} sticks[] = { { "12", "1440" }, { "16", "16384" },
		{ "32", "70000" } };
	char image[] = "/tmp/fat_test.XXXXXX", longer[3000];
	const char *mkfs[] = { "mkfs.fat", "-F", NULL, "-s", "1", image, NULL,
		NULL };
	const char *fsck[] = { "fsck.fat", "-n", image, NULL };
	struct fat *fat = NULL;
	uint64_t room;
	struct err e;
	int fd;

	(void)state;
	memset(longer, 'b', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	fd = mkstemp(image);
	for (size_t i = 0; i < sizeof(sticks) / sizeof(sticks[0]); i++) {
		mkfs[2] = sticks[i].width;
		mkfs[6] = sticks[i].kib;
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(ftruncate(fd, 80 * MIB), 0);
		assert_int_equal(run(mkfs, &e), 0);
		assert_int_equal(fat_open(fd, 0, &fat, &e), 0);
		assert_saved(fat, longer);
		assert_int_equal(fat_create(fat, "next", 700, letters, NULL,
		    &e), 0);
		room = fat_room(fat);
		assert_saved(fat, "<short/>");
		assert_int_equal(fat_room(fat), room + 5 * 512);
		assert_saved(fat, longer);
		assert_saved(fat, "");
		assert_int_equal(fat_save(fat, "huge", NULL, 1 << 30, &e), -1);
		assert_non_null(strstr(e.text, "no room"));
		fat_close(fat);
		if (run(fsck, &e) == -1)
			fail_msg("FAT%s: %s", sticks[i].width, e.text);
	}
	close(fd);
	unlink(image);
}

/* What is made is what mkfs.fat could have made, of any size. */
static void
a_volume_is_made(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 512, 513, 174080, 349184,
		1 << 20, 4084 * 512 };
	char image[] = "/tmp/fat_test.XXXXXX";
	const char *fsck[] = { "fsck.fat", "-n", image, NULL };
	struct fat *fat = NULL;
	struct err e;
	int fd = mkstemp(image);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(ftruncate(fd, 0), 0);
		if (fat_format(fd, sizes[i], "CIDATA", &e) == -1 ||
		    fat_open(fd, 0, &fat, &e) == -1 ||
		    fat_create(fat, "user-data", sizes[i], letters, NULL,
		    &e) == -1)
			fail_msg("%u: %s", sizes[i], e.text);
		assert_true(fat_room(fat) < FAT_SECTOR || sizes[i] == 0);
		assert_int_equal(lseek(fd, 0, SEEK_END), fat_size(fat));
		fat_close(fat);
		if (run(fsck, &e) == -1)
			fail_msg("%u: %s", sizes[i], e.text);
	}
	assert_int_equal(fat_format(fd, 4084 * 512 + 1, "CIDATA", &e), -1);
	assert_int_equal(fat_format(fd, 1, "more than eleven", &e), -1);
	close(fd);
	unlink(image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clone_is_no_file_system_until_finished),
		cmocka_unit_test(a_file_is_saved_in_place_of_another),
		cmocka_unit_test(a_volume_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
