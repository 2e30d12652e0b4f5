/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop.h"

#define TRIES 16

/* Is this device the file's, and may not both be open? */
static bool
conflicts(const char *name, const struct stat *file, bool readonly)
{
	struct loop_info64 info;
	char path[64];
	bool bad;
	int fd;

	snprintf(path, sizeof(path), "/dev/%.40s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	bad = ioctl(fd, LOOP_GET_STATUS64, &info) == 0 &&
	    info.lo_device == file->st_dev && info.lo_inode == file->st_ino &&
	    !(readonly && (info.lo_flags & LO_FLAGS_READ_ONLY) != 0);
	close(fd);
	return bad;
}

static int
check_users(const char *path, const struct stat *file, bool readonly,
    struct err *e)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *d;
	bool bad = false;

	if (dir == NULL)
		return err_sys(e, "/sys/block");
	while (!bad && (d = readdir(dir)) != NULL)
		bad = strncmp(d->d_name, "loop", 4) == 0 &&
		    conflicts(d->d_name, file, readonly);
	closedir(dir);
	if (!bad)
		return 0;
	err_set(e, "%s: in use", path);
	return err_code(e, EBUSY);
}

/* 1: somebody else was quicker. */
static int
configure(int control, int file, const char *path, bool readonly,
    struct loop *l, struct err *e)
{
	struct loop_config c = { .fd = (__u32)file };
	int n = ioctl(control, LOOP_CTL_GET_FREE);

	if (n == -1)
		return err_sys(e, "loop-control");
	c.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO |
	    (readonly ? LO_FLAGS_READ_ONLY : 0);
	snprintf((char *)c.info.lo_file_name, LO_NAME_SIZE, "%s", path);
	snprintf(l->name, sizeof(l->name), "/dev/loop%d", n);
	l->fd = open(l->name, (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (l->fd == -1)
		return errno == ENOENT ? 1 : err_sys(e, "%s", l->name);
	if (ioctl(l->fd, LOOP_CONFIGURE, &c) == 0)
		return 0;
	n = errno;
	loop_close(l);
	errno = n;
	return n == EBUSY ? 1 : err_sys(e, "%s: %s", l->name, path);
}

/*
 * For as long as the device has the file, which is how long the kernel keeps
 * a lock of an open file description: over NFS 4 also against other hosts.
 * What cannot be locked (NFS 3, a read-only export) is left to the records.
 */
static int
lock_file(int file, const char *path, bool readonly, struct err *e)
{
	struct flock whole = { .l_whence = SEEK_SET,
	    .l_type = readonly ? F_RDLCK : F_WRLCK };

	if (fcntl(file, F_OFD_SETLK, &whole) == 0 || errno != EAGAIN)
		return 0;
	err_set(e, "%s: in use by another host", path);
	return err_code(e, EBUSY);
}

static int
open_file(const char *path, int file, const struct stat *st, bool readonly,
    struct loop *l, struct err *e)
{
	int control, r = 1;

	if (check_users(path, st, readonly, e) == -1 ||
	    lock_file(file, path, readonly, e) == -1)
		return -1;
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control == -1)
		return err_sys(e, "/dev/loop-control");
	for (int i = 0; i < TRIES && r == 1; i++)
		r = configure(control, file, path, readonly, l, e);
	close(control);
	if (r == 1)
		err_set(e, "%s: no loop device is free", path);
	return r == 0 ? 0 : -1;
}

int
loop_open(const char *path, bool readonly, struct loop *l_r, struct err *e)
{
	int flags = (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW;
	int file = open(path, flags), rc = -1;
	struct stat st;

	*l_r = (struct loop){ .fd = -1 };
	if (file == -1 || fstat(file, &st) == -1) {
		err_sys(e, "%s", path);
		err_code(e, ENOENT);
		goto out;
	}
	if (S_ISBLK(st.st_mode)) {
		snprintf(l_r->name, sizeof(l_r->name), "%s", path);
		l_r->fd = file;
		file = -1;
	} else if (!S_ISREG(st.st_mode)) {
		err_set(e, "%s: not a file", path);
		err_code(e, ENOENT);
		goto out;
	} else if (open_file(path, file, &st, readonly, l_r, e) == -1)
		goto out;
	if (fstat(l_r->fd, &st) == -1) {
		err_sys(e, "%s", l_r->name);
		loop_close(l_r);
		goto out;
	}
	l_r->dev = st.st_rdev;
	rc = 0;
out:
	if (file != -1)
		close(file);
	return rc;
}

void
loop_close(struct loop *l)
{
	if (l->fd != -1)
		close(l->fd);
	l->fd = -1;
}

int
loop_resized(const char *name, struct err *e)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd == -1)
		return err_sys(e, "%s", name);
	if (ioctl(fd, LOOP_SET_CAPACITY, 0) == -1)
		rc = err_sys(e, "%s", name);
	close(fd);
	return rc;
}
