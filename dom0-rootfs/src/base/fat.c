/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "fat_volume.h"

#define TABLE_MAX (64u << 20)
#define DIR_MAX (2u << 20)

uint32_t
le16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

uint32_t
le32(const unsigned char *p)
{
	return le16(p) | le16(p + 2) << 16;
}

void
le16_put(unsigned char *p, uint32_t v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
}

void
le32_put(unsigned char *p, uint32_t v)
{
	le16_put(p, v);
	le16_put(p + 2, v >> 16);
}

int
fat_pread(int fd, void *to, size_t len, uint64_t at, struct err *e)
{
	char *p = to;
	ssize_t n;

	while (len > 0) {
		n = pread(fd, p, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			err_sys(e, "read error at sector %llu",
			    (unsigned long long)at / FAT_SECTOR);
			return e->sys == EIO ? err_code(e, ERR_READ) : -1;
		}
		if (n == 0)
			return err_set(e, "ends at byte %llu",
			    (unsigned long long)at);
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int
fat_pwrite(int fd, const void *from, size_t len, uint64_t at, struct err *e)
{
	const char *p = from;
	ssize_t n;

	while (len > 0) {
		n = pwrite(fd, p, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			err_sys(e, "write error at sector %llu",
			    (unsigned long long)at / FAT_SECTOR);
			return e->sys == EIO ? err_code(e, ERR_WRITE) : -1;
		}
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int
fat_sync(int fd, struct err *e)
{
	return fsync(fd) == -1 ? err_sys(e, "sync") : 0;
}

/* The first sector, BIOS parameter block and all. */
static int
parse_bpb(struct fat *f, const unsigned char *b, struct err *e)
{
	uint32_t per_cluster = b[13], total = le16(b + 19), before;
	uint32_t root_entries = le16(b + 17);

	f->reserved = le16(b + 14);
	f->nfats = b[16];
	f->fat_sectors = le16(b + 22);
	if (total == 0)
		total = le32(b + 32);
	if (f->fat_sectors == 0)
		f->fat_sectors = le32(b + 36);
	f->sector = le16(b + 11);
	if (le16(b + 510) != 0xaa55 || (f->sector != FAT_SECTOR &&
	    f->sector != FAT_SECTOR_MAX) ||
	    per_cluster == 0 || (per_cluster & (per_cluster - 1)) != 0 ||
	    f->reserved == 0 || f->nfats < 1 || f->nfats > 2 ||
	    f->fat_sectors == 0 || f->fat_sectors > TABLE_MAX / f->sector)
		return err_set(e, "no FAT file system");
	f->root_sectors = (root_entries * FAT_ENTRY + f->sector - 1) /
	    f->sector;
	f->cluster_size = per_cluster * f->sector;
	before = f->reserved + f->nfats * f->fat_sectors + f->root_sectors;
	if (total <= before)
		return err_set(e, "no FAT file system: no room for files");
	f->data = (uint64_t)before * f->sector;
	f->clusters = (total - before) / per_cluster;
	f->width = f->clusters < 4085 ? 12 : f->clusters < 65525 ? 16 : 32;
	if (le16(b + 22) == 0)
		f->width = 32;
	f->root_cluster = f->width == 32 ? le32(b + 44) : 0;
	f->info = f->width == 32 ? le16(b + 48) : 0;
	f->copy = f->width == 32 ? le16(b + 50) : 0;
	if (f->info >= f->reserved)
		f->info = 0;
	if (f->copy >= f->reserved)
		f->copy = 0;
	f->table_size = (size_t)f->fat_sectors * f->sector;
	if ((((uint64_t)f->clusters + 2) * f->width + 7) / 8 > f->table_size)
		return err_set(e, "no FAT file system: its table is too short");
	return 0;
}

/* Its boot sector is read from another place. */
static int
open_by(int boot_fd, uint64_t boot, int fd, uint64_t offset,
    struct fat **fat_r, struct err *e)
{
	unsigned char sector[FAT_SECTOR];
	struct fat *f;
	int rc = -1;

	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return err_sys(e, "fat");
	f->fd = fd;
	f->offset = offset;
	if (fat_pread(boot_fd, sector, sizeof(sector), boot, e) == -1 ||
	    parse_bpb(f, sector, e) == -1)
		goto out;
	f->table = malloc(f->table_size);
	if (f->table == NULL) {
		err_sys(e, "fat");
		goto out;
	}
	if (fat_pread(fd, f->table, f->table_size, offset +
	    (uint64_t)f->reserved * f->sector, e) == -1)
		goto out;
	*fat_r = f;
	f = NULL;
	rc = 0;
out:
	fat_close(f);
	return rc;
}

int
fat_open(int fd, uint64_t offset, struct fat **fat_r, struct err *e)
{
	return open_by(fd, offset, fd, offset, fat_r, e);
}

int
fat_open_clone(const struct fat *of, int fd, uint64_t offset,
    struct fat **fat_r, struct err *e)
{
	return open_by(of->fd, of->offset, fd, offset, fat_r, e);
}

void
fat_close(struct fat *fat)
{
	if (fat != NULL)
		free(fat->table);
	free(fat);
}

uint32_t
fat_next(const struct fat *f, uint32_t cluster)
{
	uint32_t v;

	if (f->width == 32)
		return le32(f->table + (size_t)cluster * 4) & 0x0fffffff;
	if (f->width == 16) {
		v = le16(f->table + (size_t)cluster * 2);
		return v >= 0xfff8 ? FAT_END : v;
	}
	v = le16(f->table + cluster + cluster / 2);
	v = cluster % 2 == 1 ? v >> 4 : v & 0xfff;
	return v >= 0xff8 ? FAT_END : v;
}

uint64_t
fat_place(const struct fat *f, uint32_t cluster)
{
	return f->offset + f->data + (uint64_t)(cluster - 2) * f->cluster_size;
}

uint32_t
fat_run(const struct fat *f, uint32_t cluster, uint32_t most)
{
	uint32_t n = 1;

	while (n < most && cluster + n - 2 < f->clusters &&
	    fat_next(f, cluster + n - 1) == cluster + n)
		n++;
	return n;
}

int
fat_walk(struct fat *f, uint32_t cluster, uint64_t left, fat_sink *sink,
    void *arg, struct err *e)
{
	uint32_t most = FAT_PIECE / f->cluster_size + 1, seen = 0, run, n;
	char *data;
	int rc = -1;

	data = malloc((size_t)most * f->cluster_size);
	if (data == NULL)
		return err_sys(e, "fat");
	while (left > 0 && cluster < FAT_END) {
		if (cluster < 2 || cluster - 2 >= f->clusters ||
		    seen > f->clusters) {
			err_set(e, "damaged FAT: cluster %u", cluster);
			goto out;
		}
		run = fat_run(f, cluster, most);
		n = run * f->cluster_size;
		if (left < n)
			n = (uint32_t)left;
		if (fat_pread(f->fd, data, n, fat_place(f, cluster), e) == -1
		    || sink(arg, data, n, e) == -1)
			goto out;
		left -= n;
		seen += run;
		cluster = fat_next(f, cluster + run - 1);
	}
	rc = 0;
out:
	free(data);
	return rc;
}

static int
to_buf(void *arg, const void *data, size_t len, struct err *e)
{
	struct buf *b = arg;

	buf_add(b, data, len);
	return buf_ok(b, e);
}

int
fat_dir(struct fat *f, const struct fat_file *dir, struct buf *to,
    struct err *e)
{
	uint32_t first = dir->cluster != 0 ? dir->cluster : f->root_cluster;
	char sector[FAT_SECTOR_MAX];

	if (first != 0)
		return fat_walk(f, first, DIR_MAX, to_buf, to, e);
	for (uint32_t i = 0; i < f->root_sectors; i++) {
		if (fat_pread(f->fd, sector, f->sector, f->offset +
		    f->data - (uint64_t)(f->root_sectors - i) * f->sector,
		    e) == -1)
			return -1;
		buf_add(to, sector, f->sector);
	}
	return buf_ok(to, e);
}

/* "README  TXT" is README.TXT. */
static void
short_name(const unsigned char *entry, char *to)
{
	size_t n = 0, i;

	for (i = 0; i < 8 && entry[i] != ' '; i++)
		to[n++] = (char)entry[i];
	if (entry[8] != ' ')
		to[n++] = '.';
	for (i = 8; i < 11 && entry[i] != ' '; i++)
		to[n++] = (char)entry[i];
	to[n] = '\0';
}

/*
 * A long name's pieces stand before its short entry, the last one first; each
 * holds 13 characters of UTF-16.  Ours are ASCII.
 */
static void
long_piece(const unsigned char *entry, char name[261])
{
	static const unsigned char at[13] = { 1, 3, 5, 7, 9, 14, 16, 18, 20,
		22, 24, 28, 30 };
	size_t base = (size_t)((entry[0] & 0x1f) - 1) * 13;
	uint32_t c;

	if ((entry[0] & 0x1f) == 0 || base + 13 > 260)
		return;
	for (size_t i = 0; i < 13; i++) {
		c = le16(entry + at[i]);
		name[base + i] = c == 0xffff ? '\0' :
		    c < 128 ? (char)c : '?';
	}
	if ((entry[0] & 0x40) != 0)
		name[base + 13] = '\0';
}

int
fat_find_in(const struct buf *dir, const char *want, size_t len,
    struct fat_file *r, size_t *at_r)
{
	char long_name[261] = "", name[13];
	const unsigned char *en;

	for (size_t i = 0; i + FAT_ENTRY <= dir->len; i += FAT_ENTRY) {
		en = (const unsigned char *)dir->data + i;
		if (en[0] == 0)
			break;
		if (en[0] == 0xe5) {
			long_name[0] = '\0';
			continue;
		}
		if (en[11] == 0x0f) {
			long_piece(en, long_name);
			continue;
		}
		short_name(en, name);
		if ((en[11] & 0x08) == 0 && ((strlen(name) == len &&
		    strncasecmp(name, want, len) == 0) ||
		    (strlen(long_name) == len &&
		    strncasecmp(long_name, want, len) == 0))) {
			r->cluster = le16(en + 26) | le16(en + 20) << 16;
			r->size = le32(en + 28);
			r->is_dir = (en[11] & 0x10) != 0;
			*at_r = i;
			return 0;
		}
		long_name[0] = '\0';
	}
	return -1;
}

int
fat_find(struct fat *f, const char *path, struct fat_file *file_r,
    struct err *e)
{
	struct fat_file at = { .is_dir = 1 };
	const char *name = path;
	struct buf dir = { 0 };
	size_t len, i;
	int rc = -1;

	for (; *name != '\0'; name += len + (name[len] == '/')) {
		len = strcspn(name, "/");
		buf_reset(&dir);
		if (!at.is_dir) {
			err_set(e, "%s: not a directory on the way", path);
			goto out;
		}
		if (fat_dir(f, &at, &dir, e) == -1)
			goto out;
		if (fat_find_in(&dir, name, len, &at, &i) == -1) {
			err_set(e, "%s: no such file", path);
			goto out;
		}
	}
	*file_r = at;
	rc = 0;
out:
	buf_free(&dir);
	return rc;
}
