/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "disk.h"
#include "disk_file.h"
#include "disk_image.h"
#include "disk_move.h"
#include "disk_nfs.h"
#include "disk_parts.h"
#include "id.h"

static bool
has_end(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len > n && strcmp(s + len - n, end) == 0;
}

bool
disk_location_ok(const char *s)
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

const char *
disk_text(const struct value *v, const char *name)
{
	const char *s = value_get_str(v, name);

	return s != NULL ? s : "";
}

int
disk_sys_failed(struct reply *r, const char *what, int error)
{
	reply_fail(r, "SR_BACKEND_FAILURE", "", what, strerror(error), NULL);
	return -1;
}

/* The directory of an SR that is attached, or -1. */
int
disk_open_sr(const char *root, const char *sr, struct reply *r)
{
	char path[DISK_PATH];
	int fd;

	if (!id_is_uuid(sr))
		return disk_sys_failed(r, "sr", EINVAL);
	snprintf(path, sizeof(path), "%.270s/%s", root, sr);
	if (disk_nfs_answers(path, r) == -1)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd != -1 ? fd : disk_sys_failed(r, path, errno);
}

void
disk_put_space(struct value *to, int dir)
{
	struct statvfs fs;

	if (fstatvfs(dir, &fs) == -1)
		return;
	value_set_int(to, "size", (int64_t)(fs.f_blocks * fs.f_frsize));
	value_set_int(to, "used", (int64_t)((fs.f_blocks - fs.f_bfree) *
	    fs.f_frsize));
}

struct value *
disk_value(const char *location, const struct disk_info *i)
{
	struct value *v = value_new_struct();

	value_set_str(v, "location", location);
	value_set_int(v, "size", (int64_t)i->size);
	value_set_int(v, "used", (int64_t)i->used);
	return v;
}

/* The answer: the SR's figures, and the disk's. */
int
disk_answer(struct reply *r, int dir, const char *location)
{
	struct value *v = value_new_struct();
	struct disk_info i;

	disk_put_space(v, dir);
	if (location != NULL && disk_file_info(dir, location, &i) == 0)
		value_set(v, "disk", disk_value(location, &i));
	reply_set(r, v);
	return 0;
}

/* An errno of a disk's as clients know it. */
int
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
		return disk_sys_failed(r, location, error);
	fstatvfs(dir, &fs);
	snprintf(want, sizeof(want), "%llu", (unsigned long long)size);
	snprintf(have, sizeof(have), "%llu",
	    (unsigned long long)(fs.f_bavail * fs.f_frsize));
	reply_fail(r, "SR_FULL", want, have, NULL);
	return -1;
}

int
disk_open_image(int dir, const char *location, int flags, struct image *im,
    struct reply *r)
{
	struct disk_info i;
	int error = disk_file_info(dir, location, &i);

	*im = (struct image){ .fd = -1 };
	if (error == 0) {
		im->size = i.size;
		im->fd = openat(dir, location, flags | O_NOFOLLOW | O_CLOEXEC);
		error = im->fd == -1 ? errno : 0;
	}
	return error == 0 ? 0 : disk_failed(r, dir, location, 0, error);
}

int
disk_bad_question(struct reply *r)
{
	reply_fail(r, "INTERNAL_ERROR", "a disk's name or body", NULL);
	return -1;
}

