/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arrays.h"
#include "devices.h"
#include "file.h"
#include "loader.h"
#include "parts.h"
#include "sysfs.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define UUID_A "aaaaaaaa-0000-4000-8000-000000000001"
#define UUID_B "bbbbbbbb-0000-4000-8000-000000000002"
#define UUID_C "cccccccc-0000-4000-8000-000000000003"

static void
disk_put(const struct sysfs *s, const char *disk, const char *model)
{
	char path[128], to[128];

	snprintf(path, sizeof(path), "/devices/x/%s/device/model", disk);
	sysfs_put(s, path, model);
	snprintf(path, sizeof(path), "/devices/x/%s/uevent", disk);
	sysfs_put(s, path, "MAJOR=8\nDEVTYPE=disk\n");
	snprintf(path, sizeof(path), "/class/block/%s", disk);
	snprintf(to, sizeof(to), "../../devices/x/%s", disk);
	sysfs_link(s, path, to);
}

static void
part_put(const struct sysfs *s, const char *disk, int n, const char *label,
    const char *uuid)
{
	char path[128], to[256];

	snprintf(path, sizeof(path), "/devices/x/%s/%s%d/uevent", disk, disk,
	    n);
	snprintf(to, sizeof(to), "DEVNAME=%s%d\nDEVTYPE=partition\nPARTN=%d\n"
	    "PARTUUID=%s\n%s%s\n", disk, n, n, uuid,
	    *label != '\0' ? "PARTNAME=" : "", label);
	sysfs_put(s, path, to);
	snprintf(path, sizeof(path), "/class/block/%s%d", disk, n);
	snprintf(to, sizeof(to), "../../devices/x/%s/%s%d", disk, disk, n);
	sysfs_link(s, path, to);
}

static void
partitions_are_read_with_their_disk(void **state)
{
	struct parts p = { 0 };
	struct sysfs s;
	struct err e;

	(void)state;
	sysfs_make(&s);
	disk_put(&s, "sda", "QEMU HARDDISK   \n");
	part_put(&s, "sda", 3, "domus-state", UUID_A);
	part_put(&s, "sda", 1, "", UUID_B);
	assert_int_equal(parts_read(s.root, &p, &e), 0);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.list[0].name, "sda1");
	assert_string_equal(p.list[0].label, "");
	assert_string_equal(p.list[1].label, "domus-state");
	assert_string_equal(p.list[1].uuid, UUID_A);
	assert_string_equal(p.list[1].disk, "sda");
	assert_string_equal(p.list[1].model, "QEMU HARDDISK");
	assert_ptr_equal(parts_by_uuid(&p,
	    "AAAAAAAA-0000-4000-8000-000000000001"), &p.list[1]);
	parts_free(&p);
	parts_free(&p);
	sysfs_remove(&s);
}

static void
what_a_raid_s_disk_has_is_the_raid_s(void **state)
{
	struct parts p = { 0 };
	struct sysfs s;
	struct err e;

	(void)state;
	sysfs_make(&s);
	disk_put(&s, "sda", "one\n");
	part_put(&s, "sda", 3, "domus-state", UUID_A);
	part_put(&s, "sda", 4, "other", UUID_B);
	sysfs_put(&s, "/block/sda/holders/md127", "");
	disk_put(&s, "md127p", "");
	part_put(&s, "md127p", 3, "domus-state", UUID_A);
	assert_int_equal(parts_read(s.root, &p, &e), 0);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.list[0].name, "md127p3");
	assert_string_equal(p.list[1].name, "sda4");
	parts_free(&p);
	sysfs_remove(&s);
}

static char *
problems_of(const char *path)
{
	struct err e;
	char *text;

	assert_int_equal(file_read(path, 4096, &text, NULL, &e), 0);
	return text;
}

static void
a_raid_that_lost_a_disk_is_a_problem(void **state)
{
	static const char other[] = "x\ny\n", lost[] = "x\ny\n"
	    "md127: 1 of the RAID's 2 disks is missing: what it holds is on "
	    "the rest alone\nAttach the disk, or another as large, then: "
	    "domus-raid --add DISK\n";
	struct arrays_seen seen = { .n = 0 };
	char problems[128], *text;
	struct sysfs s;

	(void)state;
	sysfs_make(&s);
	snprintf(problems, sizeof(problems), "%s/problems", s.root);
	sysfs_put(&s, "/problems", other);
	sysfs_put(&s, "/block/md127/md/level", "raid1\n");
	sysfs_put(&s, "/block/md127/md/raid_disks", "2\n");
	sysfs_put(&s, "/block/md127/md/sync_action", "idle\n");
	for (int i = 0; i < 6; i++) {
		sysfs_put(&s, "/block/md127/md/degraded",
		    i % 4 < 2 ? "0\n" : "1\n");
		arrays_watch(&seen, s.root, problems);
		text = problems_of(problems);
		assert_string_equal(text, i % 4 < 2 ? other : lost);
		free(text);
	}
	sysfs_remove(&s);
}

static void
a_machine_without_disks_has_none(void **state)
{
	struct parts p = { 0 };
	const struct part *part;
	struct sysfs s;
	struct err e;

	(void)state;
	sysfs_make(&s);
	assert_int_equal(parts_read(s.root, &p, &e), 0);
	assert_int_equal(p.n, 0);
	assert_int_equal(parts_state(&p, "", "", &part, &e), -1);
	assert_string_equal(e.text, "no partition is labelled domus-state");
	sysfs_remove(&s);
}

static void
the_state_partition_is_chosen_or_refused(void **state)
{
	static struct part one[] = {
		{ "sda2", "sda", "", "domus-b", UUID_B },
		{ "sda3", "sda", "DISK A", STATE_LABEL, UUID_A },
	}, two[] = {
		{ "sda3", "sda", "DISK A", STATE_LABEL, UUID_A },
		{ "sdb1", "sdb", "", "domus-a", UUID_C },
		{ "sdb3", "sdb", "", STATE_LABEL, UUID_B },
	}, copied[] = {
		{ "sda3", "sda", "", STATE_LABEL, UUID_A },
		{ "sdb3", "sdb", "", STATE_LABEL, UUID_A },
	};
	static const struct {
		struct parts p;
		const char *uuid, *slot, *name, *why;
	} cases[] = {
		{ { one, 2 }, "", "", "sda3", NULL },
		{ { one, 2 }, UUID_B, "", "sda2", NULL },
		{ { two, 3 }, "", "", NULL, "2 partitions are labelled "
		    "domus-state: sda3 (DISK A), sdb3" },
		{ { two, 3 }, UUID_B, "", "sdb3", NULL },
		/* the disk whose slot was booted */
		{ { two, 3 }, "", UUID_C, "sdb3", NULL },
		{ { two, 3 }, UUID_A, UUID_C, "sda3", NULL },
		/* booted from elsewhere, a USB stick */
		{ { one, 2 }, "", UUID_C, "sda3", NULL },
		{ { one, 1 }, "", "", NULL,
		    "no partition is labelled domus-state" },
		{ { copied, 2 }, UUID_A, "", NULL,
		    "sda3 and sdb3 have the same UUID " UUID_A
		    ": one disk is a copy" },
		{ { one, 1 }, UUID_A, "", NULL,
		    "no partition has the UUID " UUID_A },
	};
	const struct part *part;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(parts_state(&cases[i].p, cases[i].uuid,
		    cases[i].slot, &part, &e), cases[i].name != NULL ? 0 : -1);
		if (cases[i].name != NULL)
			assert_string_equal(part->name, cases[i].name);
		else
			assert_string_equal(e.text, cases[i].why);
	}
}

/* The SR's, too: what guests write must not go to a copy. */
static void
a_partition_and_its_copy_are_refused(void **state)
{
	static struct part copied[] = {
		{ "sda4", "sda", "", "domus-sr", UUID_A },
		{ "sdb4", "sdb", "", "domus-sr", UUID_A },
		{ "sdc4", "sdc", "", "domus-sr", UUID_B },
	};
	const struct parts p = { copied, 3 };
	const struct part *part;
	struct err e;

	(void)state;
	assert_int_equal(parts_named(&p, UUID_A, &part, &e), -1);
	assert_non_null(strstr(e.text, "one disk is a copy"));
	assert_int_equal(parts_named(&p, UUID_B, &part, &e), 0);
	assert_string_equal(part->name, "sdc4");
}

static void
a_usb_disk_is_waited_for_until_it_was_asked(void **state)
{
	static const char stick[] = "/bus/usb/devices/1-1:1.0/";
	char path[128];
	struct sysfs s;

	(void)state;
	sysfs_make(&s);
	assert_false(devices_usb_pending(s.root));
	sysfs_put(&s, "/bus/usb/devices/1-2:1.0/bInterfaceClass", "03\n");
	assert_false(devices_usb_pending(s.root));
	snprintf(path, sizeof(path), "%sbInterfaceClass", stick);
	sysfs_put(&s, path, "08\n");
	/* no driver yet: perhaps it will never have one */
	assert_false(devices_usb_pending(s.root));
	snprintf(path, sizeof(path), "%shost6/", stick);
	sysfs_put(&s, path, "");
	assert_true(devices_usb_pending(s.root));
	snprintf(path, sizeof(path), "%shost6/target6:0:0/", stick);
	sysfs_put(&s, path, "");
	assert_false(devices_usb_pending(s.root));
	sysfs_remove(&s);
}

static void
the_booted_slot_is_read_from_efi(void **state)
{
	unsigned char data[4 + 2 * 37] = { 6, 0, 0, 0 };
	char uuid[40];

	(void)state;
	for (size_t i = 0; i < 36; i++)
		data[4 + 2 * i] = (unsigned char)UUID_A[i];
	loader_slot_parse(data, sizeof(data), uuid);
	assert_string_equal(uuid, UUID_A);
	/* without its final zero, as some firmware keeps it */
	loader_slot_parse(data, sizeof(data) - 2, uuid);
	assert_string_equal(uuid, UUID_A);
	loader_slot_parse(data, sizeof(data) - 4, uuid);
	assert_string_equal(uuid, "");
	loader_slot_parse(data, 3, uuid);
	assert_string_equal(uuid, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(partitions_are_read_with_their_disk),
		cmocka_unit_test(what_a_raid_s_disk_has_is_the_raid_s),
		cmocka_unit_test(a_raid_that_lost_a_disk_is_a_problem),
		cmocka_unit_test(a_machine_without_disks_has_none),
		cmocka_unit_test(the_state_partition_is_chosen_or_refused),
		cmocka_unit_test(a_partition_and_its_copy_are_refused),
		cmocka_unit_test(the_booted_slot_is_read_from_efi),
		cmocka_unit_test(a_usb_disk_is_waited_for_until_it_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
