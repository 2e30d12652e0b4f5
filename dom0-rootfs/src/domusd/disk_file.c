/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk_file.h"
#include "disk_image.h"

#define PART ".part"
#define PIECE ((size_t)1 << 20)

static int
part_name(const char *name, char part[300])
{
	return snprintf(part, 300, "%s" PART, name) < 300 ? 0 : ENAMETOOLONG;
}

int
disk_file_info(int dir, const char *name, struct disk_info *i_r)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	i_r->size = (uint64_t)st.st_size;
	i_r->used = (uint64_t)st.st_blocks * 512;
	return 0;
}

int
disk_file_begin(int dir, const char *name, uint64_t size)
{
	char part[300];
	int fd, rc = part_name(name, part);

	if (rc != 0)
		return -rc;
	unlinkat(dir, part, 0);
	fd = openat(dir, part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd == -1)
		return -errno;
	/* disk_file_clean() leaves alone what somebody is making */
	flock(fd, LOCK_EX | LOCK_NB);
	if (size > INT64_MAX || ftruncate(fd, (off_t)size) == -1) {
		rc = size > INT64_MAX ? EFBIG : errno;
		close(fd);
		unlinkat(dir, part, 0);
		return -rc;
	}
	return fd;
}

/* The same for a disk that is new. */
static int
open_part(int dir, const char *name, uint64_t size)
{
	return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ?
	    -EEXIST : disk_file_begin(dir, name, size);
}

int
disk_file_end(int dir, const char *name, int fd, int rc)
{
	char part[300];

	part_name(name, part);
	if (rc == 0 && fsync(fd) == -1)
		rc = errno;
	close(fd);
	if (rc == 0 && renameat(dir, part, dir, name) == -1)
		rc = errno;
	if (rc == 0 && fsync(dir) == -1)
		rc = errno;
	if (rc != 0)
		unlinkat(dir, part, 0);
	return rc;
}

int
disk_file_create(int dir, const char *name, uint64_t size)
{
	int fd = open_part(dir, name, size);

	return fd < 0 ? -fd : disk_file_end(dir, name, fd, 0);
}

int
disk_file_remove(int dir, const char *name)
{
	if (unlinkat(dir, name, 0) == -1)
		return errno;
	return fsync(dir) == -1 ? errno : 0;
}

int
disk_file_grow(int dir, const char *name, uint64_t size)
{
	int fd = openat(dir, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC), rc = 0;
	struct stat st;

	if (fd == -1)
		return errno;
	if (fstat(fd, &st) == -1)
		rc = errno;
	else if (size > INT64_MAX || (uint64_t)st.st_size > size)
		rc = EINVAL;
	else if (ftruncate(fd, (off_t)size) == -1 || fsync(fd) == -1)
		rc = errno;
	close(fd);
	return rc;
}

/* Zeros become holes: not every file system (NFS 4.1) tells where its are. */
static int
copy_piece(int from, const struct image *to, char *piece, off_t at,
    size_t len)
{
	ssize_t n = pread(from, piece, len, at);
	struct err e = { .sys = 0 };

	if (n == -1)
		return errno;
	if (n < (ssize_t)len)
		return EIO;	/* it became shorter */
	return image_write(to, (uint64_t)at, piece, len, &e) == 0 ? 0 :
	    e.sys != 0 ? e.sys : EIO;
}

/* What is data between two holes. */
static int
copy_data(int from, const struct image *to, char *piece, off_t at, off_t end)
{
	size_t len;
	int rc = 0;

	for (; at < end && rc == 0; at += (off_t)len) {
		len = end - at < (off_t)PIECE ? (size_t)(end - at) : PIECE;
		rc = copy_piece(from, to, piece, at, len);
	}
	return rc;
}

static int
copy_sparse(int from, int fd, off_t size)
{
	const struct image to = { .fd = fd, .size = (uint64_t)size,
	    .fresh = true };
	char *piece = malloc(PIECE);
	off_t at = 0, end;
	int rc = 0;

	if (piece == NULL)
		return ENOMEM;
	while (rc == 0 && at < size) {
		at = lseek(from, at, SEEK_DATA);
		if (at == -1) {
			rc = errno == ENXIO ? 0 : errno;	/* all a hole */
			break;
		}
		end = lseek(from, at, SEEK_HOLE);
		if (end == -1)
			rc = errno;
		else
			rc = copy_data(from, &to, piece, at, end);
		at = end;
	}
	free(piece);
	return rc;
}

int
disk_file_copy(int dir, const char *name, int to_dir, const char *to_name)
{
	int from = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int to, rc;

	if (from == -1)
		return errno;
	if (fstat(from, &st) == -1) {
		rc = errno;
		close(from);
		return rc;
	}
	to = open_part(to_dir, to_name, (uint64_t)st.st_size);
	if (to < 0) {
		close(from);
		return -to;
	}
	rc = ioctl(to, FICLONE, from) == 0 ? 0 :
	    copy_sparse(from, to, st.st_size);
	close(from);
	return disk_file_end(to_dir, to_name, to, rc);
}

static int
clean_one(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC), rc = 0;

	if (fd == -1)
		return errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && unlinkat(dir, name, 0) == -1)
		rc = errno;
	close(fd);
	return rc;
}

int
disk_file_clean(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	struct dirent *d;
	size_t len;
	DIR *list;

	list = fd != -1 ? fdopendir(fd) : NULL;
	if (list == NULL)
		return errno;
	while ((d = readdir(list)) != NULL) {
		len = strlen(d->d_name);
		if (len > strlen(PART) && strcmp(d->d_name + len -
		    strlen(PART), PART) == 0 &&
		    clean_one(dir, d->d_name) != 0)
			rc = EBUSY;
	}
	closedir(list);
	return rc;
}
