/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into an installer: whatever is written to the files $RECORD_DISK
 * ("a" or "a:b") and $RECORD_EFI/ (a firmware's variables), by it or by a
 * program that it runs, is noted in the file $RECORD_LOG.  $RECORD_ARRAY is a
 * RAID 1 of both: what is written to it is written to each.
 *
 * This is the power cut's worst case.  A write is in the page cache until a
 * flush, and until then the kernel may write back any part of it in any order.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "record.h"

#define NO_DISK -1
#define BOTH 2			/* a RAID 1 of both disks */

static int
watched(int fd)
{
	const char *disk = getenv("RECORD_DISK");
	const char *array = getenv("RECORD_ARRAY");
	char path[PATH_MAX];
	struct stat a, b;
	int saved = errno;

	if (array != NULL && fstat(fd, &a) == 0 && stat(array, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return BOTH;
	errno = saved;
	for (int i = 0; disk != NULL && *disk != '\0'; i++) {
		snprintf(path, sizeof(path), "%.*s", (int)strcspn(disk, ":"),
		    disk);
		if (fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
		    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return i;
		disk += strcspn(disk, ":");
		disk += *disk == ':';
	}
	return NO_DISK;
}

/* A recording with a hole proves nothing: better none at all. */
static void
note_one(enum record_kind kind, int disk, const void *data, uint64_t at,
    uint64_t len)
{
	struct record r = { RECORD_MAGIC, (uint16_t)kind, (uint16_t)disk, at,
		len };
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

/* What a RAID is told goes to its first disk and then to its second. */
static void
note(enum record_kind kind, int disk, const void *data, uint64_t at,
    uint64_t len)
{
	if (disk != BOTH) {
		note_one(kind, disk, data, at, len);
		return;
	}
	note_one(kind, 0, data, at, len);
	note_one(kind, 1, data, at, len);
}

static bool
is_zero(const char *data, size_t len)
{
	return len > 0 && data[0] == 0 && memcmp(data, data + 1, len - 1) == 0;
}

static void
note_data(int disk, const void *data, uint64_t at, ssize_t done)
{
	if (done <= 0)
		return;
	if (is_zero(data, (size_t)done))
		note(RECORD_ZERO, disk, NULL, at, (uint64_t)done);
	else
		note(RECORD_WRITE, disk, data, at, (uint64_t)done);
}

/* The variable's name when a path is one of them. */
static const char *
variable(const char *path)
{
	const char *dir = getenv("RECORD_EFI");
	size_t n = dir != NULL ? strlen(dir) : 0;

	return n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/' ?
	    path + n + 1 : NULL;
}

/* efivarfs takes a variable by one write, and the firmware keeps it at once. */
static void
note_variable(int fd, const void *data, ssize_t done)
{
	char link[64], path[PATH_MAX] = "", whole[4096];
	const char *name;
	ssize_t n;

	if (done <= 0 || getenv("RECORD_EFI") == NULL)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	name = n > 0 ? variable(path) : NULL;
	if (name == NULL)
		return;
	n = snprintf(whole, sizeof(whole), "%s", name) + 1;
	if ((size_t)(n + done) > sizeof(whole))
		abort();
	memcpy(whole + n, data, (size_t)done);
	note(RECORD_VAR, 0, whole, 0, (uint64_t)(n + done));
}

int
unlink(const char *path)
{
	const char *name = variable(path);
	int r = (int)syscall(SYS_unlink, path);

	if (r == 0 && name != NULL)
		note(RECORD_UNVAR, 0, name, 0, strlen(name) + 1);
	return r;
}

ssize_t
write(int fd, const void *data, size_t len)
{
	int disk = watched(fd);
	off_t at = disk != NO_DISK ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t n;

	n = syscall(SYS_write, fd, data, len);
	if (disk != NO_DISK)
		note_data(disk, data, (uint64_t)at, n);
	else if (n > 0 && len > 15 && memcmp(data, "domus-install: ", 15) == 0)
		note(RECORD_TEXT, 0, data, 0, (uint64_t)n);
	else
		note_variable(fd, data, n);
	return n;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	int disk = watched(fd);
	ssize_t n;

	n = syscall(SYS_pwrite64, fd, data, len, at);
	if (disk != NO_DISK)
		note_data(disk, data, (uint64_t)at, n);
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
	int disk = watched(fd);

	if (r == 0 && disk != NO_DISK)
		note(RECORD_FLUSH, disk, NULL, 0, 0);
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
	int disk = watched(fd), r;

	r = (int)syscall(SYS_fallocate, fd, mode, at, len);
	if (r == 0 && disk != NO_DISK &&
	    (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0)
		note(RECORD_ZERO, disk, NULL, (uint64_t)at, (uint64_t)len);
	return r;
}

int
fallocate64(int fd, int mode, off64_t at, off64_t len)
{
	return fallocate(fd, mode, at, len);
}
