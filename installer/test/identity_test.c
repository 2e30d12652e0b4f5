/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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
	put("/proc/self/mountinfo", "");
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

/* How each kind of disk is named, by where it hangs. */
static void
every_transport_has_its_names(void **state)
{
	static const struct { const char *disk, *where, *transport, *id; }
	cases[] = {
		{ "mmcblk0", "/sys/devices/pci0000:00/0000:00:1a.0/mmc_host/"
		    "mmc0/mmc0:0001/block/mmcblk0", "mmc", "mmc-M_S1" },
		{ "xvda", "/sys/devices/vbd-51712/block/xvda", "xen", "" },
		{ "nvme1n1", "/sys/devices/pci0000:00/0000:01:00.0/nvme/nvme1/"
		    "nvme1n1", "nvme", "nvme-M_S1" },
		{ "sdx", "/sys/devices/pci0000:00/0000:02:00.0/host7/port-7:0/"
		    "end_device-7:0/target7:0:0/7:0:0:0/block/sdx", "sas",
		    "scsi-SV_M_S1" },
		{ "sdy", "/sys/devices/pci0000:00/0000:03:00.0/host8/rport-8:0-"
		    "0/target8:0:0/8:0:0:0/block/sdy", "scsi",
		    "scsi-SV_M_S1" },
		{ "vdz", "/sys/devices/pci0000:00/0000:00:05.0/virtio1/block/"
		    "vdz", "virtio", "virtio-S1" },
	};
	char path[256], to[256];
	struct disk *d;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct machine m = { 0 };

		snprintf(path, sizeof(path), "%s/device/model",
		    cases[i].where);
		put(path, "M\n");
		snprintf(path, sizeof(path), "%s/device/name", cases[i].where);
		put(path, "M\n");
		snprintf(path, sizeof(path), "%s/device/vendor",
		    cases[i].where);
		put(path, "V\n");
		snprintf(path, sizeof(path), "%s/device/serial",
		    cases[i].where);
		put(path, "S1\n");
		snprintf(path, sizeof(path), "%s/serial", cases[i].where);
		put(path, "S1\n");
		snprintf(path, sizeof(path), "%s/sys/block/%s", root,
		    cases[i].disk);
		snprintf(to, sizeof(to), "%s%s", root, cases[i].where);
		assert_int_equal(symlink(to, path), 0);
		d = machine_disk_add(&m, cases[i].disk);
		if (disk_probe_ids(root, d, &e) == -1)
			fail_msg("%s", e.text);
		assert_string_equal(d->transport, cases[i].transport);
		assert_string_equal(d->ids.n > 0 ? d->ids.list[0] : "",
		    cases[i].id);
		machine_free(&m);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    another_disk_of_that_name_is_refused, make_disk,
		    remove_disk),
		cmocka_unit_test_setup_teardown(every_transport_has_its_names,
		    make_disk, remove_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
