/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into an installer: whatever is written to the file $RECORD_DISK,
 * by it or by a program that it runs, is noted in the file $RECORD_LOG.
 *
 * This is the power cut's worst case.  A write is in the page cache until a
 * flush, and until then the kernel may write back any part of it in any order.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "record.h"

static bool
watched(int fd)
{
	const char *disk = getenv("RECORD_DISK");
	struct stat a, b;

	return disk != NULL && fstat(fd, &a) == 0 && stat(disk, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* A recording with a hole proves nothing: better none at all. */
static void
note(enum record_kind kind, const void *data, uint64_t at, uint64_t len)
{
	struct record r = { RECORD_MAGIC, kind, at, len };
	struct iovec v[2] = { { &r, sizeof(r) }, { (void *)(uintptr_t)data,
	    data != NULL ? len : 0 } };
	const char *log = getenv("RECORD_LOG");
	int fd, saved = errno;

	fd = log == NULL ? -1 : open(log, O_WRONLY | O_APPEND | O_CREAT |
	    O_CLOEXEC, 0600);
	if (fd == -1 || writev(fd, v, 2) != (ssize_t)(v[0].iov_len +
	    v[1].iov_len))
		abort();
	close(fd);
	errno = saved;
}

static bool
is_zero(const char *data, size_t len)
{
	return len > 0 && data[0] == 0 && memcmp(data, data + 1, len - 1) == 0;
}

static void
note_data(const void *data, uint64_t at, ssize_t done)
{
	if (done <= 0)
		return;
	if (is_zero(data, (size_t)done))
		note(RECORD_ZERO, NULL, at, (uint64_t)done);
	else
		note(RECORD_WRITE, data, at, (uint64_t)done);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	bool mine = watched(fd);
	off_t at = mine ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t n;

	n = syscall(SYS_write, fd, data, len);
	if (mine)
		note_data(data, (uint64_t)at, n);
	else if (n > 0 && len > 15 && memcmp(data, "domus-install: ", 15) == 0)
		note(RECORD_TEXT, data, 0, (uint64_t)n);
	return n;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	ssize_t n;

	n = syscall(SYS_pwrite64, fd, data, len, at);
	if (watched(fd))
		note_data(data, (uint64_t)at, n);
	return n;
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	return pwrite(fd, data, len, at);
}

static int
flushed(int fd, int r)
{
	if (r == 0 && watched(fd))
		note(RECORD_FLUSH, NULL, 0, 0);
	return r;
}

int
fsync(int fd)
{
	return flushed(fd, (int)syscall(SYS_fsync, fd));
}

int
fdatasync(int fd)
{
	return flushed(fd, (int)syscall(SYS_fdatasync, fd));
}

int
fallocate(int fd, int mode, off_t at, off_t len)
{
	int r;

	r = (int)syscall(SYS_fallocate, fd, mode, at, len);
	if (r == 0 && watched(fd) &&
	    (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0)
		note(RECORD_ZERO, NULL, (uint64_t)at, (uint64_t)len);
	return r;
}

int
fallocate64(int fd, int mode, off64_t at, off64_t len)
{
	return fallocate(fd, mode, at, len);
}
