/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "disk_image.h"

#define UNIT ((size_t)4096)	/* of file systems: what a hole is made of */

bool
image_is_zero(const void *data, size_t len)
{
	const char *p = data;

	return len == 0 || (*p == 0 && memcmp(p, p + 1, len - 1) == 0);
}

static int
write_all(int fd, const char *data, size_t len, uint64_t at, struct err *e)
{
	ssize_t n;

	for (; len > 0; data += n, at += (uint64_t)n, len -= (size_t)n) {
		n = pwrite(fd, data, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return err_sys(e, "write");
	}
	return 0;
}

static int
write_zeros(const struct image *im, const char *zeros, size_t len, uint64_t at,
    struct err *e)
{
	if (im->fresh || fallocate(im->fd, FALLOC_FL_PUNCH_HOLE |
	    FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)len) == 0)
		return 0;
	return write_all(im->fd, zeros, len, at, e);
}

/* How long what starts here is of one kind, in whole units of the file. */
static size_t
run(const char *data, size_t len, uint64_t at, bool *zero_r)
{
	size_t done = 0, n;
	bool zero;

	while (done < len) {
		n = UNIT - (size_t)((at + done) % UNIT);
		if (n > len - done)
			n = len - done;
		zero = image_is_zero(data + done, n);
		if (done == 0)
			*zero_r = zero;
		else if (zero != *zero_r)
			break;
		done += n;
	}
	return done;
}

int
image_write(const struct image *im, uint64_t at, const void *data, size_t len,
    struct err *e)
{
	const char *p = data;
	bool zero = false;
	size_t n;
	int rc = 0;

	if (at > im->size || len > im->size - at) {
		if (image_is_zero(data, len) && at >= im->size)
			return 0;	/* an image's padding */
		e->sys = 0;
		return err_set(e, "the image is larger than the disk, which "
		    "has %llu bytes", (unsigned long long)im->size);
	}
	for (; len > 0 && rc == 0; p += n, at += n, len -= n) {
		n = run(p, len, at, &zero);
		rc = zero ? write_zeros(im, p, n, at, e) :
		    write_all(im->fd, p, n, at, e);
		/* to the disk while more comes, not all of it at the end;
		 * where that cannot be, fsync(2) does it */
		if (rc == 0 && !zero)
			(void)sync_file_range(im->fd, (off_t)at, (off_t)n,
			    SYNC_FILE_RANGE_WRITE);
	}
	return rc;
}

int
image_read(const struct image *im, uint64_t at, void *data, size_t len,
    struct err *e)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < len && n > 0) {
		n = pread(im->fd, (char *)data + done, len - done,
		    (off_t)(at + done));
		if (n == -1)
			return err_sys(e, "read");
		done += (size_t)n;
	}
	memset((char *)data + done, 0, len - done);
	return 0;
}

bool
image_has(const struct image *im, uint64_t at, uint64_t len)
{
	off_t next;

	if (at >= im->size)
		return false;
	next = lseek(im->fd, (off_t)at, SEEK_DATA);
	return next == -1 ? errno != ENXIO : (uint64_t)next < at + len;
}
