/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "fat_volume.h"
#include "gpt_raw.h"

#define ENTRIES_MAX (64u << 10)

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

uint64_t
le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

void
le64_put(unsigned char *p, uint64_t v)
{
	le32_put(p, (uint32_t)v);
	le32_put(p + 4, (uint32_t)(v >> 32));
}

static bool
header_holds(struct gpt_raw *t, uint64_t lba)
{
	unsigned char copy[GPT_SECTOR_MAX];
	uint32_t size = le32(t->header + GPT_H_SIZE);

	if (memcmp(t->header, "EFI PART", 8) != 0 || size < 92 ||
	    size > t->sector || le64(t->header + GPT_H_MINE) != lba)
		return false;
	memcpy(copy, t->header, size);
	le32_put(copy + GPT_H_CRC, 0);
	return crc32(copy, size) == le32(t->header + GPT_H_CRC);
}

/* 1: the table whose header is there is whole, 0: it is not, -1: an error. */
static int
load(struct gpt_raw *t, uint64_t lba, struct err *e)
{
	uint64_t bytes;

	if (fat_pread(t->fd, t->header, t->sector, lba * t->sector, e) == -1)
		return -1;
	if (!header_holds(t, lba))
		return 0;
	t->count = le32(t->header + GPT_H_COUNT);
	t->each = le32(t->header + GPT_H_EACH);
	bytes = (uint64_t)t->count * t->each;
	if (t->count == 0 || t->each < 128 || t->each % 8 != 0 ||
	    bytes > ENTRIES_MAX)
		return 0;
	t->size = ((size_t)bytes + t->sector - 1) / t->sector * t->sector;
	free(t->entries);
	t->entries = malloc(t->size);
	if (t->entries == NULL)
		return err_sys(e, "gpt");
	if (fat_pread(t->fd, t->entries, t->size, le64(t->header +
	    GPT_H_ENTRIES) * t->sector, e) == -1)
		return -1;
	return crc32(t->entries, (size_t)bytes) == le32(t->header +
	    GPT_H_ENTRIES_CRC);
}

int
gpt_raw_open(const char *node, int flags, struct gpt_raw *t, struct err *e)
{
	struct stat st;
	off_t end;
	int sector = 512, r;

	t->fd = open(node, flags | O_CLOEXEC);
	if (t->fd == -1 || fstat(t->fd, &st) == -1 ||
	    (end = lseek(t->fd, 0, SEEK_END)) == -1 || (S_ISBLK(st.st_mode) &&
	    ioctl(t->fd, BLKSSZGET, &sector) == -1))
		return err_sys(e, "open");
	for (t->sector = (uint32_t)sector; ; t->sector = GPT_SECTOR_MAX) {
		t->sectors = (uint64_t)end / t->sector;
		r = t->sectors < 64 ? 0 : load(t, 1, e);
		if (r == 0 && t->sectors >= 64)
			r = load(t, t->sectors - 1, e);
		/* an image file does not tell the size of its sectors */
		if (r != 0 || S_ISBLK(st.st_mode) ||
		    t->sector == GPT_SECTOR_MAX)
			break;
	}
	return r == 0 ? err_set(e, "no GPT that matches its checksums") :
	    r == -1 ? -1 : 0;
}

void
gpt_raw_close(struct gpt_raw *t)
{
	free(t->entries);
	if (t->fd != -1)
		close(t->fd);
}

static void
finish(struct gpt_raw *t, uint64_t mine, uint64_t other, uint64_t entries)
{
	unsigned char *h = t->header;

	le64_put(h + GPT_H_MINE, mine);
	le64_put(h + GPT_H_OTHER, other);
	le64_put(h + GPT_H_ENTRIES, entries);
	le32_put(h + GPT_H_ENTRIES_CRC, crc32(t->entries, (size_t)t->count *
	    t->each));
	le32_put(h + GPT_H_CRC, 0);
	le32_put(h + GPT_H_CRC, crc32(h, le32(h + GPT_H_SIZE)));
}

/* The header and the entries lie side by side in both tables. */
static int
store(struct gpt_raw *t, uint64_t lba, bool header_first, struct err *e)
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

int
gpt_raw_write(struct gpt_raw *t, struct err *e)
{
	uint64_t last = t->sectors - 1, n = t->size / t->sector;

	finish(t, last, 1, last - n);
	if (store(t, last - n, false, e) == -1)
		return -1;
	finish(t, 1, last, 2);
	return store(t, 1, true, e);
}

bool
gpt_raw_is_plain(const struct gpt_raw *t)
{
	bool first = le64(t->header + GPT_H_MINE) == 1;
	uint64_t last = t->sectors - 1;

	return le64(t->header + GPT_H_OTHER) == (first ? last : 1) &&
	    (!first || le64(t->header + GPT_H_ENTRIES) == 2);
}
