/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "efi.h"
#include "file.h"
#include "golden.h"
#include "probe.h"
#include "probe_tree.h"
#include "run.h"

/* SPC-4's page 0x83 as libata gives it, and NAA for the SAS disk. */
static const char ata_page[] = "\0\x83\0\x48" "\x02\x01\0\x44" "ATA     "
    "QEMU HARDDISK                           " "QM00001             ";
static const unsigned char naa_page[] = { 0, 0x83, 0, 12, 1, 3, 0, 8,
	0x50, 0x00, 0xc5, 0x00, 0xa0, 0x00, 0x00, 0x01 };
static const char serial_page[] = "\0\x80\0\x8" "ZC1AAAAA";

static char root[64];

static void
put(const char *path, const void *data, size_t len)
{
	char full[4096], dir[4096];
	struct err e;

	snprintf(full, sizeof(full), "%s%s", root, path);
	snprintf(dir, sizeof(dir), "%s", full);
	*strrchr(dir, '/') = '\0';
	if (file_mkdirs(dir, 0755, &e) == -1 ||
	    file_write(full, data, len, 0644, &e) == -1)
		fail_msg("%s", e.text);
}

static int
make_tree(void **state)
{
	char full[4096], dir[4096];
	struct err e;

	(void)state;
	snprintf(root, sizeof(root), "/tmp/probe_test.XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++) {
		snprintf(full, sizeof(full), "%s%s", root, tree[i].path);
		snprintf(dir, sizeof(dir), "%s", full);
		*strrchr(dir, '/') = '\0';
		if (file_mkdirs(dir, 0755, &e) == -1)
			return -1;
		if (tree[i].link != NULL) {
			const char *to = strncmp(tree[i].link, "../sys/", 7)
			    == 0 ? "/" : "";

			/* /sys/block/X -> ../devices/... */
			snprintf(dir, sizeof(dir), "%s%s", *to ? "../" : "",
			    tree[i].link + (*to ? 7 : 0));
			if (symlink(dir, full) == -1)
				return -1;
		} else {
			put(tree[i].path, tree[i].content,
			    strlen(tree[i].content));
			/* Disks are blank and of 2 MiB. */
			if (strncmp(tree[i].path, "/dev/", 5) == 0 &&
			    truncate(full, 2 << 20) == -1)
				return -1;
		}
	}
	put(ATA "/vpd_pg83", ata_page, sizeof(ata_page) - 1);
	put(SAS "/vpd_pg83", naa_page, sizeof(naa_page));
	put(SAS "/vpd_pg80", serial_page, sizeof(serial_page) - 1);
	return 0;
}

static int
remove_tree(void **state)
{
	const char *argv[] = { "rm", "-rf", root, NULL };
	struct err e;

	(void)state;
	return run(argv, &e);
}

static void
a_machine_is_found_in_sysfs(void **state)
{
	struct machine m = { 0 };
	struct buf out = { 0 };
	struct err e;

	(void)state;
	if (machine_probe(root, &m, &e) == -1)
		fail_msg("%s", e.text);
	machine_save(&m, &out);
	golden_check("installer/test/probe.ok", &out);
	buf_free(&out);
	machine_free(&m);
}

static void
disks_go_by_all_their_names(void **state)
{
	static const struct {
		const char *name;
		int n;
	} cases[] = {
		{ "sda", 1 }, { "/dev/sda", 1 }, { "/dev/sd", 0 },
		{ "/dev/disk/by-id/ata-QEMU_HARDDISK_QM00001", 1 },
		{ "ata-QEMU_HARDDISK_QM00001", 1 },
		{ "/dev/disk/by-path/pci-0000:00:1f.2-ata-1", 1 },
		{ "/dev/disk/by-path/ata-QEMU_HARDDISK_QM00001", 0 },
		{ "virtio-one_two", 1 }, { "", 0 }, { "SDA", 0 },
	};
	struct machine m = { 0 };
	struct err e;
	int n;

	(void)state;
	assert_int_equal(machine_probe(root, &m, &e), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		n = 0;
		for (size_t k = 0; k < m.ndisks; k++)
			n += disk_is_called(&m.disks[k], cases[i].name);
		if (n != cases[i].n)
			fail_msg("%s: %d", cases[i].name, n);
	}
	machine_free(&m);
}

static void
a_disk_is_known_again(void **state)
{
	struct machine m = { 0 }, n = { 0 };
	struct disk *d;
	struct err e;

	(void)state;
	assert_int_equal(machine_probe(root, &m, &e), 0);
	assert_int_equal(machine_probe(root, &n, &e), 0);
	for (size_t i = 0; i < m.ndisks; i++)
		assert_true(disk_is_same(&m.disks[i], &n.disks[i]));
	for (size_t i = 1; i < m.ndisks; i++)
		assert_false(disk_is_same(&m.disks[i - 1], &m.disks[i]));
	/* Two disks of a kind without serial numbers, changed over. */
	d = &n.disks[1];	/* sda */
	assert_int_equal(disk_is_same(d, &m.disks[1]), true);
	d->paths.list[0][0] ^= 1;
	assert_false(disk_is_same(d, &m.disks[1]));
	d->paths.list[0][0] ^= 1;
	assert_non_null(disk_holding_add(d, "ext4", "data"));
	assert_false(disk_is_same(d, &m.disks[1]));
	machine_free(&m);
	machine_free(&n);
}

/* As swap does and a file system of several disks: no holder, no mount. */
static void
a_disk_that_something_claims_is_in_use(void **state)
{
	char node[64], path[4096], image[4096];
	const char *attach[] = { "losetup", "-f", "--show", image, NULL };
	const char *detach[] = { "losetup", "-d", node, NULL };
	struct machine m = { 0 };
	struct buf out = { 0 };
	struct run r = { .output = &out };
	struct err e;
	int fd;

	(void)state;
	put("/image", root, sizeof(root));
	snprintf(image, sizeof(image), "%s/image", root);
	assert_int_equal(truncate(image, 1 << 20), 0);
	if (geteuid() != 0 || run_with(attach, &r, &e) == -1) {
		buf_free(&out);
		print_message("# no loop device\n");
		skip();
	}
	snprintf(node, sizeof(node), "%.*s", (int)strcspn(buf_str(&out), "\n"),
	    buf_str(&out));
	buf_free(&out);
	snprintf(path, sizeof(path), "%s/dev/sda", root);
	unlink(path);
	assert_int_equal(symlink(node, path), 0);
	fd = open(node, O_RDONLY | O_EXCL);
	assert_int_not_equal(fd, -1);
	assert_int_equal(machine_probe(root, &m, &e), 0);
	close(fd);
	run(detach, &e);
	put("/dev/sda", "", 0);
	for (size_t i = 0; i < m.ndisks; i++)
		if (strcmp(m.disks[i].name, "sda") == 0)
			assert_non_null(strstr(m.disks[i].in_use, "uses it"));
	machine_free(&m);
}

#define VARS "/sys/firmware/efi/efivars/"
#define GUID "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SLOT "00112233-4455-6677-8899-aabbccddeeff"
#define OTHER "00112233-4455-6677-8899-aabbccddee00"

static void
var_is(const char *name, const char *value, size_t len)
{
	char path[4096], *data;
	size_t n;
	struct err e;

	snprintf(path, sizeof(path), "%s" VARS "%s" GUID, root, name);
	if (file_read(path, 1000, &data, &n, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(n, len + 4);
	assert_memory_equal(data, "\7\0\0\0", 4);
	assert_memory_equal(data + 4, value, len);
	free(data);
}

static void
boot_entries_go_by_their_partitions(void **state)
{
	/* attributes, active, length, "X", end; and the order 2, 0 */
	static const char other[] = "\7\0\0\0\1\0\0\0\4\0X\0\0\0\x7f\xff\4\0";
	static const char order[] = "\7\0\0\0\2\0\0\0";
	const struct efi_slot a = { "Domus", SLOT, 1, 2048, 524288 };
	const struct efi_slot b = { "Domus", OTHER, 2, 526336, 524288 };
	const char *const both[2] = { OTHER, SLOT };
	char dir[4096], path[4096], *data;
	struct err e;
	size_t len;
	int which;

	(void)state;
	put(VARS "Boot0000" GUID, other, sizeof(other) - 1);
	put(VARS "Boot0002" GUID, other, sizeof(other) - 1);
	put(VARS "BootOrder" GUID, order, sizeof(order) - 1);
	snprintf(dir, sizeof(dir), "%s/sys/firmware/efi/efivars", root);
	assert_int_equal(efi_boot_next(dir, SLOT, &e), -1);
	assert_int_equal(efi_first_of(dir, both, &which, &e), 0);
	assert_int_equal(which, -1);
	for (int i = 0; i < 2; i++)
		if (efi_make_first(dir, &a, &e) == -1)
			fail_msg("%s", e.text);
	var_is("BootOrder", "\1\0\2\0\0\0", 6);
	snprintf(path, sizeof(path), "%s" VARS "Boot0001" GUID, root);
	assert_int_equal(file_read(path, 1000, &data, &len, &e), 0);
	assert_memory_equal(data + 4, "\1\0\0\0", 4);
	assert_memory_equal(data + 10, "D\0o\0m\0u\0s\0\0\0\4\1\x2a\0", 16);
	assert_memory_equal(data + 26, "\1\0\0\0\0\x8\0\0\0\0\0\0\0\0\x8\0"
	    "\0\0\0\0\x33\x22\x11\0\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd"
	    "\xee\xff\2\2\4\4", 40);
	assert_memory_equal(data + len - 4, "\x7f\xff\4\0", 4);
	free(data);

	/* Another disk's entry of the same title stays where it is. */
	assert_int_equal(efi_try(dir, &b, &e), 0);
	var_is("BootNext", "\3\0", 2);
	var_is("BootOrder", "\1\0\2\0\0\0", 6);
	assert_int_equal(efi_make_first(dir, &b, &e), 0);
	var_is("BootOrder", "\3\0\1\0\2\0\0\0", 8);
	assert_int_equal(efi_forget(dir, OTHER, &e), 0);
	var_is("BootOrder", "\1\0\2\0\0\0", 6);
	assert_int_equal(efi_first_of(dir, both, &which, &e), 0);
	assert_int_equal(which, 1);
	assert_int_equal(efi_boot_next(dir, OTHER, &e), -1);

	/* It came back: no second time, but later on again. */
	assert_int_equal(efi_boot_next(dir, SLOT, &e), 0);
	var_is("BootNext", "\1\0", 2);
	assert_int_equal(efi_boot_next(dir, SLOT, &e), -1);
	assert_non_null(strstr(e.text, "came back to the medium"));
	assert_int_equal(efi_boot_next(dir, SLOT, &e), 0);
	snprintf(path, sizeof(path), "%s" VARS "DomusTried-5b0f1d2e-6a57-4c59-"
	    "9d3e-2f0c8a4f7b11", root);
	assert_int_equal(file_write(path, "\7\0\0\0" "1000000", 11, 0644,
	    &e), 0);
	assert_int_equal(efi_boot_next(dir, SLOT, &e), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_is_found_in_sysfs),
		cmocka_unit_test(disks_go_by_all_their_names),
		cmocka_unit_test(a_disk_is_known_again),
		cmocka_unit_test(a_disk_that_something_claims_is_in_use),
		cmocka_unit_test(boot_entries_go_by_their_partitions),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
