/* SPDX-License-Identifier: ISC */
#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "disk_nfs_mount.h"
#include "disk_sr.h"
#include "file.h"
#include "run.h"

/*
 * SRs besides the one of the installation: ext4 on a whole device or
 * partition, whose file system has the SR's uuid as its own, so that it is
 * found whatever the device is called; directories of an NFS server; and
 * directories of ISO images, on one or here.
 */

static int
backend(struct reply *r, const char *what, const char *why)
{
	reply_fail(r, "SR_BACKEND_FAILURE", "", what, why, NULL);
	return -1;
}

static const char *
config_get(const struct value *config, const char *name)
{
	const char *s = value_get_str(config, name);

	return s != NULL ? s : "";
}

static void
mount_point(const char *root, const char *sr, char path[DISK_PATH])
{
	snprintf(path, DISK_PATH, "%.270s/%.36s", root, sr);
}

/* By the table: a look at the place itself waits for its server. */
static bool
is_mounted(const char *path)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	char line[4096];
	struct mntent m;
	bool found = false;

	while (f != NULL && !found && getmntent_r(f, &m, line,
	    sizeof(line)) != NULL)
		found = strcmp(m.mnt_dir, path) == 0;
	if (f != NULL)
		endmntent(f);
	return found;
}

static int
attach_iso(const char *path, const struct value *config,
    struct reply *r)
{
	const char *location = config_get(config, "location");
	struct nfs_export x;
	struct stat st;
	int nfs = disk_nfs_location(config, &x, r);

	if (nfs == -1)
		return -1;
	if (nfs == 1)
		return is_mounted(path) ? 0 :
		    disk_nfs_mount(&x, "", path, true, r);
	if (stat(location, &st) == -1 || !S_ISDIR(st.st_mode))
		return disk_nfs_failed(r, ISO_NO_DIRECTORY, location,
		    "not a directory of this host");
	if (symlink(location, path) == -1 && errno != EEXIST)
		return backend(r, path, strerror(errno));
	return 0;
}

static int
attach_nfs(const char *sr, const char *path,
    const struct value *config, struct reply *r)
{
	struct nfs_export x;
	int why;

	if (is_mounted(path))
		return 0;
	if (disk_nfs_export(config, &x, r) == -1 ||
	    disk_nfs_mount(&x, sr, path, false, r) == -1)
		return -1;
	if (access(path, W_OK | X_OK) == 0)
		return 0;
	why = errno;
	umount2(path, MNT_DETACH);
	rmdir(path);
	return disk_nfs_failed(r, NFS_NO_MOUNT, x.path, strerror(why));
}

static int
attach_ext(const char *sr, const char *path, struct reply *r)
{
	char *device;
	struct run run = { 0 };
	struct err e;
	int rc = -1;

	if (is_mounted(path))
		return 0;
	device = blkid_evaluate_tag("UUID", sr, NULL);
	if (device == NULL)
		return backend(r, sr, "no device has this SR");
	/* e2fsck(8): 1 is "errors corrected" */
	if (run_with((const char *const[]){ "e2fsck", "-p", device, NULL },
	    &run, &e) == -1 && run.status != 1)
		backend(r, device, e.text);
	else if (file_mkdirs(path, 0755, &e) == -1)
		backend(r, path, e.text);
	else if (mount(device, path, "ext4", MS_NOATIME | MS_NODEV | MS_NOSUID,
	    NULL) == -1)
		backend(r, device, strerror(errno));
	else
		rc = 0;
	free(device);
	return rc;
}

int
disk_sr_attach(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r)
{
	char path[DISK_PATH];
	struct err e;

	mount_point(root, sr, path);
	if (file_mkdirs(root, 0755, &e) == -1)
		return backend(r, root, e.text);
	if (strcmp(type, "iso") == 0)
		return attach_iso(path, config, r);
	if (strcmp(type, "nfs") == 0)
		return attach_nfs(sr, path, config, r);
	if (strcmp(type, "ext") == 0)
		return attach_ext(sr, path, r);
	reply_fail(r, "SR_UNKNOWN_DRIVER", type, NULL);
	return -1;
}

int
disk_sr_detach(const char *root, const char *sr, const char *type,
    struct reply *r)
{
	char path[DISK_PATH];

	mount_point(root, sr, path);
	if (strcmp(type, "iso") == 0 && unlink(path) == 0)
		return 0;	/* a link to a directory here */
	if (is_mounted(path) && umount2(path, UMOUNT_NOFOLLOW) == -1)
		return strcmp(type, "ext") == 0 ?
		    backend(r, path, strerror(errno)) :
		    disk_nfs_failed(r, NFS_NO_UNMOUNT, path, strerror(errno));
	rmdir(path);
	return 0;
}

/* What libblkid finds on it, or NULL when it is blank. */
static char *
what_is_on(const char *device, int *fd_r)
{
	blkid_probe p = blkid_new_probe();
	const char *type = NULL;
	char *found = NULL;

	/* O_EXCL: not when it, or a partition of it, is mounted */
	*fd_r = open(device, O_RDWR | O_EXCL | O_CLOEXEC);
	if (p == NULL || *fd_r == -1 ||
	    blkid_probe_set_device(p, *fd_r, 0, 0) == -1) {
		blkid_free_probe(p);
		return strdup(strerror(errno));
	}
	blkid_probe_enable_partitions(p, 1);
	if (blkid_do_safeprobe(p) != 1) {
		if (blkid_probe_lookup_value(p, "TYPE", &type, NULL) == -1)
			blkid_probe_lookup_value(p, "PTTYPE", &type, NULL);
		found = strdup(type != NULL ? type : "something");
	}
	blkid_free_probe(p);
	return found;
}

static int
format_ext(const char *sr, const struct value *config, bool force,
    struct reply *r)
{
	const char *device = config_get(config, "device");
	char *found;
	struct err e;
	int fd = -1;

	if (strncmp(device, "/dev/", 5) != 0)
		return backend(r, "device", "not given");
	found = what_is_on(device, &fd);
	if (fd != -1)
		close(fd);
	if (fd == -1 || (found != NULL && !force)) {
		reply_fail(r, "SR_DEVICE_IN_USE", device,
		    found != NULL ? found : "", NULL);
		free(found);
		return -1;
	}
	free(found);
	if (run((const char *const[]){ "mke2fs", "-q", "-F", "-t", "ext4",
	    "-m", "0", "-U", sr, device, NULL }, &e) == -1)
		return backend(r, device, e.text);
	return 0;
}

int
disk_sr_format(const char *root, const char *sr, const char *type,
    const struct value *config, bool force, struct reply *r)
{
	struct nfs_export x;

	if (strcmp(type, "nfs") != 0)
		return format_ext(sr, config, force, r);
	return disk_nfs_export(config, &x, r) == -1 ? -1 :
	    disk_nfs_create(root, &x, sr, r);
}

static int
erase_ext(const char *sr, struct reply *r)
{
	char *device;
	static const char zeros[4096];
	struct err e;
	int fd, rc = 0;

	device = blkid_evaluate_tag("UUID", sr, NULL);
	if (device == NULL)
		return 0;
	fd = open(device, O_RDWR | O_EXCL | O_CLOEXEC);
	if (fd == -1)
		rc = backend(r, device, strerror(errno));
	else if (file_write_all(fd, zeros, sizeof(zeros), &e) == -1)
		rc = backend(r, device, e.text);
	else if (fsync(fd) == -1)
		rc = backend(r, device, strerror(errno));
	if (fd != -1)
		close(fd);
	free(device);
	return rc;
}

int
disk_sr_erase(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r)
{
	char path[DISK_PATH];
	struct nfs_export x;

	mount_point(root, sr, path);
	if (is_mounted(path))
		return backend(r, path, "still mounted");
	if (strcmp(type, "nfs") != 0)
		return erase_ext(sr, r);
	return disk_nfs_export(config, &x, r) == -1 ? -1 :
	    disk_nfs_remove(root, &x, sr, r);
}

static void
add_found(struct value *list, const char *device)
{
	blkid_probe p = blkid_new_probe_from_filename(device);
	const char *type = NULL, *uuid = NULL;
	struct value *v;

	if (p == NULL)
		return;
	if (blkid_do_safeprobe(p) == 0 &&
	    blkid_probe_lookup_value(p, "TYPE", &type, NULL) == 0 &&
	    strcmp(type, "ext4") == 0 &&
	    blkid_probe_lookup_value(p, "UUID", &uuid, NULL) == 0) {
		v = value_new_struct();
		value_set_str(v, "uuid", uuid);
		value_set_str(v, "device", device);
		value_set_int(v, "size", blkid_probe_get_size(p));
		value_add(list, v);
	}
	blkid_free_probe(p);
}

struct value *
disk_sr_probe(const char *root, const char *type,
    const struct value *config, struct reply *r)
{
	const char *device = config_get(config, "device");
	struct nfs_export x;
	struct value *list;

	if (strcmp(type, "nfs") == 0)
		return disk_nfs_export(config, &x, r) == -1 ? NULL :
		    disk_nfs_list(root, &x, r);
	list = value_new_array();
	if (strncmp(device, "/dev/", 5) == 0)
		add_found(list, device);
	return list;
}
