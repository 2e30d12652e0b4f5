/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "disk_sr.h"
#include "file.h"

/*
 * Devices that are directories, for tests on the BUILD machine, never in the
 * image: an SR's link leads to its "device", whose file "uuid" says whose it
 * is.  Without a device, the SR is a directory below the root.
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

int
disk_sr_attach(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r)
{
	const char *device = device_of(config);
	char path[DISK_PATH], mark[DISK_PATH], uuid[64] = "";
	struct err e;

	snprintf(path, sizeof(path), "%s/%s", root, sr);
	if (file_mkdirs(device == NULL ? path : root, 0755, &e) == -1) {
		reply_fail(r, "SR_BACKEND_FAILURE", "", e.text, "", NULL);
		return -1;
	}
	if (device == NULL)
		return 0;
	snprintf(mark, sizeof(mark), "%s/uuid", device);
	if (strcmp(type, "iso") != 0 && (file_line(mark, uuid, sizeof(uuid),
	    &e) == -1 || strcmp(uuid, sr) != 0)) {
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
disk_sr_format(const char *sr, const struct value *config, bool force,
    struct reply *r)
{
	const char *device = device_of(config);
	char mark[DISK_PATH];
	struct err e;

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
disk_sr_erase(const char *root, const char *sr, const struct value *config,
    struct reply *r)
{
	const char *device = device_of(config);
	char mark[DISK_PATH];

	(void)root;
	(void)sr;
	snprintf(mark, sizeof(mark), "%s/uuid", device != NULL ? device : "");
	return unlink(mark) == -1 ? backend(r, mark) : 0;
}

struct value *
disk_sr_probe(const struct value *config)
{
	const char *device = device_of(config);
	struct value *list = value_new_array(), *v;
	char mark[DISK_PATH], uuid[64];
	struct err e;

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
