/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <linux/types.h>
#include <linux/raid/md_u.h>

#include "file.h"
#include "md.h"

#define PARAMETERS "/sys/module/md_mod/parameters/"

/* A parameter is written as it stands there, not made anew. */
static int
tell(const char *name, const char *value, struct err *e)
{
	char path[128];
	int fd, rc;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", path);
	rc = file_write_all(fd, value, strlen(value), e);
	close(fd);
	return rc == -1 ? err_in(e, "%s", path) : 0;
}

static int
open_array(const char *name, struct err *e)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd == -1 ? err_sys(e, "%s", path) : fd;
}

static int
add(int fd, const char *node, struct err *e)
{
	mdu_disk_info_t disk = { .raid_disk = -1 };
	struct stat st;

	if (stat(node, &st) == -1)
		return err_sys(e, "%s", node);
	disk.major = (int)major(st.st_rdev);
	disk.minor = (int)minor(st.st_rdev);
	return ioctl(fd, ADD_NEW_DISK, &disk) == -1 ?
	    err_sys(e, "%s: make it a member", node) : 0;
}

/* A member's partitions are the array's: nobody is to find them there. */
static void
hide_parts(const char *node)
{
	struct blkpg_partition part = { 0 };
	struct blkpg_ioctl_arg arg = { .op = BLKPG_DEL_PARTITION,
		.datalen = sizeof(part), .data = &part };
	int fd = open(node, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	for (part.pno = 1; part.pno <= 16; part.pno++)
		ioctl(fd, BLKPG, &arg);
	close(fd);
}

/* Whoever looks at the new device keeps it busy for a moment. */
static int
read_table(int fd, const char *name, struct err *e)
{
	const struct timespec pause = { 0, 200 * 1000 * 1000 };
	int r = -1;

	for (int i = 0; i < 25 && r == -1; i++) {
		r = ioctl(fd, BLKRRPART);
		if (r == -1 && errno != EBUSY)
			break;
		if (r == -1)
			nanosleep(&pause, NULL);
	}
	return r == -1 ? err_sys(e, "%s: read its partition table", name) : 0;
}

int
md_start(const char *name, const char *const *nodes, unsigned int n,
    struct err *e)
{
	mdu_array_info_t version = { .major_version = 1 };
	unsigned int taken = 0;
	struct err why;
	int fd, rc = -1;

	if (tell("start_ro", "1", e) == -1 || tell("new_array", name, e) == -1)
		return -1;
	fd = open_array(name, e);
	if (fd == -1)
		return -1;
	if (ioctl(fd, SET_ARRAY_INFO, &version) == -1) {
		err_sys(e, "%s: begin", name);
		goto out;
	}
	for (unsigned int i = 0; i < n; i++)
		if (add(fd, nodes[i], &why) == 0)
			taken++;
		else
			*e = why;
	if (taken == 0)
		goto out;
	if (ioctl(fd, RUN_ARRAY, NULL) == -1) {
		err_sys(e, "%s: start", name);
		ioctl(fd, STOP_ARRAY, NULL);
		goto out;
	}
	for (unsigned int i = 0; i < n; i++)
		hide_parts(nodes[i]);
	rc = read_table(fd, name, e);
out:
	close(fd);
	return rc;
}

int
md_stop(const char *name, struct err *e)
{
	int fd = open_array(name, e), rc = 0;

	if (fd == -1)
		return -1;
	if (ioctl(fd, STOP_ARRAY, NULL) == -1)
		rc = err_sys(e, "%s: stop", name);
	close(fd);
	return rc;
}

int
md_join(const char *name, const char *node, struct err *e)
{
	int fd = open_array(name, e), rc;

	if (fd == -1)
		return -1;
	/* one that was only read so far is written now */
	ioctl(fd, RESTART_ARRAY_RW, NULL);
	rc = add(fd, node, e);
	close(fd);
	return rc == -1 ? err_in(e, "%s", name) : 0;
}

void
md_of(const char *sysfs, const char *disk, char name_r[32])
{
	char path[PATH_MAX];
	struct dirent *d;
	DIR *dir;

	name_r[0] = '\0';
	snprintf(path, sizeof(path), "%s/block/%s/holders", sysfs, disk);
	dir = opendir(path);
	while (dir != NULL && (d = readdir(dir)) != NULL)
		if (strncmp(d->d_name, "md", 2) == 0)
			snprintf(name_r, 32, "%.31s", d->d_name);
	if (dir != NULL)
		closedir(dir);
}

static int
attribute(const char *sysfs, const char *name, const char *what, char to[64],
    struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/block/%s/md/%s", sysfs, name,
	    what);
	return file_line(path, to, 64, e);
}

int
md_look(const char *sysfs, const char *name, struct md_state *s,
    struct err *e)
{
	unsigned long long done, all;
	char text[64];

	*s = (struct md_state){ 0 };
	if (attribute(sysfs, name, "level", text, e) == -1)
		return -1;
	if (strncmp(text, "raid", 4) != 0)
		return err_set(e, "%s: level %s", name, text);
	s->level = (unsigned int)strtoul(text + 4, NULL, 10);
	if (attribute(sysfs, name, "raid_disks", text, e) == -1)
		return -1;
	s->disks = (unsigned int)strtoul(text, NULL, 10);
	if (attribute(sysfs, name, "degraded", text, e) == -1)
		return -1;
	s->missing = (unsigned int)strtoul(text, NULL, 10);
	if (attribute(sysfs, name, "sync_action", text, e) == -1)
		return -1;
	s->copying = strcmp(text, "recover") == 0 ||
	    strcmp(text, "resync") == 0;
	if (attribute(sysfs, name, "sync_completed", text, e) == 0 &&
	    sscanf(text, "%llu / %llu", &done, &all) == 2 && all > 0)
		s->percent = (unsigned int)(done * 100 / all);
	return 0;
}
