/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "disk_nfs.h"
#include "disk_sr.h"
#include "file.h"
#include "id.h"

/*
 * Devices that are directories, for tests on the BUILD machine, never in the
 * image: an SR's link leads to its "device", whose file "uuid" says whose it
 * is.  Without a device, the SR is a directory below the root.  An export is
 * looked for like a real one, but its path is a directory here.
 */

static const char *
device_of(const struct value *config)
{
	const char *s = value_get_str(config, "device");

	if (s == NULL)
		s = value_get_str(config, "location");
	return s != NULL && strncmp(s, "/dev/disk/", 10) != 0 ? s : NULL;
}

static int
backend(struct reply *r, const char *what)
{
	reply_fail(r, "SR_BACKEND_FAILURE", "", what, strerror(errno), NULL);
	return -1;
}

/* The directory of an SR ("": all of it) on the export that is meant. */
static int
find_export(const struct value *config, const char *sr, char path[DISK_PATH],
    struct reply *r)
{
	struct nfs_export x;
	char address[64];

	if (disk_nfs_export(config, &x, r) == -1 ||
	    disk_nfs_find(&x, address, r) == -1)
		return -1;
	snprintf(path, DISK_PATH, "%.270s/%s", x.path, sr);
	return 0;
}

static int
attach_nfs(const char *root, const char *sr, const struct value *config,
    struct reply *r)
{
	char path[DISK_PATH], there[DISK_PATH];

	if (find_export(config, sr, there, r) == -1)
		return -1;
	if (access(there, W_OK) == -1)
		return disk_nfs_failed(r, NFS_NO_MOUNT, there,
		    strerror(errno));
	snprintf(path, sizeof(path), "%.270s/%s", root, sr);
	return symlink(there, path) == -1 && errno != EEXIST ?
	    backend(r, path) : 0;
}

/* A directory here, whoever is said to have it. */
static int
attach_iso(const char *root, const char *sr, const struct value *config,
    struct reply *r)
{
	char path[DISK_PATH], address[64];
	const char *there = device_of(config);
	struct nfs_export x;
	int nfs = disk_nfs_location(config, &x, r);

	if (nfs == -1 || (nfs == 1 && disk_nfs_find(&x, address, r) == -1))
		return -1;
	snprintf(path, sizeof(path), "%.270s/%s", root, sr);
	return symlink(nfs == 1 ? x.path : there, path) == -1 &&
	    errno != EEXIST ? backend(r, path) : 0;
}

static struct value *
probe_nfs(const struct value *config, struct reply *r)
{
	struct value *list, *v;
	char path[DISK_PATH];
	struct dirent *e;
	DIR *d;

	if (find_export(config, "", path, r) == -1)
		return NULL;
	d = opendir(path);
	if (d == NULL) {
		disk_nfs_failed(r, NFS_NO_MOUNT, path, strerror(errno));
		return NULL;
	}
	list = value_new_array();
	while ((e = readdir(d)) != NULL) {
		if (!id_is_uuid(e->d_name))
			continue;
		v = value_new_struct();
		value_set_str(v, "uuid", e->d_name);
		value_add(list, v);
	}
	closedir(d);
	return list;
}

int
disk_sr_attach(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r)
{
	const char *device = device_of(config);
	char path[DISK_PATH], mark[DISK_PATH], uuid[64] = "";
	struct err e;

	snprintf(path, sizeof(path), "%s/%s", root, sr);
	if (strcmp(type, "nfs") == 0)
		return attach_nfs(root, sr, config, r);
	if (strcmp(type, "iso") == 0)
		return attach_iso(root, sr, config, r);
	if (file_mkdirs(device == NULL ? path : root, 0755, &e) == -1) {
		reply_fail(r, "SR_BACKEND_FAILURE", "", e.text, "", NULL);
		return -1;
	}
	if (device == NULL)
		return 0;
	snprintf(mark, sizeof(mark), "%s/uuid", device);
	if (file_line(mark, uuid, sizeof(uuid), &e) == -1 ||
	    strcmp(uuid, sr) != 0) {
		reply_fail(r, "SR_BACKEND_FAILURE", "", "not this SR", device,
		    NULL);
		return -1;
	}
	if (symlink(device, path) == -1 && errno != EEXIST)
		return backend(r, path);
	return 0;
}

int
disk_sr_detach(const char *root, const char *sr, const char *type,
    struct reply *r)
{
	char path[DISK_PATH];

	(void)type;
	snprintf(path, sizeof(path), "%s/%s", root, sr);
	if (unlink(path) == -1 && errno != EISDIR && errno != ENOENT &&
	    errno != EPERM)
		return backend(r, path);
	return 0;
}

int
disk_sr_format(const char *root, const char *sr, const char *type,
    const struct value *config, bool force, struct reply *r)
{
	const char *device = device_of(config);
	char mark[DISK_PATH];
	struct err e;

	(void)root;
	if (strcmp(type, "nfs") == 0) {
		if (find_export(config, sr, mark, r) == -1)
			return -1;
		return mkdir(mark, 0755) == 0 ? 0 : disk_nfs_failed(r,
		    NFS_NOT_CREATED, mark, strerror(errno));
	}
	if (device == NULL) {
		reply_fail(r, "SR_UNKNOWN_DRIVER", "device", NULL);
		return -1;
	}
	snprintf(mark, sizeof(mark), "%s/uuid", device);
	if (!force && access(mark, F_OK) == 0) {
		reply_fail(r, "SR_DEVICE_IN_USE", device, NULL);
		return -1;
	}
	if (file_mkdirs(device, 0755, &e) == -1 ||
	    file_write(mark, sr, strlen(sr), 0644, &e) == -1) {
		reply_fail(r, "SR_BACKEND_FAILURE", "", e.text, "", NULL);
		return -1;
	}
	return 0;
}

int
disk_sr_erase(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r)
{
	const char *device = device_of(config);
	char mark[DISK_PATH];

	(void)root;
	if (strcmp(type, "nfs") == 0) {
		if (find_export(config, sr, mark, r) == -1)
			return -1;
		return rmdir(mark) == 0 ? 0 : disk_nfs_failed(r,
		    NFS_NOT_REMOVED, mark, strerror(errno));
	}
	snprintf(mark, sizeof(mark), "%s/uuid", device != NULL ? device : "");
	return unlink(mark) == -1 ? backend(r, mark) : 0;
}

struct value *
disk_sr_probe(const char *root, const char *type,
    const struct value *config, struct reply *r)
{
	const char *device = device_of(config);
	char mark[DISK_PATH], uuid[64];
	struct value *list, *v;
	struct err e;

	(void)root;
	if (strcmp(type, "nfs") == 0)
		return probe_nfs(config, r);
	list = value_new_array();
	snprintf(mark, sizeof(mark), "%s/uuid", device != NULL ? device : "");
	if (device == NULL || file_line(mark, uuid, sizeof(uuid), &e) == -1)
		return list;
	v = value_new_struct();
	value_set_str(v, "uuid", uuid);
	value_set_str(v, "device", device);
	value_set_int(v, "size", 1 << 30);
	value_add(list, v);
	return list;
}
