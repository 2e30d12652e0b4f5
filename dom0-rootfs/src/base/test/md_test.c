/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <blkid/blkid.h>
#include <cmocka.h>

#include "file.h"
#include "md.h"

#define MIB ((uint64_t)1 << 20)

static int
new_disk(uint64_t size)
{
	char path[] = "/tmp/md_testXXXXXX";
	int fd = mkstemp(path);

	assert_int_not_equal(fd, -1);
	unlink(path);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	return fd;
}

static const struct md_super two = { .array = { 1, 2, 3 }, .name = MD_NAME,
	.size = 99 * MIB, .events = 7, .disks = 2, .number = 1, .nroles = 2,
	.roles = { 0, 1 } };

static void
what_is_written_is_read(void **state)
{
	struct md_super s;
	struct err e;
	int fd = new_disk(100 * MIB + 5 * 512);

	(void)state;
	assert_int_equal(md_read(fd, 100 * MIB + 5 * 512, &s, &e), 0);
	assert_int_equal(md_write(fd, 100 * MIB + 5 * 512, &two, MD_TO_COPY,
	    &e), 0);
	assert_int_equal(md_read(fd, 100 * MIB + 5 * 512, &s, &e), 1);
	assert_memory_equal(s.array, two.array, 16);
	assert_string_equal(s.name, MD_NAME);
	assert_true(s.size == 99 * MIB && s.events == 7);
	assert_int_equal(s.disks, 2);
	assert_int_equal(s.number, 1);
	assert_true(md_is_in(&s, 0) && md_is_in(&s, 1));
	assert_false(md_is_in(&s, 2) || md_is_in(&s, 1000));
	assert_int_equal(md_active(&s), 2);
	close(fd);
}

static void
another_program_takes_it_for_a_raid(void **state)
{
	const char *type = NULL, *version = NULL;
	blkid_probe pr = blkid_new_probe();
	int fd = new_disk(100 * MIB);
	struct err e;

	(void)state;
	assert_int_equal(md_write(fd, 100 * MIB, &two, MD_TO_COPY, &e), 0);
	assert_int_equal(blkid_probe_set_device(pr, fd, 0, 0), 0);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE |
	    BLKID_SUBLKS_VERSION);
	assert_int_equal(blkid_do_safeprobe(pr), 0);
	blkid_probe_lookup_value(pr, "TYPE", &type, NULL);
	blkid_probe_lookup_value(pr, "VERSION", &version, NULL);
	assert_string_equal(type, "linux_raid_member");
	assert_string_equal(version, "1.0");
	blkid_free_probe(pr);
	close(fd);
}

/* linux/raid/md_p.h, drivers/md/md-bitmap.h */
static void
what_is_to_be_copied_is_noted(void **state)
{
	const uint64_t super = 100 * MIB - 8192, map = super - 131072;
	static const struct {
		enum md_content content;
		unsigned char bits, resync[8];
	} cases[] = {
		{ MD_TO_COPY, 0xff, { 0 } },
		{ MD_IS_SAME, 0, { 255, 255, 255, 255, 255, 255, 255, 255 } },
	};
	unsigned char b[256], bits[512];
	int fd = new_disk(100 * MIB);
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(md_write(fd, 100 * MIB, &two,
		    cases[i].content, &e), 0);
		assert_int_equal(pread(fd, b, 256, (off_t)super), 256);
		assert_memory_equal(b + 208, cases[i].resync, 8);
		assert_memory_equal(b + 96, "\0\xff\xff\xff", 4);
		assert_int_equal(pread(fd, b, 256, (off_t)map), 256);
		assert_memory_equal(b, "bitm\4\0\0\0\1\2\3", 11);
		assert_memory_equal(b + 52, "\0\0\0\4", 4);
		assert_int_equal(pread(fd, bits, 512, (off_t)map + 256), 512);
		for (int k = 0; k < 512; k++)
			assert_int_equal(bits[k], cases[i].bits);
	}
	close(fd);
}

static void
a_damaged_one_is_none(void **state)
{
	int fd = new_disk(100 * MIB);
	struct md_super s;
	struct err e;

	(void)state;
	assert_int_equal(md_write(fd, 100 * MIB, &two, MD_IS_SAME, &e), 0);
	assert_int_equal(pwrite(fd, "x", 1, 100 * MIB - 8192 + 40), 1);
	assert_int_equal(md_read(fd, 100 * MIB, &s, &e), 0);
	assert_int_equal(md_read(fd, 1000, &s, &e), 0);
	close(fd);
	assert_int_equal(md_read(fd, 100 * MIB, &s, &e), -1);
}

static void
there_is_room_for_it(void **state)
{
	const uint64_t tib = (uint64_t)1 << 40;
	struct md_super s = two;
	int fd = new_disk(64 * MIB);
	struct err e;

	(void)state;
	assert_true(md_room(0) == 0 && md_room(64 * MIB - 1) == 0);
	assert_true(md_room(64 * MIB) == 63 * MIB);
	assert_true(md_room(1100 * MIB + 4095) == 1099 * MIB);
	/* a large disk has room for a smaller one in its place */
	assert_true(md_room(4 * tib) == 4 * tib - 64 * MIB);
	s.size = 63 * MIB;
	assert_int_equal(md_write(fd, 64 * MIB, &s, MD_IS_SAME, &e), 0);
	s.size = 64 * MIB - 8192 - 131072 + 512;
	assert_int_equal(md_write(fd, 64 * MIB, &s, MD_IS_SAME, &e), -1);
	close(fd);
}

static void
put(const char *dir, const char *name, const char *text)
{
	char path[256];
	struct err e;

	snprintf(path, sizeof(path), "%s%s", dir, name);
	*strrchr(path, '/') = '\0';
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	snprintf(path, sizeof(path), "%s%s", dir, name);
	assert_int_equal(file_write(path, text, strlen(text), 0644, &e), 0);
}

static void
a_running_one_is_looked_at(void **state)
{
	char dir[] = "/tmp/md_testXXXXXX", name[32], rm[64];
	struct md_state s;
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(dir));
	put(dir, "/block/md127/md/level", "raid1\n");
	put(dir, "/block/md127/md/raid_disks", "2\n");
	put(dir, "/block/md127/md/degraded", "1\n");
	put(dir, "/block/md127/md/sync_action", "recover\n");
	put(dir, "/block/md127/md/sync_completed", "100 / 400\n");
	put(dir, "/block/sda/holders/md127", "");
	put(dir, "/block/sdb/holders/dm-0", "");
	assert_int_equal(md_look(dir, "md127", &s, &e), 0);
	assert_true(s.level == 1 && s.disks == 2 && s.missing == 1);
	assert_true(s.copying && s.percent == 25);
	assert_int_equal(md_look(dir, "md1", &s, &e), -1);
	md_of(dir, "sda", name);
	assert_string_equal(name, "md127");
	md_of(dir, "sdb", name);
	assert_string_equal(name, "");
	snprintf(rm, sizeof(rm), "rm -rf %s", dir);
	assert_int_equal(system(rm), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(another_program_takes_it_for_a_raid),
		cmocka_unit_test(what_is_to_be_copied_is_noted),
		cmocka_unit_test(a_damaged_one_is_none),
		cmocka_unit_test(there_is_room_for_it),
		cmocka_unit_test(a_running_one_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
