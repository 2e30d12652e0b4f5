/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "hash.h"
#include "run.h"
#include "volume.h"

static char root[64];

static int
make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/volume_test.XXXXXX");
	return mkdtemp(root) == NULL ? -1 : 0;
}

static int
remove_root(void **state)
{
	const char *argv[] = { "rm", "-rf", "--", root, NULL };
	struct err e;

	(void)state;
	return run(argv, &e);
}

/* A disk, or with a slash a partition: "sdb/sdb1". */
static void
put_volume(const char *name, const char *type, const char *label)
{
	const char *base = strrchr(name, '/');
	char path[256], node[256];
	const char *fat[] = { "mkfs.fat", "-C", "-n", label, node, "4096",
		NULL };
	const char *ext[] = { "mke2fs", "-q", "-F", "-t", type, "-L", label,
		node, "4096", NULL };
	const char *swap[] = { "mkswap", "-q", "-L", label, node, NULL };
	struct err e;
	int fd;

	base = base != NULL ? base + 1 : name;
	snprintf(path, sizeof(path), "%s/dev", root);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	snprintf(node, sizeof(node), "%s/dev/%s", root, base);
	snprintf(path, sizeof(path), "%s/sys/class/block/%s", root, name);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	snprintf(path, sizeof(path), "%s/sys/class/block/%s", root, base);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	if (strcmp(type, "swap") == 0) {
		fd = open(node, O_WRONLY | O_CREAT, 0600);
		assert_int_equal(ftruncate(fd, 4 << 20), 0);
		close(fd);
	}
	if (run(strcmp(type, "vfat") == 0 ? fat :
	    strcmp(type, "swap") == 0 ? swap : ext, &e) == -1)
		fail_msg("%s", e.text);
}

static void
volumes_are_found_by_label(void **state)
{
	struct volume list[VOLUMES_MAX];

	(void)state;
	put_volume("sdc", "ext4", "DOMUS");
	put_volume("sdb", "vfat", "DOMUS");
	put_volume("sdb/sdb1", "vfat", "DOMUS");
	put_volume("sdd", "vfat", "OTHER");
	put_volume("sde", "swap", "DOMUS");
	assert_int_equal(volumes_find(root, "DOMUS", list), 2);
	assert_string_equal(list[0].name, "sdb");
	assert_string_equal(list[1].name, "sdc");
	assert_int_equal(volumes_find(root, "NONE", list), 0);
}

static void
what_is_no_plain_file_is_not_read(void **state)
{
	char path[128], *data;
	struct err e;
	size_t len;

	(void)state;
	snprintf(path, sizeof(path), "%s/a", root);
	assert_int_equal(volume_read(path, 9, &data, &len, &e), 0);
	assert_null(data);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(volume_read(path, 9, &data, &len, &e), -1);
	assert_non_null(strstr(e.text, "not a plain file"));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(volume_read(path, 9, &data, &len, &e), -1);
	unlink(path);
	assert_int_equal(file_write(path, "x", 1, 0600, &e), 0);
	assert_int_equal(volume_read(path, 9, &data, &len, &e), 0);
	assert_string_equal(data, "x");
	free(data);
}

static void
skip_it(const char *why)
{
	print_message("# %s\n", why);
	skip();
}

/* A journal that waits to be replayed must go on waiting. */
static void
mounting_writes_nothing(void **state)
{
	char image[128], where[128], node[64], was[HASH_HEX], is[HASH_HEX];
	const char *dirty[] = { "debugfs", "-w", "-R",
		"feature needs_recovery", image, NULL };
	const char *attach[] = { "losetup", "-f", "--show", image, NULL };
	const char *detach[] = { "losetup", "-d", node, NULL };
	struct volume list[VOLUMES_MAX];
	struct buf out = { 0 };
	struct run r = { .output = &out };
	struct err e;

	(void)state;
	if (geteuid() != 0)
		skip_it("only root mounts");
	remove_root(state);
	make_root(state);
	put_volume("sdc", "ext4", "DOMUS");
	snprintf(image, sizeof(image), "%s/dev/sdc", root);
	snprintf(where, sizeof(where), "%s/mnt", root);
	assert_int_equal(run(dirty, &e), 0);
	assert_int_equal(hash_file(image, was, &e), 0);
	if (run_with(attach, &r, &e) == -1) {
		buf_free(&out);
		skip_it("no loop device");
	}
	snprintf(node, sizeof(node), "%.*s", (int)strcspn(buf_str(&out), "\n"),
	    buf_str(&out));
	buf_free(&out);
	assert_int_equal(volumes_find(root, "DOMUS", list), 1);
	strcpy(list[0].name, node + strlen("/dev/"));
	if (volume_mount(&list[0], where, &e) == -1) {
		run(detach, &e);
		skip_it("no mounts here");
	}
	umount2(where, 0);
	run(detach, &e);
	assert_int_equal(hash_file(image, is, &e), 0);
	assert_string_equal(is, was);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(volumes_are_found_by_label),
		cmocka_unit_test(what_is_no_plain_file_is_not_read),
		cmocka_unit_test(mounting_writes_nothing),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
