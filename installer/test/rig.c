/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "fat_volume.h"
#include "rig.h"

char image[64];

int
image_make(void **state)
{
	int fd;

	(void)state;
	snprintf(image, sizeof(image), "/tmp/disk_test.XXXXXX");
	fd = mkstemp(image);
	if (fd == -1 || ftruncate(fd, (off_t)IMAGE_SIZE) == -1)
		return -1;
	close(fd);
	return 0;
}

int
image_remove(void **state)
{
	(void)state;
	return unlink(image);
}

void
image_put(uint64_t at, const void *data, size_t len)
{
	struct err e;
	int fd = open(image, O_WRONLY);

	assert_int_not_equal(fd, -1);
	must(fat_pwrite(fd, data, len, at, &e), &e);
	close(fd);
}

void
image_flip(uint64_t at)
{
	int fd = open(image, O_RDWR);
	unsigned char c;
	struct err e;

	assert_int_not_equal(fd, -1);
	must(fat_pread(fd, &c, 1, at, &e), &e);
	c ^= 0xff;
	must(fat_pwrite(fd, &c, 1, at, &e), &e);
	close(fd);
}

void
must(int rc, const struct err *e)
{
	if (rc == -1)
		fail_msg("%s", e->text);
}
