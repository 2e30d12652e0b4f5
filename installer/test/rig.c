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

int
image_make(char path[IMAGE_NAME], uint64_t size)
{
	int fd;

	snprintf(path, IMAGE_NAME, "/tmp/disk_test.XXXXXX");
	fd = mkstemp(path);
	if (fd == -1 || ftruncate(fd, (off_t)size) == -1)
		return -1;
	close(fd);
	return 0;
}

void
image_put(const char *path, uint64_t at, const void *data, size_t len)
{
	struct err e;
	int fd = open(path, O_WRONLY);

	assert_int_not_equal(fd, -1);
	must(fat_pwrite(fd, data, len, at, &e), &e);
	close(fd);
}

void
image_flip(const char *path, uint64_t at)
{
	int fd = open(path, O_RDWR);
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
