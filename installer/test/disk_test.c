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

#include "ext.h"
#include "fat_volume.h"
#include "file.h"
#include "gpt.h"
#include "probe.h"
#include "rig.h"
#include "run.h"
#include "wipe.h"

static void
plan_one(struct machine *m, struct plan_disk *pd)
{
	struct err e;

	*m = (struct machine){ 0 };
	assert_int_equal(machine_use_image(m, "sda", image, &e), 0);
	*pd = (struct plan_disk){ .disk = &m->disks[0], .nparts = 2,
		.parts = { { PART_SLOT_A, MIB, 256 * MIB },
		    { PART_STATE, 257 * MIB, 448 * MIB } } };
}

/* LVM2's label: its own CRC over bytes 20 to 512 of the sector. */
static void
put_lvm(uint64_t at)
{
	unsigned char s[512] = "LABELONE";
	uint32_t crc = 0xf597a6cf;

	s[8] = 1;				/* sector 1 */
	s[20] = 32;				/* offset of the header */
	memcpy(s + 24, "LVM2 001", 8);
	memcpy(s + 32, "0123456789abcdef0123456789abcdef", 32);
	for (int i = 20; i < 512; i++) {
		crc ^= s[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	le32_put(s + 16, crc);
	image_put(at + 512, s, sizeof(s));
}

static void
put_md(uint64_t start, uint64_t size)
{
	unsigned char sb[256] = { 0 };

	(void)size;
	le32_put(sb, 0xa92b4efc);
	sb[4] = 1;				/* major version */
	sb[144] = 8;				/* super_offset, sectors */
	image_put(start + 4096, sb, sizeof(sb));
}

static void
put_zfs(uint64_t start, uint64_t size)
{
	static const unsigned char magic[8] = { 0x0c, 0xb1, 0xba };
	const uint64_t label = 256 * 1024;
	const uint64_t at[4] = { 0, label, size - 2 * label, size - label };

	for (int l = 0; l < 4; l++)
		for (unsigned int i = 0; i < 128; i++)
			image_put(start + at[l] + 128 * 1024 + i * 1024, magic, 8);
}

static void
old_signatures_are_wiped(void **state)
{
	static const char swap[] = "SWAPSPACE2";
	unsigned char one[8] = { 1, 0, 0, 0, 255 };
	struct ext_place ext = { image, 300 * MIB, 64 * MIB };
	struct plan_disk pd;
	struct machine m;
	struct err e;
	int fd;

	(void)state;
	put_zfs(0, IMAGE_SIZE);
	put_lvm(257 * MIB);		/* where the state will lie */
	put_md(MIB, 256 * MIB);		/* where slot A will lie */
	image_put(4086, swap, 10);
	image_put(1024, one, sizeof(one));
	assert_int_equal(ext_make(&ext, "old", "time", NULL, NULL, NULL, &e),
	    0);
	plan_one(&m, &pd);
	assert_true(m.disks[0].nholds > 0);
	fd = open(image, O_RDWR);
	if (wipe_disk(&pd, fd, &e) == -1)
		fail_msg("%s", e.text);
	close(fd);
	assert_int_equal(machine_use_image(&m, "sda", image, &e), 0);
	assert_int_equal(m.disks[0].nholds, 0);
	assert_int_equal(gpt_write(&pd, &(struct gpt_uuids){ {
	    "00000000-0000-4000-8000-000000000001",
	    "00000000-0000-4000-8000-000000000002" } }, &e), 0);
	assert_int_equal(machine_use_image(&m, "sda", image, &e), 0);
	assert_int_equal(m.disks[0].nholds, 3);
	assert_string_equal(m.disks[0].holds[0].what, "gpt");
	assert_string_equal(m.disks[0].holds[1].what, "unknown");
	assert_string_equal(m.disks[0].holds[2].what, "unknown");
	machine_free(&m);
}

/* An MBR of a larger disk: one partition ends, one begins beyond the end. */
static void
a_table_of_a_larger_disk_is_read(void **state)
{
	unsigned char mbr[512] = { 0 };
	struct plan_disk pd;
	struct machine m;
	struct err e;
	int fd;

	(void)state;
	mbr[446 + 4] = mbr[462 + 4] = 0x83;
	le32_put(mbr + 446 + 8, 2048);
	le32_put(mbr + 446 + 12, 1u << 30);
	le32_put(mbr + 462 + 8, 2048 + (1u << 30));
	le32_put(mbr + 462 + 12, 4096);
	mbr[510] = 0x55, mbr[511] = 0xaa;
	image_put(0, mbr, sizeof(mbr));
	plan_one(&m, &pd);
	assert_int_equal(m.disks[0].nholds, 2);
	assert_true(m.disks[0].holds[1].start == MIB);
	assert_true(m.disks[0].holds[1].size == IMAGE_SIZE - MIB);
	fd = open(image, O_RDWR);
	if (wipe_disk(&pd, fd, &e) == -1)
		fail_msg("%s", e.text);
	close(fd);
	machine_free(&m);
}

static void
signatures_are_seen_before(void **state)
{
	static const struct {
		void (*put)(uint64_t, uint64_t);
		const char *what;
	} cases[] = {
		{ put_md, "linux_raid_member" },
		{ put_zfs, "zfs_member" },
	};
	struct machine m;
	struct err e;

	for (size_t i = 0; i < 2; i++) {
		image_remove(state);
		image_make(state);
		cases[i].put(0, IMAGE_SIZE);
		m = (struct machine){ 0 };
		assert_int_equal(machine_use_image(&m, "sda", image, &e), 0);
		assert_int_equal(m.disks[0].nholds, 1);
		assert_string_equal(m.disks[0].holds[0].what, cases[i].what);
		machine_free(&m);
	}
}

static void
a_gpt_is_written_and_found_again(void **state)
{
	struct gpt_uuids u, other;
	char code[440];
	uint64_t start, size;
	struct plan_disk pd;
	struct machine m;
	struct err e;
	bool found;

	(void)state;
	memset(code, 0x90, sizeof(code));
	plan_one(&m, &pd);
	assert_int_equal(gpt_find(image, "domus-a", &start, &size, &found,
	    &e), 0);
	assert_false(found);
	for (int i = 0; i < 2; i++)
		assert_int_equal(uuid_make(u.part[i], &e), 0);
	assert_int_equal(gpt_write(&pd, &u, &e), 0);
	assert_int_equal(gpt_boot(image, code, &e), 0);
	assert_int_equal(gpt_verify(&pd, &u, &e), 0);
	assert_int_equal(gpt_find(image, "domus-state", &start, &size, &found,
	    &e), 0);
	assert_true(found);
	assert_true(start == 257 * MIB && size == 448 * MIB);

	other = u;
	other.part[1][0] ^= 1;
	assert_int_equal(gpt_verify(&pd, &other, &e), -1);
	assert_non_null(strstr(e.text, "another UUID"));
	machine_free(&m);
}

static void
ext4_files_are_written_and_read_without_mounting(void **state)
{
	struct ext_place p = { image, 100 * MIB, 64 * MIB };
	char dir[] = "/tmp/disk_test_dir.XXXXXX", path[64], *data, big[100000];
	struct err e;
	size_t len;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sub", dir);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	assert_int_equal(ext_make(&p, "l", "random", dir, NULL, NULL, &e), 0);
	assert_int_equal(ext_write(&p, "sub", "f", big, sizeof(big), 0600,
	    &e), 0);
	assert_int_equal(ext_write(&p, "sub", "g", "one\n", 4, 0644, &e), 0);
	assert_int_equal(ext_write(&p, "sub", "g", "more\n", 5, 0644, &e), 0);
	assert_int_equal(ext_read(&p, "/sub/g", 100, &data, &len, &e), 0);
	assert_string_equal(data, "more\n");
	free(data);
	assert_int_equal(ext_read(&p, "sub/f", 1 << 20, &data, &len, &e), 0);
	assert_int_equal(len, sizeof(big));
	assert_memory_equal(data, big, len);
	free(data);
	assert_int_equal(ext_read(&p, "sub/f", 99, &data, &len, &e), -1);
	assert_int_equal(ext_read(&p, "none", 99, &data, &len, &e), -1);
	assert_int_equal(ext_write(&p, "none", "f", "", 0, 0644, &e), -1);
	rmdir(path);
	rmdir(dir);
}

static int
letters(void *arg, void *data, size_t len, struct err *e)
{
	(void)arg, (void)e;
	memset(data, 'a', len);
	return 0;
}

/* More names than one cluster of the root holds; mtools must agree. */
static void
fat_files_are_created_and_read(void **state)
{
	const char *mkfs[] = { "mkfs.fat", "-F", "32", "-s", "1", image,
		"100000", NULL };
	const char *fsck[] = { "fsck.fat", "-n", image, NULL };
	struct fat *fat = NULL;
	char name[64], hex[HASH_HEX], want[HASH_HEX], *text;
	struct fat_file file;
	struct err e;
	uint64_t room;
	int fd;

	(void)state;
	assert_int_equal(run(mkfs, &e), 0);
	fd = open(image, O_RDWR);
	assert_int_equal(fat_open(fd, 0, &fat, &e), 0);
	room = fat_room(fat);
	for (unsigned int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "a long name of file %u.text", i);
		assert_int_equal(fat_create(fat, name, i * 100, letters, NULL,
		    &e), 0);
	}
	assert_true(fat_room(fat) < room);
	assert_int_equal(fat_create(fat, "a LONG name of file 7.text", 1,
	    letters, NULL, &e), -1);
	assert_int_equal(fat_create(fat, "huge", 2000000000, letters, NULL,
	    &e), -1);
	assert_non_null(strstr(e.text, "no room"));
	text = malloc(3900);
	memset(text, 'a', 3900);
	hash_bytes(text, 3900, want);
	free(text);
	assert_int_equal(fat_hash(fat, "A Long Name of File 39.TEXT", hex,
	    &e), 0);
	assert_string_equal(hex, want);
	assert_int_equal(fat_find(fat, "no/such", &file, &e), -1);
	fat_close(fat);
	close(fd);
	if (run(fsck, &e) == -1)
		fail_msg("%s", e.text);
}

static void
texts_in_a_fat_file_are_replaced(void **state)
{
	const char *mkfs[] = { "mkfs.fat", "-F", "32", "-s", "1", image,
		"100000", NULL };
	struct fat *fat = NULL;
	struct buf text = { 0 };
	unsigned int n = 0;
	struct err e;
	int fd;

	(void)state;
	assert_int_equal(run(mkfs, &e), 0);
	fd = open(image, O_RDWR);
	assert_int_equal(fat_open(fd, 0, &fat, &e), 0);
	/* two clusters, and one that ends within */
	assert_int_equal(fat_create(fat, "f", 1100, letters, NULL, &e), 0);
	assert_int_equal(fat_replace(fat, "f", "aaaaa", "bc\\de", &n, &e), 0);
	assert_int_equal(n, 220);
	assert_int_equal(fat_replace(fat, "f", "xyz", "XYZ", &n, &e), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fat_replace(fat, "f", "bc", "b", &n, &e), -1);
	assert_int_equal(fat_replace(fat, "none", "b", "c", &n, &e), -1);
	fat_close(fat);
	assert_int_equal(fat_open(fd, 0, &fat, &e), 0);
	assert_int_equal(fat_text(fat, "f", &text, &e), 0);
	assert_int_equal(text.len, 1100);
	for (size_t i = 0; i < text.len; i += 5)
		assert_memory_equal(text.data + i, "bc\\de", 5);
	buf_free(&text);
	fat_close(fat);
	close(fd);
}

static void
what_is_no_fat_is_refused(void **state)
{
	struct fat *fat = NULL;
	struct err e;
	int fd;

	(void)state;
	fd = open(image, O_RDONLY);
	assert_int_equal(fat_open(fd, 0, &fat, &e), -1);
	assert_int_equal(fat_open(fd, IMAGE_SIZE - 100, &fat, &e), -1);
	close(fd);
}


int
main(void)
{
	static const struct CMUnitTest tests[] = {
		IMAGE_TEST(a_table_of_a_larger_disk_is_read),
		IMAGE_TEST(signatures_are_seen_before),
		IMAGE_TEST(old_signatures_are_wiped),
		IMAGE_TEST(a_gpt_is_written_and_found_again),
		IMAGE_TEST(ext4_files_are_written_and_read_without_mounting),
		IMAGE_TEST(fat_files_are_created_and_read),
		IMAGE_TEST(texts_in_a_fat_file_are_replaced),
		IMAGE_TEST(what_is_no_fat_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
