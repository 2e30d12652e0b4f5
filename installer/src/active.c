/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "active.h"
#include "fat_volume.h"

/* Offsets in a GPT header and entry: UEFI 2.10, 5.3.2 and 5.3.3. */
enum { H_SIZE = 12, H_CRC = 16, H_MINE = 24, H_OTHER = 32, H_ENTRIES = 72,
	H_COUNT = 80, H_EACH = 84, H_ENTRIES_CRC = 88 };
enum { E_ATTRIBUTES = 48 };
#define LEGACY_BOOT 4u		/* attribute 2, in the first byte */
#define ENTRIES_MAX (64u << 10)
#define SECTOR_MAX 4096u

struct table {
	int fd;
	uint32_t sector;
	uint64_t sectors;	/* of the disk */
	unsigned char header[SECTOR_MAX];
	unsigned char *entries;
	uint32_t count, each;
	size_t size;		/* of all entries, in whole sectors */
};

static uint32_t
crc32(const unsigned char *p, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (; n > 0; n--, p++) {
		crc ^= *p;
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static uint64_t
le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

static void
le64_put(unsigned char *p, uint64_t v)
{
	le32_put(p, (uint32_t)v);
	le32_put(p + 4, (uint32_t)(v >> 32));
}

static bool
header_holds(struct table *t, uint64_t lba)
{
	unsigned char copy[SECTOR_MAX];
	uint32_t size = le32(t->header + H_SIZE);

	if (memcmp(t->header, "EFI PART", 8) != 0 || size < 92 ||
	    size > t->sector || le64(t->header + H_MINE) != lba)
		return false;
	memcpy(copy, t->header, size);
	le32_put(copy + H_CRC, 0);
	return crc32(copy, size) == le32(t->header + H_CRC);
}

/* 1: the table whose header is there is whole, 0: it is not, -1: an error. */
static int
load(struct table *t, uint64_t lba, struct err *e)
{
	uint64_t bytes;

	if (fat_pread(t->fd, t->header, t->sector, lba * t->sector, e) == -1)
		return -1;
	if (!header_holds(t, lba))
		return 0;
	t->count = le32(t->header + H_COUNT);
	t->each = le32(t->header + H_EACH);
	bytes = (uint64_t)t->count * t->each;
	if (t->count == 0 || t->each < 128 || t->each % 8 != 0 ||
	    bytes > ENTRIES_MAX)
		return 0;
	t->size = ((size_t)bytes + t->sector - 1) / t->sector * t->sector;
	free(t->entries);
	t->entries = malloc(t->size);
	if (t->entries == NULL)
		return err_sys(e, "gpt");
	if (fat_pread(t->fd, t->entries, t->size, le64(t->header + H_ENTRIES) *
	    t->sector, e) == -1)
		return -1;
	return crc32(t->entries, (size_t)bytes) == le32(t->header +
	    H_ENTRIES_CRC);
}

static int
open_table(const char *node, int flags, struct table *t, struct err *e)
{
	struct stat st;
	off_t end;
	int sector = 512, r;

	t->fd = open(node, flags | O_CLOEXEC);
	if (t->fd == -1 || fstat(t->fd, &st) == -1 ||
	    (end = lseek(t->fd, 0, SEEK_END)) == -1 || (S_ISBLK(st.st_mode) &&
	    ioctl(t->fd, BLKSSZGET, &sector) == -1))
		return err_sys(e, "open");
	for (t->sector = (uint32_t)sector; ; t->sector = SECTOR_MAX) {
		t->sectors = (uint64_t)end / t->sector;
		r = t->sectors < 64 ? 0 : load(t, 1, e);
		if (r == 0 && t->sectors >= 64)
			r = load(t, t->sectors - 1, e);
		/* an image file does not tell the size of its sectors */
		if (r != 0 || S_ISBLK(st.st_mode) || t->sector == SECTOR_MAX)
			break;
	}
	return r == 0 ? err_set(e, "no GPT that matches its checksums") :
	    r == -1 ? -1 : 0;
}

static void
close_table(struct table *t)
{
	free(t->entries);
	if (t->fd != -1)
		close(t->fd);
}

static unsigned int
marked(const struct table *t)
{
	unsigned int found = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		if ((t->entries[i * t->each + E_ATTRIBUTES] & LEGACY_BOOT) ==
		    0)
			continue;
		if (found != 0)
			return 0;
		found = i + 1;
	}
	return found;
}

static void
finish(struct table *t, uint64_t mine, uint64_t other, uint64_t entries)
{
	unsigned char *h = t->header;

	le64_put(h + H_MINE, mine);
	le64_put(h + H_OTHER, other);
	le64_put(h + H_ENTRIES, entries);
	le32_put(h + H_ENTRIES_CRC, crc32(t->entries, (size_t)t->count *
	    t->each));
	le32_put(h + H_CRC, 0);
	le32_put(h + H_CRC, crc32(h, le32(h + H_SIZE)));
}

/* The header and the entries lie side by side in both tables. */
static int
store(struct table *t, uint64_t lba, bool header_first, struct err *e)
{
	size_t all = t->sector + t->size;
	unsigned char *both = malloc(all);
	int rc;

	if (both == NULL)
		return err_sys(e, "gpt");
	memcpy(both + (header_first ? 0 : t->size), t->header, t->sector);
	memcpy(both + (header_first ? t->sector : 0), t->entries, t->size);
	rc = fat_pwrite(t->fd, both, all, lba * t->sector, e);
	free(both);
	if (rc == 0 && fsync(t->fd) == -1)
		rc = err_sys(e, "sync");
	return rc;
}

static int
write_both(struct table *t, struct err *e)
{
	uint64_t last = t->sectors - 1, n = t->size / t->sector;

	finish(t, last, 1, last - n);
	if (store(t, last - n, false, e) == -1)
		return -1;
	finish(t, 1, last, 2);
	return store(t, 1, true, e);
}

int
active_get(const char *node, unsigned int *nr_r, struct err *e)
{
	struct table t = { .fd = -1 };
	int rc;

	*nr_r = 0;
	rc = open_table(node, O_RDONLY, &t, e);
	if (rc == 0)
		*nr_r = marked(&t);
	close_table(&t);
	return rc == -1 ? err_in(e, "%s", node) : 0;
}

/* Whether the first table lies where ours do. */
static bool
is_plain(const struct table *t)
{
	bool first = le64(t->header + H_MINE) == 1;
	uint64_t last = t->sectors - 1;

	return le64(t->header + H_OTHER) == (first ? last : 1) &&
	    (!first || le64(t->header + H_ENTRIES) == 2);
}

int
active_set(const char *node, unsigned int nr, struct err *e)
{
	struct table t = { .fd = -1 };
	unsigned char *flags;
	int rc;

	rc = open_table(node, O_RDWR, &t, e);
	if (rc == 0 && (nr == 0 || nr > t.count))
		rc = err_set(e, "no partition %u", nr);
	if (rc == 0 && !is_plain(&t))
		rc = err_set(e, "its partition tables are not at the disk's "
		    "ends, as ours are: was it copied from another disk?");
	for (uint32_t i = 0; rc == 0 && i < t.count; i++) {
		flags = t.entries + i * t.each + E_ATTRIBUTES;
		*flags = (unsigned char)((*flags & ~LEGACY_BOOT) |
		    (i + 1 == nr ? LEGACY_BOOT : 0));
	}
	if (rc == 0)
		rc = write_both(&t, e);
	close_table(&t);
	return rc == -1 ? err_in(e, "%s", node) : 0;
}
