/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fat_volume.h"

#define DELETED 0xe5		/* the first byte of an entry */

uint64_t
fat_size(const struct fat *f)
{
	return f->data + (uint64_t)f->clusters * f->cluster_size;
}

uint64_t
fat_room(const struct fat *f)
{
	uint64_t n = 0;

	for (uint32_t c = 2; c - 2 < f->clusters; c++)
		n += fat_next(f, c) == 0;
	return n * f->cluster_size;
}

static void
set(struct fat *f, uint32_t cluster, uint32_t value)
{
	unsigned char *p;

	if (f->width == 32) {
		p = f->table + (size_t)cluster * 4;
		le32_put(p, (le32(p) & 0xf0000000) | (value & 0x0fffffff));
	} else if (f->width == 16) {
		le16_put(f->table + (size_t)cluster * 2, value);
	} else {
		p = f->table + cluster + cluster / 2;
		le16_put(p, cluster % 2 == 1 ?
		    (le16(p) & 0xf) | (value & 0xfff) << 4 :
		    (le16(p) & 0xf000) | (value & 0xfff));
	}
}

/* n free clusters, chained one to the next; the first of them. */
static int
allocate(struct fat *f, uint32_t n, uint32_t *first_r, struct err *e)
{
	uint32_t last = 0, c;

	if (fat_room(f) < (uint64_t)n * f->cluster_size)
		return err_set(e, "no room");
	for (c = 2; c - 2 < f->clusters && n > 0; c++) {
		if (fat_next(f, c) != 0)
			continue;
		if (last == 0)
			*first_r = c;
		else
			set(f, last, c);
		set(f, c, 0x0fffffff);
		last = c;
		n--;
	}
	return 0;
}

static int
write_content(struct fat *f, uint32_t cluster, uint32_t size,
    fat_source *source, void *arg, struct err *e)
{
	uint32_t most = FAT_PIECE / f->cluster_size + 1, run, n;
	char *data;
	int rc = -1;

	data = calloc(most, f->cluster_size);
	if (data == NULL)
		return err_sys(e, "fat");
	while (size > 0) {
		run = fat_run(f, cluster, most);
		n = run * f->cluster_size;
		if (size < n) {
			memset(data + size, 0, n - size);
			n = size;
		}
		if (source(arg, data, n, e) == -1 || fat_pwrite(f->fd, data,
		    (size_t)run * f->cluster_size, fat_place(f, cluster), e)
		    == -1)
			goto out;
		size -= n;
		cluster = fat_next(f, cluster + run - 1);
	}
	rc = 0;
out:
	free(data);
	return rc;
}

/* FSInfo counts free clusters; "unknown" is allowed and never wrong. */
static int
write_tables(struct fat *f, struct err *e)
{
	unsigned char unknown[8];
	uint64_t at = f->offset + (uint64_t)f->reserved * f->sector;

	for (uint32_t i = 0; i < f->nfats; i++, at += f->table_size)
		if (fat_pwrite(f->fd, f->table, f->table_size, at, e) == -1)
			return -1;
	if (f->info == 0)
		return 0;
	memset(unknown, 0xff, sizeof(unknown));
	return fat_pwrite(f->fd, unknown, sizeof(unknown), f->offset +
	    (uint64_t)f->info * f->sector + 488, e);
}

/* xen.gz is XEN.GZ; what does not fit gets a number: SHA256~1. */
static void
make_short(const char *name, unsigned int number, char to[12])
{
	const char *dot = strrchr(name, '.');
	size_t base = dot != NULL ? (size_t)(dot - name) : strlen(name);
	char tail[8];
	size_t n = 0, i, len = 0;

	memset(to, ' ', 11);
	to[11] = '\0';
	if (number > 0)
		len = (size_t)snprintf(tail, sizeof(tail), "~%u", number);
	for (i = 0; i < base && n < 8 - len; i++)
		if (isalnum((unsigned char)name[i]) || name[i] == '_' ||
		    name[i] == '-')
			to[n++] = (char)toupper((unsigned char)name[i]);
	memcpy(to + n, tail, len);
	for (i = 0; dot != NULL && i < 3 && isalnum((unsigned char)dot[1 + i]);
	    i++)
		to[8 + i] = (char)toupper((unsigned char)dot[1 + i]);
}

/* An 8.3 name that no other file of the directory has. */
static int
find_short(const struct buf *dir, const char *name, char to[12],
    struct err *e)
{
	const char *dot = strrchr(name, '.');
	size_t base = dot != NULL ? (size_t)(dot - name) : strlen(name);
	bool plain = base <= 8 && strpbrk(name, " +,;=[]") == NULL &&
	    (dot == NULL || (strlen(dot) <= 4 && strchr(name, '.') == dot));

	for (unsigned int n = plain ? 0 : 1; n < 1000; n++) {
		size_t i;

		make_short(name, n, to);
		for (i = 0; i + FAT_ENTRY <= dir->len && dir->data[i] != '\0';
		    i += FAT_ENTRY)
			if (dir->data[i + 11] != 0x0f &&
			    memcmp(dir->data + i, to, 11) == 0)
				break;
		if (i + FAT_ENTRY > dir->len || dir->data[i] == '\0')
			return 0;
	}
	return err_set(e, "no short name is left");
}

static unsigned char
checksum(const char short_name[12])
{
	unsigned char sum = 0;

	for (int i = 0; i < 11; i++)
		sum = (unsigned char)((unsigned char)(sum << 7 | sum >> 1) +
		    (unsigned char)short_name[i]);
	return sum;
}

static void
put_long(unsigned char *en, const char *name, size_t piece, size_t pieces,
    unsigned char sum)
{
	static const unsigned char at[13] = { 1, 3, 5, 7, 9, 14, 16, 18, 20,
		22, 24, 28, 30 };
	size_t len = strlen(name), k;

	memset(en, 0, FAT_ENTRY);
	en[0] = (unsigned char)((piece + 1) | (piece + 1 == pieces ? 0x40 : 0));
	en[11] = 0x0f;
	en[13] = sum;
	for (size_t i = 0; i < 13; i++) {
		k = piece * 13 + i;
		le16_put(en + at[i], k < len ? (unsigned char)name[k] :
		    k == len ? 0 : 0xffff);
	}
}

static void
put_entries(unsigned char *en, const char *name, const char short_name[12],
    uint32_t cluster, uint32_t size)
{
	size_t pieces = (strlen(name) + 12) / 13, i;

	for (i = 0; i < pieces; i++, en += FAT_ENTRY)
		put_long(en, name, pieces - 1 - i, pieces,
		    checksum(short_name));
	memset(en, 0, FAT_ENTRY);
	memcpy(en, short_name, 11);
	en[11] = 0x20;
	le16_put(en + 16, FAT_DATE);
	le16_put(en + 18, FAT_DATE);
	le16_put(en + 20, cluster >> 16);
	le16_put(en + 24, FAT_DATE);
	le16_put(en + 26, cluster);
	le32_put(en + 28, size);
}

static int
write_directory(struct fat *f, const struct buf *dir, struct err *e)
{
	uint32_t c = f->root_cluster;

	if (c == 0)
		return fat_pwrite(f->fd, dir->data, dir->len, f->offset +
		    f->data - (uint64_t)f->root_sectors * FAT_SECTOR, e);
	for (size_t at = 0; at < dir->len; at += f->cluster_size) {
		if (fat_pwrite(f->fd, dir->data + at, f->cluster_size,
		    fat_place(f, c), e) == -1)
			return -1;
		c = fat_next(f, c);
	}
	return 0;
}

/* Room for n entries in the root, which grows by a cluster when full; but a
 * FAT12's or FAT16's has its size. */
static int
make_entries(struct fat *f, struct buf *dir, size_t n, size_t *at_r,
    struct err *e)
{
	uint32_t last = f->root_cluster, more;
	size_t at, run = 0;

	for (at = 0; at + FAT_ENTRY <= dir->len && run < n; at += FAT_ENTRY)
		run = dir->data[at] == 0 || (unsigned char)dir->data[at] ==
		    DELETED ? run + 1 : 0;
	if (run < n && last == 0)
		return err_set(e, "no room in the root directory");
	if (run < n) {
		if (allocate(f, 1, &more, e) == -1)
			return -1;
		while (fat_next(f, last) < FAT_END)
			last = fat_next(f, last);
		set(f, last, more);
		for (uint32_t i = 0; i < f->cluster_size; i++)
			buf_char(dir, '\0');
		if (buf_ok(dir, e) == -1)
			return -1;
		at = (dir->len / FAT_ENTRY - (f->cluster_size / FAT_ENTRY) -
		    run + n) * FAT_ENTRY;
	}
	*at_r = at - n * FAT_ENTRY;
	return 0;
}

struct new_file {
	const char *name;
	uint32_t size;
	fat_source *source;
	void *arg;
	uint32_t old;	/* what it is put in place of: its first cluster */
};

static bool
is_long(const struct buf *dir, size_t at)
{
	return dir->data[at + 11] == 0x0f &&
	    (unsigned char)dir->data[at] != DELETED;
}

/* The entry goes, and those of its long name before it. */
static int
take_away(struct buf *dir, struct new_file *n, struct err *e)
{
	struct fat_file old;
	size_t at;

	if (fat_find_in(dir, n->name, strlen(n->name), &old, &at) == -1)
		return 0;
	if (old.is_dir)
		return err_set(e, "is a directory");
	n->old = old.cluster;
	for (;;) {
		dir->data[at] = (char)DELETED;
		if (at < FAT_ENTRY || !is_long(dir, at - FAT_ENTRY))
			return 0;
		at -= FAT_ENTRY;
	}
}

static int
create(struct fat *f, struct new_file *n, struct buf *dir, struct err *e)
{
	size_t entries = (strlen(n->name) + 12) / 13 + 1, at = 0;
	uint32_t first = 0, need;
	char short_name[12];

	need = n->size / f->cluster_size + (n->size % f->cluster_size != 0);
	if (need > 0 && allocate(f, need, &first, e) == -1)
		return -1;
	if (write_content(f, first, n->size, n->source, n->arg, e) == -1)
		return -1;
	if (fat_dir(f, &(struct fat_file){ 0 }, dir, e) == -1 ||
	    take_away(dir, n, e) == -1 ||
	    find_short(dir, n->name, short_name, e) == -1 ||
	    make_entries(f, dir, entries, &at, e) == -1)
		return -1;
	put_entries((unsigned char *)dir->data + at, n->name, short_name,
	    first, n->size);
	if (fat_sync(f->fd, e) == -1)
		return -1;
	if (write_tables(f, e) == -1 || write_directory(f, dir, e) == -1)
		return -1;
	return fat_sync(f->fd, e);
}

int
fat_create(struct fat *f, const char *name, uint32_t size, fat_source *source,
    void *arg, struct err *e)
{
	struct new_file n = { name, size, source, arg, 0 };
	struct buf dir = { 0 };
	struct fat_file old;
	int rc;

	if (fat_find(f, name, &old, e) == 0)
		return err_set(e, "%s: exists", name);
	rc = create(f, &n, &dir, e);
	buf_free(&dir);
	return rc == -1 ? err_in(e, "%s", name) : 0;
}

struct memory {
	const char *at;
};

static int
from_memory(void *arg, void *data, size_t len, struct err *e)
{
	struct memory *m = arg;

	(void)e;
	memcpy(data, m->at, len);
	m->at += len;
	return 0;
}

/* Its clusters become free when nothing refers to them any more. */
static int
set_free(struct fat *f, uint32_t cluster, struct err *e)
{
	uint32_t next;

	for (; cluster >= 2 && cluster - 2 < f->clusters; cluster = next) {
		next = fat_next(f, cluster);
		set(f, cluster, 0);
	}
	return write_tables(f, e) == -1 ? -1 : fat_sync(f->fd, e);
}

int
fat_save(struct fat *f, const char *name, const void *data, size_t len,
    struct err *e)
{
	struct memory m = { data };
	struct new_file n = { name, (uint32_t)len, from_memory, &m, 0 };
	struct buf dir = { 0 };
	int rc;

	rc = create(f, &n, &dir, e);
	if (rc == 0 && n.old != 0)
		rc = set_free(f, n.old, e);
	buf_free(&dir);
	return rc == -1 ? err_in(e, "%s", name) : 0;
}
