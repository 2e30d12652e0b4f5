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

#include "active.h"
#include "adv.h"
#include "ext_update.h"
#include "fat_volume.h"
#include "file.h"
#include "gpt.h"
#include "probe.h"
#include "rig.h"
#include "run.h"

static void
make_table(void)
{
	static const struct gpt_uuids u = { {
	    "00000000-0000-4000-8000-000000000001",
	    "00000000-0000-4000-8000-000000000002" } };
	struct machine m = { 0 };
	struct plan_disk pd = { .nparts = 2, .parts = {
	    { PART_SLOT_A, MIB, 256 * MIB },
	    { PART_SLOT_B, 257 * MIB, 256 * MIB } } };
	struct err e;

	must(machine_use_image(&m, "sda", image, &e), &e);
	pd.disk = &m.disks[0];
	must(gpt_write(&pd, &u, &e), &e);
	machine_free(&m);
}

static unsigned int
marked(void)
{
	unsigned int nr;
	struct err e;

	must(active_get(image, &nr, &e), &e);
	return nr;
}

static void
one_slot_is_marked_for_bios(void **state)
{
	const char *verify[] = { "sfdisk", "--verify", image, NULL };
	struct err e;

	(void)state;
	assert_int_equal(active_set(image, 1, &e), -1);
	assert_non_null(strstr(e.text, "no GPT"));
	make_table();
	assert_int_equal(marked(), 1);
	must(active_set(image, 2, &e), &e);
	assert_int_equal(marked(), 2);
	must(run(verify, &e), &e);
	assert_int_equal(active_set(image, 200, &e), -1);
	assert_int_equal(marked(), 2);
	must(active_set(image, 1, &e), &e);
	assert_int_equal(marked(), 1);
	must(run(verify, &e), &e);
}

/* Byte 512 on: the header, 1024 on: entries, the last sector: its copy. */
static void
a_table_that_is_broken_is_mended_from_the_other(void **state)
{
	static const uint64_t places[] = { 512 + 20, 1024 + 60,
	    IMAGE_SIZE - 512 + 20, IMAGE_SIZE - 512 - 16384 + 60 };
	const char *verify[] = { "sfdisk", "--verify", image, NULL };
	struct err e;

	(void)state;
	make_table();
	for (size_t i = 0; i < 4; i++) {
		image_flip(places[i]);
		assert_int_equal(marked(), 1 + i % 2);
		must(active_set(image, 1 + (i + 1) % 2, &e), &e);
		must(run(verify, &e), &e);
		assert_int_equal(marked(), 1 + (i + 1) % 2);
	}
	image_flip(512 + 20);
	image_flip(IMAGE_SIZE - 512 + 20);
	assert_int_equal(active_set(image, 2, &e), -1);
}

/* A cut between the copy's write and the first table's: both are whole, and
 * the first, which a BIOS looks at, still says the old slot. */
static void
the_first_table_is_written_last(void **state)
{
	unsigned char before[33 * 512];
	int fd = open(image, O_RDWR);
	struct err e;

	(void)state;
	make_table();
	must(fat_pread(fd, before, sizeof(before), 512, &e), &e);
	must(active_set(image, 2, &e), &e);
	must(fat_pwrite(fd, before, sizeof(before), 512, &e), &e);
	assert_int_equal(marked(), 1);
	/* and torn: the new header over the old entries */
	must(active_set(image, 2, &e), &e);
	must(fat_pwrite(fd, before + 512, 512, 1024, &e), &e);
	assert_int_equal(marked(), 2);
	close(fd);
}

/* A FAT with syslinux's file, as its installer leaves it. */
static int
make_fat(struct fat **fat_r)
{
	const char *mkfs[] = { "mkfs.fat", "-F", "32", "-s", "1", image,
		"100000", NULL };
	const char *mmd[] = { "mmd", "-i", image, "::syslinux", NULL };
	const char *mcopy[] = { "mcopy", "-i", image, NULL,
		"::syslinux/ldlinux.sys", NULL };
	unsigned char file[8 * 512] = { 0 };
	char path[80];
	struct err e;
	int fd;

	for (int i = 6; i < 8; i++) {
		le32_put(file + i * 512, 0x5a2d2fa5);
		le32_put(file + i * 512 + 4, 0xa3041767);
		le32_put(file + i * 512 + 508, 0xdd28bf64);
	}
	snprintf(path, sizeof(path), "%s.sys", image);
	must(file_write(path, file, sizeof(file), 0644, &e), &e);
	mcopy[3] = path;
	must(run(mkfs, &e), &e);
	setenv("MTOOLS_SKIP_CHECK", "1", 1);
	must(run(mmd, &e), &e);
	must(run(mcopy, &e), &e);
	unlink(path);
	fd = open(image, O_RDWR);
	must(fat_open(fd, 0, fat_r, &e), &e);
	return fd;
}

static void
syslinux_is_told_what_to_boot_once(void **state)
{
	struct fat_file file;
	struct fat *fat;
	char now[64];
	struct err e;
	int fd;

	(void)state;
	fd = make_fat(&fat);
	must(adv_once_get(fat, now, sizeof(now), &e), &e);
	assert_string_equal(now, "");
	must(adv_once_set(fat, "other", &e), &e);
	must(adv_once_get(fat, now, sizeof(now), &e), &e);
	assert_string_equal(now, "other");
	/* one copy is enough */
	must(fat_find(fat, "syslinux/ldlinux.sys", &file, &e), &e);
	image_flip(fat_place(fat, file.cluster) + 6 * 512 + 9);
	must(adv_once_get(fat, now, sizeof(now), &e), &e);
	assert_string_equal(now, "other");
	must(adv_once_set(fat, NULL, &e), &e);
	must(adv_once_get(fat, now, sizeof(now), &e), &e);
	assert_string_equal(now, "");
	image_flip(fat_place(fat, file.cluster) + 6 * 512 + 9);
	image_flip(fat_place(fat, file.cluster) + 7 * 512 + 9);
	assert_int_equal(adv_once_get(fat, now, sizeof(now), &e), -1);
	assert_int_equal(adv_once_set(fat, "other", &e), -1);
	fat_close(fat);
	close(fd);
}

static void
is_file(const struct ext_place *p, const char *path, const char *want)
{
	char *has;
	struct err e;

	must(ext_read(p, path, 1 << 20, &has, NULL, &e), &e);
	assert_string_equal(has, want);
	free(has);
}

static void
files_of_a_kept_ext4_are_replaced(void **state)
{
	struct ext_place p = { image, 100 * MIB, 64 * MIB };
	char dir[] = "/tmp/slots_test_dir.XXXXXX", path[80], device[80];
	const char *fsck[] = { "e2fsck", "-fn", device, NULL };
	const struct ext_file files[] = {
		{ "/sub", "f", "new\n", 4, 0600 },
		{ "/sub", "g", "made\n", 5, 0644 },
		{ "/", "top", "", 0, 0644 },
	};
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sub", dir);
	must(file_mkdirs(path, 0755, &e), &e);
	snprintf(path, sizeof(path), "%s/sub/f", dir);
	must(file_write(path, "old\n", 4, 0644, &e), &e);
	must(ext_make(&p, "l", "random", dir, NULL, NULL, &e), &e);
	must(ext_compare(&p, dir, &e), &e);
	must(ext_mend(&p, NULL, NULL, NULL, &e), &e);
	for (int i = 0; i < 3; i++)
		must(ext_update(&p, files, 3, &e), &e);
	is_file(&p, "sub/f", "new\n");
	is_file(&p, "sub/g", "made\n");
	is_file(&p, "top", "");
	assert_int_equal(ext_compare(&p, dir, &e), -1);
	assert_non_null(strstr(e.text, "/sub/f reads back differently"));
	snprintf(device, sizeof(device), "%s?offset=%llu", image,
	    (unsigned long long)p.offset);
	must(run(fsck, &e), &e);
	must(ext_remove(&p, "sub", "g", &e), &e);
	must(ext_remove(&p, "sub", "g", &e), &e);
	assert_int_equal(ext_update(&p, &(struct ext_file){ "/none", "f", "",
	    0, 0644 }, 1, &e), -1);
	must(ext_copy_in(&p, dir, &e), &e);
	is_file(&p, "sub/f", "old\n");
	must(ext_mend(&p, NULL, NULL, NULL, &e), &e);
	must(run(fsck, &e), &e);
	unlink(path);
	snprintf(path, sizeof(path), "%s/sub", dir);
	rmdir(path);
	rmdir(dir);
}

/* A torn superblock: its second sector is lost, and with it its checksum. */
static void
the_copy_of_a_superblock_is_used_for_an_ext4_only(void **state)
{
	static const char zeros[512];
	struct ext_place p = { image, 0, 200 * MIB };
	const char *swap[] = { "mkswap", image, NULL };
	char before[HASH_HEX], after[HASH_HEX];
	struct err e;

	(void)state;
	must(ext_make(&p, "l", "random", NULL, NULL, NULL, &e), &e);
	image_put(1024 + 512, zeros, sizeof(zeros));
	must(ext_mend(&p, NULL, NULL, NULL, &e), &e);
	must(run(swap, &e), &e);
	must(hash_file(image, before, &e), &e);
	assert_int_equal(ext_mend(&p, NULL, NULL, NULL, &e), -1);
	must(hash_file(image, after, &e), &e);
	assert_string_equal(after, before);
}


int
main(void)
{
	static const struct CMUnitTest tests[] = {
		IMAGE_TEST(one_slot_is_marked_for_bios),
		IMAGE_TEST(a_table_that_is_broken_is_mended_from_the_other),
		IMAGE_TEST(the_first_table_is_written_last),
		IMAGE_TEST(syslinux_is_told_what_to_boot_once),
		IMAGE_TEST(files_of_a_kept_ext4_are_replaced),
		IMAGE_TEST(the_copy_of_a_superblock_is_used_for_an_ext4_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
