/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into an installer: makes the file $FAULT_FILE a disk that fails.
 * $FAULT says how, as "read ERRNO SECTOR [N]", "write ERRNO SECTOR [N]" (512
 * bytes each; N times it goes well before), "lie 0 SECTOR": another byte is
 * read there, "open ERRNO 0 [N]", or "gone": no such device as soon as the file
 * $FAULT_FILE.gone exists.
 * $FAULT_TIME is what the clock says, in seconds since 1970.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECTOR 512

static bool
watched(int fd)
{
	const char *disk = getenv("FAULT_FILE");
	struct stat a, b;

	return disk != NULL && fstat(fd, &a) == 0 && stat(disk, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whether that fails; errno says how. */
static bool
fails(const char *what, int fd, off_t at, size_t len)
{
	const char *fault = getenv("FAULT");
	char kind[8], mark[4096];
	static int well;
	long long sector;
	int saved = errno, number, n, times = 0;

	if (fault == NULL || !watched(fd))
		return false;
	n = sscanf(fault, "%7s %d %lld %d", kind, &number, &sector, &times);
	if (n == 1 && strcmp(kind, "gone") == 0) {
		snprintf(mark, sizeof(mark), "%s.gone", getenv("FAULT_FILE"));
		if (access(mark, F_OK) == 0) {
			errno = ENXIO;
			return true;
		}
	}
	errno = saved;
	if (n < 3 || strcmp(kind, what) != 0 || len == 0 ||
	    sector * SECTOR + SECTOR <= at ||
	    sector * SECTOR >= at + (off_t)len || well++ < times)
		return false;
	errno = number;
	return true;
}

/* As much as comes before the bad sector; a disk gives that, too. */
static size_t
before(off_t at, size_t len)
{
	const char *fault = getenv("FAULT");
	long long sector = 0;

	if (fault == NULL || sscanf(fault, "%*s %*d %lld", &sector) != 1 ||
	    sector * SECTOR <= at)
		return 0;
	return (size_t)(sector * SECTOR - at) < len ?
	    (size_t)(sector * SECTOR - at) : len;
}

/* A disk that says that all is well. */
static void
lie(int fd, void *data, ssize_t got, off_t at)
{
	long long sector;

	if (got > 0 && fails("lie", fd, at, (size_t)got) &&
	    sscanf(getenv("FAULT"), "%*s %*d %lld", &sector) == 1 &&
	    sector * SECTOR >= at)
		((char *)data)[sector * SECTOR - at] ^= 1;
}

ssize_t
pread(int fd, void *data, size_t len, off_t at)
{
	ssize_t got;

	if (fails("read", fd, at, len) && (len = before(at, len)) == 0)
		return -1;
	got = syscall(SYS_pread64, fd, data, len, at);
	lie(fd, data, got, at);
	return got;
}

ssize_t
pread64(int fd, void *data, size_t len, off64_t at)
{
	return pread(fd, data, len, at);
}

ssize_t
read(int fd, void *data, size_t len)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (at != -1 && fails("read", fd, at, len) &&
	    (len = before(at, len)) == 0)
		return -1;
	return syscall(SYS_read, fd, data, len);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	if (fails("write", fd, at, len) && (len = before(at, len)) == 0)
		return -1;
	return syscall(SYS_pwrite64, fd, data, len, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	return pwrite(fd, data, len, at);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (at != -1 && fails("write", fd, at, len) &&
	    (len = before(at, len)) == 0)
		return -1;
	return syscall(SYS_write, fd, data, len);
}

int
fsync(int fd)
{
	return fails("sync", fd, 0, 1) ? -1 : (int)syscall(SYS_fsync, fd);
}

/* An open that goes wrong is one of a descriptor that is closed again. */
static int
opened(int fd)
{
	int saved;

	if (fd == -1 || !fails("open", fd, 0, 1))
		return fd;
	saved = errno;
	syscall(SYS_close, fd);
	errno = saved;
	return -1;
}

int
open(const char *path, int flags, ...)
{
	va_list v;
	mode_t mode;

	va_start(v, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(v, mode_t) : 0;
	va_end(v);
	return opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int
open64(const char *path, int flags, ...)
{
	va_list v;
	mode_t mode;

	va_start(v, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(v, mode_t) : 0;
	va_end(v);
	return open(path, flags, mode);
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	const char *now = getenv("FAULT_TIME");
	int r = (int)syscall(SYS_clock_gettime, clock, t);

	if (r == 0 && now != NULL && clock == CLOCK_REALTIME)
		t->tv_sec = atoll(now);
	return r;
}

time_t
time(time_t *to)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (to != NULL)
		*to = t.tv_sec;
	return t.tv_sec;
}

int
gettimeofday(struct timeval *to, void *zone)
{
	struct timespec t;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	*to = (struct timeval){ t.tv_sec, t.tv_nsec / 1000 };
	return 0;
}
