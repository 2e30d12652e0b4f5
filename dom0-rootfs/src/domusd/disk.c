/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core.h"
#include "disk.h"
#include "disk_file.h"
#include "disk_serve.h"
#include "disk_sr.h"
#include "id.h"

/* [disk]'s answers; each runs in a process of its own. */

void
disk_root(const struct options *o, char root[DISK_PATH])
{
	if (o->fake_xen != NULL)
		snprintf(root, DISK_PATH, "%.300s.sr", o->fake_xen);
	else
		snprintf(root, DISK_PATH, DISK_ROOT);
}

static bool
has_end(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len > n && strcmp(s + len - n, end) == 0;
}

static bool
location_ok(const char *s)
{
	char uuid[ID_UUID];

	if (strchr(s, '/') != NULL || strlen(s) > 200 || *s == '.')
		return false;
	if (has_end(s, ".iso"))
		return true;
	snprintf(uuid, sizeof(uuid), "%.36s", s);
	return strlen(s) == ID_UUID - 1 + 4 && has_end(s, ".raw") &&
	    id_is_uuid(uuid);
}

int
disk_path(const char *root, const char *sr, const char *location,
    char path[DISK_PATH], struct err *e)
{
	if (!id_is_uuid(sr))
		return err_set(e, "%.40s: not the uuid of an SR", sr);
	if (!location_ok(location))
		return err_set(e, "%.40s: not the name of a disk", location);
	if (snprintf(path, DISK_PATH, "%s/%s/%s", root, sr, location) >=
	    DISK_PATH)
		return err_set(e, "%.40s: too long", location);
	return 0;
}

static const char *
text(const struct value *v, const char *name)
{
	const char *s = value_get_str(v, name);

	return s != NULL ? s : "";
}

static int
failed(struct reply *r, const char *what, int error)
{
	reply_fail(r, "SR_BACKEND_FAILURE", "", what, strerror(error), NULL);
	return -1;
}

/* The directory of an SR that is attached, or -1. */
static int
open_sr(const char *root, const char *sr, struct reply *r)
{
	char path[DISK_PATH];
	int fd;

	if (!id_is_uuid(sr))
		return failed(r, "sr", EINVAL);
	snprintf(path, sizeof(path), "%.270s/%s", root, sr);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd != -1 ? fd : failed(r, path, errno);
}

static void
put_space(struct value *to, int dir)
{
	struct statvfs fs;

	if (fstatvfs(dir, &fs) == -1)
		return;
	value_set_int(to, "size", (int64_t)(fs.f_blocks * fs.f_frsize));
	value_set_int(to, "used", (int64_t)((fs.f_blocks - fs.f_bfree) *
	    fs.f_frsize));
}

static struct value *
disk_value(const char *location, const struct disk_info *i)
{
	struct value *v = value_new_struct();

	value_set_str(v, "location", location);
	value_set_int(v, "size", (int64_t)i->size);
	value_set_int(v, "used", (int64_t)i->used);
	return v;
}

/* The answer: the SR's figures, and the disk's. */
static int
answer(struct reply *r, int dir, const char *location)
{
	struct value *v = value_new_struct();
	struct disk_info i;

	put_space(v, dir);
	if (location != NULL && disk_file_info(dir, location, &i) == 0)
		value_set(v, "disk", disk_value(location, &i));
	reply_set(r, v);
	return 0;
}

/* An errno of a disk's as clients know it. */
static int
disk_failed(struct reply *r, int dir, const char *location, uint64_t size,
    int error)
{
	char want[24], have[24];
	struct statvfs fs = { 0 };

	if (error == ENOENT) {
		reply_fail(r, "VDI_MISSING", "", location, NULL);
		return -1;
	}
	if (error != ENOSPC && error != EFBIG && error != EDQUOT)
		return failed(r, location, error);
	fstatvfs(dir, &fs);
	snprintf(want, sizeof(want), "%llu", (unsigned long long)size);
	snprintf(have, sizeof(have), "%llu",
	    (unsigned long long)(fs.f_bavail * fs.f_frsize));
	reply_fail(r, "SR_FULL", want, have, NULL);
	return -1;
}

static int
attach(const char *root, const struct value *v, struct reply *r)
{
	int dir;

	if (disk_sr_attach(root, text(v, "sr"), text(v, "type"),
	    value_get(v, "device_config"), r) == -1)
		return -1;
	dir = open_sr(root, text(v, "sr"), r);
	return dir == -1 ? -1 : answer(r, dir, NULL);
}

static int
detach(const char *root, const struct value *v, struct reply *r)
{
	return disk_sr_detach(root, text(v, "sr"), text(v, "type"), r);
}

static int
format(const char *root, const struct value *v, struct reply *r)
{
	struct value *force = value_get(v, "force");

	(void)root;
	return disk_sr_format(text(v, "sr"), value_get(v, "device_config"),
	    value_is(force, VALUE_BOOL) && force->u.b, r);
}

static int
erase(const char *root, const struct value *v, struct reply *r)
{
	return disk_sr_erase(root, text(v, "sr"),
	    value_get(v, "device_config"), r);
}

static int
probe(const char *root, const struct value *v, struct reply *r)
{
	(void)root;
	reply_set(r, disk_sr_probe(value_get(v, "device_config")));
	return 0;
}

static int
scan(const char *root, const struct value *v, struct reply *r)
{
	int dir = open_sr(root, text(v, "sr"), r);
	struct value *all, *disks;
	struct disk_info i;
	struct dirent *d;
	DIR *list;

	if (dir == -1)
		return -1;
	disk_file_clean(dir);
	list = fdopendir(dir);
	if (list == NULL)
		return failed(r, "scan", errno);
	all = value_new_struct();
	disks = value_new_array();
	while ((d = readdir(list)) != NULL)
		if (location_ok(d->d_name) &&
		    disk_file_info(dir, d->d_name, &i) == 0)
			value_add(disks, disk_value(d->d_name, &i));
	put_space(all, dir);
	value_set(all, "disks", disks);
	closedir(list);
	reply_set(r, all);
	return 0;
}

/* What is common to create, destroy and resize. */
static int
change(const char *root, const struct value *v, struct reply *r,
    int (*fn)(int, const char *, uint64_t))
{
	const char *location = text(v, "location");
	int dir, rc, error;
	struct err ignored;
	int64_t size = 0;

	value_as_int(value_get(v, "size"), &size, &ignored);
	if (!location_ok(location) || has_end(location, ".iso") || size < 0)
		return failed(r, "location", EINVAL);
	dir = open_sr(root, text(v, "sr"), r);
	if (dir == -1)
		return -1;
	error = fn(dir, location, (uint64_t)size);
	rc = error != 0 ? disk_failed(r, dir, location, (uint64_t)size,
	    error) : answer(r, dir, location);
	close(dir);
	return rc;
}

static int
create(const char *root, const struct value *v, struct reply *r)
{
	return change(root, v, r, disk_file_create);
}

static int
remove_one(int dir, const char *location, uint64_t size)
{
	int error = disk_file_remove(dir, location);

	(void)size;
	return error == ENOENT ? 0 : error;
}

static int
destroy(const char *root, const struct value *v, struct reply *r)
{
	return change(root, v, r, remove_one);
}

static int
resize(const char *root, const struct value *v, struct reply *r)
{
	return change(root, v, r, disk_file_grow);
}

static int
copy(const char *root, const struct value *v, struct reply *r)
{
	const char *from = text(v, "location"), *to = text(v, "to_location");
	struct disk_info i = { 0 };
	int dir, to_dir, error;

	if (!location_ok(from) || !location_ok(to) || has_end(to, ".iso"))
		return failed(r, "location", EINVAL);
	dir = open_sr(root, text(v, "sr"), r);
	to_dir = dir != -1 ? open_sr(root, text(v, "to_sr"), r) : -1;
	if (dir == -1 || to_dir == -1)
		return -1;
	error = disk_file_copy(dir, from, to_dir, to);
	disk_file_info(dir, from, &i);
	if (error != 0)
		return disk_failed(r, to_dir, from, i.size, error);
	return answer(r, to_dir, to);
}

static int (*const does[PRIV_NAMES])(const char *, const struct value *,
    struct reply *) = {
	[PRIV_DISK_ATTACH] = attach,
	[PRIV_DISK_DETACH] = detach,
	[PRIV_DISK_FORMAT] = format,
	[PRIV_DISK_ERASE] = erase,
	[PRIV_DISK_PROBE] = probe,
	[PRIV_DISK_SCAN] = scan,
	[PRIV_DISK_CREATE] = create,
	[PRIV_DISK_DESTROY] = destroy,
	[PRIV_DISK_RESIZE] = resize,
	[PRIV_DISK_COPY] = copy,
};

static void
one(void *arg, enum priv what, struct value *params, struct reply *r)
{
	if (does[what] == NULL || !value_is(value_at(params, 0), VALUE_STRUCT))
		reply_fail(r, "INTERNAL_ERROR", "not [disk]'s business", NULL);
	else if (does[what](arg, value_at(params, 0), r) == 0 &&
	    r->value == NULL)
		reply_set(r, value_new_struct());
}

int
disk_main(int fd, const struct options *o, const struct log *log)
{
	char root[DISK_PATH];

	disk_root(o, root);
	return disk_serve(fd, one, root, log);
}
