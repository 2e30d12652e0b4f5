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
#include "disk_move.h"
#include "disk_parts.h"
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

int
disk_path(const char *root, const char *sr, const char *location,
    char path[DISK_PATH], struct err *e)
{
	if (!id_is_uuid(sr))
		return err_set(e, "%.40s: not the uuid of an SR", sr);
	if (!disk_location_ok(location))
		return err_set(e, "%.40s: not the name of a disk", location);
	if (snprintf(path, DISK_PATH, "%s/%s/%s", root, sr, location) >=
	    DISK_PATH)
		return err_set(e, "%.40s: too long", location);
	return 0;
}

static int
attach(const char *root, const struct value *v, struct reply *r)
{
	int dir;

	if (disk_sr_attach(root, disk_text(v, "sr"), disk_text(v, "type"),
	    value_get(v, "device_config"), r) == -1)
		return -1;
	dir = disk_open_sr(root, disk_text(v, "sr"), r);
	return dir == -1 ? -1 : disk_answer(r, dir, NULL);
}

static int
detach(const char *root, const struct value *v, struct reply *r)
{
	return disk_sr_detach(root, disk_text(v, "sr"), disk_text(v, "type"), r);
}

static int
format(const char *root, const struct value *v, struct reply *r)
{
	struct value *force = value_get(v, "force");

	return disk_sr_format(root, disk_text(v, "sr"), disk_text(v, "type"),
	    value_get(v, "device_config"),
	    value_is(force, VALUE_BOOL) && force->u.b, r);
}

static int
erase(const char *root, const struct value *v, struct reply *r)
{
	return disk_sr_erase(root, disk_text(v, "sr"), disk_text(v, "type"),
	    value_get(v, "device_config"), r);
}

static int
probe(const char *root, const struct value *v, struct reply *r)
{
	struct value *found = disk_sr_probe(root, disk_text(v, "type"),
	    value_get(v, "device_config"), r);

	if (found == NULL)
		return -1;
	reply_set(r, found);
	return 0;
}

static int
scan(const char *root, const struct value *v, struct reply *r)
{
	int dir = disk_open_sr(root, disk_text(v, "sr"), r);
	struct value *all, *disks;
	struct disk_info i;
	struct dirent *d;
	DIR *list;

	if (dir == -1)
		return -1;
	disk_file_clean(dir);
	list = fdopendir(dir);
	if (list == NULL)
		return disk_sys_failed(r, "scan", errno);
	all = value_new_struct();
	disks = value_new_array();
	while ((d = readdir(list)) != NULL)
		if (disk_location_ok(d->d_name) &&
		    disk_file_info(dir, d->d_name, &i) == 0)
			value_add(disks, disk_value(d->d_name, &i));
	disk_put_space(all, dir);
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
	const char *location = disk_text(v, "location");
	int dir, rc, error;
	struct err ignored;
	int64_t size = 0;

	value_as_int(value_get(v, "size"), &size, &ignored);
	if (!disk_location_ok(location) || has_end(location, ".iso") || size < 0)
		return disk_sys_failed(r, "location", EINVAL);
	dir = disk_open_sr(root, disk_text(v, "sr"), r);
	if (dir == -1)
		return -1;
	error = fn(dir, location, (uint64_t)size);
	rc = error != 0 ? disk_failed(r, dir, location, (uint64_t)size,
	    error) : disk_answer(r, dir, location);
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
	const char *from = disk_text(v, "location"), *to = disk_text(v, "to_location");
	struct disk_info i = { 0 };
	int dir, to_dir, error;

	if (!disk_location_ok(from) || !disk_location_ok(to) || has_end(to, ".iso"))
		return disk_sys_failed(r, "location", EINVAL);
	dir = disk_open_sr(root, disk_text(v, "sr"), r);
	to_dir = dir != -1 ? disk_open_sr(root, disk_text(v, "to_sr"), r) : -1;
	if (dir == -1 || to_dir == -1)
		return -1;
	error = disk_file_copy(dir, from, to_dir, to);
	disk_file_info(dir, from, &i);
	if (error != 0)
		return disk_failed(r, to_dir, from, i.size, error);
	return disk_answer(r, to_dir, to);
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

/* Those that come with a body. */
static int (*const moves[PRIV_NAMES])(const char *, const struct value *,
    struct disk_talk *, struct reply *) = {
	[PRIV_DISK_IMPORT] = disk_import,
	[PRIV_DISK_EXPORT] = disk_export,
	[PRIV_DISK_XVA_EXPORT] = disk_xva_export,
};

bool
disk_takes_body(enum priv what)
{
	return what < PRIV_NAMES && moves[what] != NULL;
}

static void
one(void *arg, enum priv what, struct value *params, struct disk_talk *talk,
    struct reply *r)
{
	const struct value *v = value_at(params, 0);

	if (!value_is(v, VALUE_STRUCT) ||
	    (does[what] == NULL && moves[what] == NULL))
		reply_fail(r, "INTERNAL_ERROR", "not [disk]'s business", NULL);
	else if (moves[what] != NULL)
		moves[what](arg, v, talk, r);
	else if (does[what](arg, v, r) == 0 && r->value == NULL)
		reply_set(r, value_new_struct());
}

int
disk_main(int fd, const struct options *o, const struct log *log)
{
	char root[DISK_PATH];

	disk_root(o, root);
	return disk_serve(fd, one, root, log);
}
