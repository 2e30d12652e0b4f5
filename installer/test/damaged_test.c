/* SPDX-License-Identifier: ISC */
/* Disks that lie, tables that are damaged. */
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
#include "gpt.h"
#include "probe.h"
#include "rig.h"
#include "run.h"

/* A disk that took a table and holds another; somebody keeps it open, so that
 * its pages stay in memory. */
static void
a_gpt_is_verified_from_the_disk(void **state)
{
	const char *attach[] = { "losetup", "-f", "--show", image, NULL };
	struct gpt_uuids u = { { "00000000-0000-4000-8000-000000000001",
	    "00000000-0000-4000-8000-000000000002" } };
	char node[64], other[1024];
	const char *detach[] = { "losetup", "-d", node, NULL };
	struct buf out = { 0 };
	struct run r = { .output = &out };
	struct plan_disk pd;
	struct machine m = { 0 };
	struct err e, none;
	int fd, rc, again;

	(void)state;
	assert_int_equal(machine_use_image(&m, "sda", image, &e), 0);
	pd = (struct plan_disk){ .disk = &m.disks[0], .nparts = 2,
		.parts = { { PART_SLOT_A, MIB, 256 * MIB },
		    { PART_STATE, 257 * MIB, 448 * MIB } } };
	if (geteuid() != 0 || run_with(attach, &r, &e) == -1) {
		buf_free(&out);
		machine_free(&m);
		print_message("# no loop device\n");
		skip();
	}
	snprintf(node, sizeof(node), "%.*s", (int)strcspn(buf_str(&out), "\n"),
	    buf_str(&out));
	buf_free(&out);
	text_set(&m.disks[0].node, node);
	fd = open(node, O_RDONLY);
	rc = gpt_write(&pd, &u, &e);
	if (rc == 0)
		rc = gpt_verify(&pd, &u, &e);
	assert_int_equal(fat_pread(fd, other, sizeof(other), 512, &e), 0);
	memset(other, 0, sizeof(other));
	image_put(512, other, sizeof(other));
	image_put(IMAGE_SIZE - 512, other, 512);
	again = gpt_verify(&pd, &u, &e);
	close(fd);
	run(detach, &none);
	machine_free(&m);
	assert_int_equal(rc, 0);
	assert_int_equal(again, -1);
}

/* FAT12: 683 entries of 12 bits end half a byte after two sectors. */
static void
a_fat_shorter_than_its_clusters_is_refused(void **state)
{
	unsigned char boot[512] = { 0 };
	struct fat *fat = NULL;
	struct err e;
	int fd;

	(void)state;
	le16_put(boot + 11, 512);
	boot[13] = 1, boot[14] = 1, boot[16] = 1;
	le16_put(boot + 19, 1 + 2 + 681);
	le16_put(boot + 22, 2);
	boot[510] = 0x55, boot[511] = 0xaa;
	image_put(0, boot, sizeof(boot));
	fd = open(image, O_RDONLY);
	assert_int_equal(fat_open(fd, 0, &fat, &e), -1);
	assert_non_null(strstr(e.text, "its table is too short"));
	close(fd);
}


int
main(void)
{
	static const struct CMUnitTest tests[] = {
		IMAGE_TEST(a_gpt_is_verified_from_the_disk),
		IMAGE_TEST(a_fat_shorter_than_its_clusters_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
