/* SPDX-License-Identifier: ISC */
#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "disk_sr.h"
#include "file.h"
#include "run.h"

/*
 * SRs besides the one of the installation: ext4 on a whole device or
 * partition, whose file system has the SR's uuid as its own, so that it is
 * found whatever the device is called; and directories of ISO images.
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

static bool
is_mounted(const char *root, const char *path)
{
	struct stat here, above;

	return stat(path, &here) == 0 && stat(root, &above) == 0 &&
	    here.st_dev != above.st_dev;
}

static int
attach_iso(const char *path, const struct value *config, struct reply *r)
{
	const char *location = config_get(config, "location");
	struct stat st;

	if (*location != '/' || stat(location, &st) == -1 ||
	    !S_ISDIR(st.st_mode))
		return backend(r, *location != '\0' ? location : "location",
		    "not a directory of this host");
	if (symlink(location, path) == -1 && errno != EEXIST)
		return backend(r, path, strerror(errno));
	return 0;
}

static int
attach_ext(const char *root, const char *sr, const char *path,
    struct reply *r)
{
	char *device;
	struct run run = { 0 };
	struct err e;
	int rc = -1;

	if (is_mounted(root, path))
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
	if (strcmp(type, "ext") == 0)
		return attach_ext(root, sr, path, r);
	reply_fail(r, "SR_UNKNOWN_DRIVER", type, NULL);
	return -1;
}

int
disk_sr_detach(const char *root, const char *sr, const char *type,
    struct reply *r)
{
	char path[DISK_PATH];

	mount_point(root, sr, path);
	if (strcmp(type, "iso") == 0)
		return unlink(path) == -1 && errno != ENOENT ?
		    backend(r, path, strerror(errno)) : 0;
	if (is_mounted(root, path) && umount2(path, UMOUNT_NOFOLLOW) == -1)
		return backend(r, path, strerror(errno));
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

int
disk_sr_format(const char *sr, const struct value *config, bool force,
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
disk_sr_erase(const char *root, const char *sr, const struct value *config,
    struct reply *r)
{
	char path[DISK_PATH], *device;
	static const char zeros[4096];
	struct err e;
	int fd, rc = 0;

	(void)config;
	mount_point(root, sr, path);
	if (is_mounted(root, path))
		return backend(r, path, "still mounted");
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
disk_sr_probe(const struct value *config)
{
	struct value *list = value_new_array();
	const char *device = config_get(config, "device");

	if (strncmp(device, "/dev/", 5) == 0)
		add_found(list, device);
	return list;
}
