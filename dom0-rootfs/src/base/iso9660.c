/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iso9660.h"

/* Offsets in a directory record, ECMA-119 9.1. */
enum { R_LEN = 0, R_EXTENT = 2, R_SIZE = 10, R_NAME_LEN = 32, R_NAME = 33 };
#define DIR_MAX (1u << 20)
#define ROOT_RECORD (16 * ISO_BLOCK + 156)

static uint32_t
get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
put_both32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++) {
		p[i] = (uint8_t)(v >> 8 * i);
		p[7 - i] = p[i];
	}
}

/* The System Use entries: a two-letter name, a length, a version, data. */
static void
read_rock_ridge(struct iso_file *f, size_t at, size_t len)
{
	const uint8_t *r = f->record;

	while (at + 4 <= len && r[at + 2] >= 4 && at + r[at + 2] <= len) {
		if (memcmp(r + at, "NM", 2) == 0 && r[at + 2] > 5) {
			f->name = at + 5;
			f->name_len = r[at + 2] - 5u;
		} else if (memcmp(r + at, "PX", 2) == 0 && r[at + 2] >= 12) {
			f->mode = at + 4;
		}
		at += r[at + 2];
	}
}

/* One record of len bytes into f; false when its name does not fit in it. */
static bool
read_record(struct iso_file *f, const uint8_t *r, size_t len)
{
	*f = (struct iso_file){ 0 };
	if (len < R_NAME + 1 || (size_t)R_NAME + r[R_NAME_LEN] > len)
		return false;
	memcpy(f->record, r, len);
	f->extent = get_le32(r + R_EXTENT);
	f->size = get_le32(r + R_SIZE);
	f->iso_name = R_NAME;
	f->iso_name_len = r[R_NAME_LEN];
	/* a pad byte makes the name's field even */
	read_rock_ridge(f, (R_NAME + f->iso_name_len + 1) & ~(size_t)1, len);
	return true;
}

int
iso_dir_find(const uint8_t *dir, size_t len, uint64_t at, const char *name,
    struct iso_file *f)
{
	for (size_t i = 0; i < len;) {
		size_t n = dir[i + R_LEN];

		if (n == 0) {		/* the rest of the block is empty */
			i = (i / ISO_BLOCK + 1) * ISO_BLOCK;
			continue;
		}
		if (n > len - i || !read_record(f, dir + i, n))
			return -1;
		if (f->name_len == strlen(name) && memcmp(f->record + f->name,
		    name, f->name_len) == 0) {
			f->at = at + i;
			return 0;
		}
		i += n;
	}
	return -1;
}

int
iso_read(int fd, void *data, size_t len, uint64_t at, struct err *e)
{
	uint8_t *to = data;
	ssize_t n;

	while (len > 0) {
		n = pread(fd, to, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read");
		if (n == 0)
			return err_set(e, "too short for an ISO");
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int
iso_write(int fd, const void *data, size_t len, uint64_t at, struct err *e)
{
	const uint8_t *from = data;
	ssize_t n;

	while (len > 0) {
		n = pwrite(fd, from, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "write");
		from += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* The file or directory of that name in directory f; it becomes f. */
static int
descend(int fd, const char *name, struct iso_file *f, struct err *e)
{
	uint64_t at = (uint64_t)f->extent * ISO_BLOCK;
	size_t len = f->size;
	uint8_t *dir;
	int rc;

	if (len == 0 || len > DIR_MAX)
		return err_set(e, "a directory of %zu bytes: not an ISO of "
		    "ours, or damaged", len);
	dir = malloc(len);
	if (dir == NULL)
		return err_sys(e, "directory");
	rc = iso_read(fd, dir, len, at, e);
	if (rc == 0 && iso_dir_find(dir, len, at, name, f) == -1)
		rc = err_set(e, "it has no /%s", name);
	free(dir);
	return rc;
}

int
iso_find(int fd, const char *path, struct iso_file *f, struct err *e)
{
	uint8_t root[R_NAME + 1];
	char name[64];
	size_t n;

	/* ECMA-119 8.4.18: the root's record is in the volume descriptor */
	if (iso_read(fd, root, sizeof(root), ROOT_RECORD, e) == -1)
		return -1;
	if (!read_record(f, root, sizeof(root)))
		return err_set(e, "no root directory: not an ISO, or damaged");
	for (const char *p = path; *p != '\0'; p += n + (p[n] == '/')) {
		n = strcspn(p, "/");
		if (n == 0 || n >= sizeof(name))
			return err_set(e, "%s: not a path on an ISO", path);
		memcpy(name, p, n);
		name[n] = '\0';
		if (descend(fd, name, f, e) == -1)
			return -1;
	}
	return 0;
}

void
iso_set_extent(struct iso_file *f, uint32_t extent, uint32_t size)
{
	f->extent = extent;
	f->size = size;
	put_both32(f->record + R_EXTENT, extent);
	put_both32(f->record + R_SIZE, size);
}

void
iso_set_mode(struct iso_file *f, uint32_t mode)
{
	if (f->mode != 0)
		put_both32(f->record + f->mode, mode);
}

int
iso_set_name(struct iso_file *f, const char *name, struct err *e)
{
	size_t n = strlen(name);

	/* ISO 9660's own is the same in capitals, and ";1" after it */
	if (f->name_len != n || f->iso_name_len < n)
		return err_set(e, "%s: not as long as the name it replaces",
		    name);
	for (size_t i = 0; i < n; i++)
		if (f->record[f->iso_name + i] !=
		    toupper(f->record[f->name + i]))
			return err_set(e, "%s: its ISO 9660 name is another",
			    name);
	for (size_t i = 0; i < n; i++) {
		f->record[f->iso_name + i] =
		    (uint8_t)toupper((unsigned char)name[i]);
		f->record[f->name + i] = (uint8_t)name[i];
	}
	return 0;
}

int
iso_store(int fd, const struct iso_file *f, struct err *e)
{
	return iso_write(fd, f->record, f->record[R_LEN], f->at, e);
}
