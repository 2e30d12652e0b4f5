/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fat_volume.h"

/* 1 January 2000: the time of every file that is written here. */
#define FAT_DATE ((20u << 9) | (1u << 5) | 1u)

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
			le32_put(f->table + (size_t)last * 4, c);
		le32_put(f->table + (size_t)c * 4, 0x0fffffff);
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
	uint64_t at = f->offset + (uint64_t)f->reserved * FAT_SECTOR;

	for (uint32_t i = 0; i < f->nfats; i++, at += f->table_size)
		if (fat_pwrite(f->fd, f->table, f->table_size, at, e) == -1)
			return -1;
	if (f->info == 0)
		return 0;
	memset(unknown, 0xff, sizeof(unknown));
	return fat_pwrite(f->fd, unknown, sizeof(unknown), f->offset +
	    (uint64_t)f->info * FAT_SECTOR + 488, e);
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

	for (size_t at = 0; at < dir->len; at += f->cluster_size) {
		if (fat_pwrite(f->fd, dir->data + at, f->cluster_size,
		    fat_place(f, c), e) == -1)
			return -1;
		c = fat_next(f, c);
	}
	return 0;
}

/* Room for n entries in the root, which grows by a cluster when full. */
static int
make_entries(struct fat *f, struct buf *dir, size_t n, size_t *at_r,
    struct err *e)
{
	uint32_t last = f->root_cluster, more;
	size_t at, run = 0;

	for (at = 0; at + FAT_ENTRY <= dir->len && run < n; at += FAT_ENTRY)
		run = dir->data[at] == 0 || (unsigned char)dir->data[at] ==
		    0xe5 ? run + 1 : 0;
	if (run < n) {
		if (allocate(f, 1, &more, e) == -1)
			return -1;
		while (fat_next(f, last) < FAT_END)
			last = fat_next(f, last);
		le32_put(f->table + (size_t)last * 4, more);
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

static int
create(struct fat *f, const char *name, uint32_t size, fat_source *source,
    void *arg, struct buf *dir, struct err *e)
{
	size_t n = (strlen(name) + 12) / 13 + 1, at = 0;
	uint32_t first = 0, need;
	char short_name[12];

	need = size / f->cluster_size + (size % f->cluster_size != 0);
	if (need > 0 && allocate(f, need, &first, e) == -1)
		return -1;
	if (write_content(f, first, size, source, arg, e) == -1)
		return -1;
	if (fat_dir(f, &(struct fat_file){ 0 }, dir, e) == -1 ||
	    find_short(dir, name, short_name, e) == -1 ||
	    make_entries(f, dir, n, &at, e) == -1)
		return -1;
	put_entries((unsigned char *)dir->data + at, name, short_name, first,
	    size);
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
	struct buf dir = { 0 };
	struct fat_file old;
	int rc;

	if (f->width != 32)
		return err_set(e, "%s: not a FAT32", name);
	if (fat_find(f, name, &old, e) == 0)
		return err_set(e, "%s: exists", name);
	rc = create(f, name, size, source, arg, &dir, e);
	buf_free(&dir);
	return rc == -1 ? err_in(e, "%s", name) : 0;
}

/* The content of a file that is in place already. */
static int
write_again(struct fat *f, uint32_t cluster, const struct buf *b,
    struct err *e)
{
	size_t n;

	for (size_t at = 0; at < b->len; at += n) {
		n = b->len - at;
		if (n > f->cluster_size)
			n = f->cluster_size;
		if (fat_pwrite(f->fd, b->data + at, n, fat_place(f, cluster),
		    e) == -1)
			return -1;
		cluster = fat_next(f, cluster);
	}
	return fat_sync(f->fd, e);
}

int
fat_replace(struct fat *f, const char *path, const char *old, const char *new,
    unsigned int *n_r, struct err *e)
{
	size_t len = strlen(old);
	struct fat_file file;
	struct buf b = { 0 };
	unsigned int n = 0;
	int rc;

	if (strlen(new) != len)
		return err_set(e, "%s: \"%s\" is not as long as \"%s\"", path,
		    new, old);
	if (fat_text(f, path, &b, e) == -1 ||
	    fat_find(f, path, &file, e) == -1) {
		buf_free(&b);
		return -1;
	}
	for (size_t i = 0; i + len <= b.len; i++)
		if (memcmp(b.data + i, old, len) == 0) {
			memcpy(b.data + i, new, len);
			n++;
		}
	rc = n == 0 ? 0 : write_again(f, file.cluster, &b, e);
	buf_free(&b);
	*n_r = n;
	return rc == -1 ? err_in(e, "%s", path) : 0;
}
