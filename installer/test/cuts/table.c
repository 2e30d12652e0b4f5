/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "fat_volume.h"
#include "table.h"

#define SECTOR 512u
#define ENTRY 128u

static uint64_t
le64(const unsigned char *p)
{
	return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32;
}

/* CRC-32 as in Ethernet. */
static uint32_t
crc(const unsigned char *p, size_t len)
{
	uint32_t c = 0xffffffff;

	while (len-- > 0) {
		c ^= *p++;
		for (int i = 0; i < 8; i++)
			c = c >> 1 ^ ((c & 1) != 0 ? 0xedb88320u : 0);
	}
	return ~c;
}

static void
take_entry(const unsigned char *p, struct entry *en)
{
	memcpy(en->type, p, UUID_BYTES);
	memcpy(en->uuid, p + 16, UUID_BYTES);
	en->start = le64(p + 32) * SECTOR;
	en->size = (le64(p + 40) + 1) * SECTOR - en->start;
	en->flags = le64(p + 48);
	for (int i = 0; i < 36; i++)
		en->label[i] = (char)p[56 + 2 * i];
	en->label[36] = '\0';
}

/* 1: whole, 0: not, -1: cannot be read. */
static int
read_half(int fd, uint64_t at, uint64_t size, struct entry *list, bool *sig)
{
	unsigned char h[SECTOR], all[TABLE_ENTRIES * ENTRY];
	uint32_t sum;
	struct err e;

	if (fat_pread(fd, h, sizeof(h), at * SECTOR, &e) == -1)
		return -1;
	*sig = memcmp(h, "EFI PART", 8) == 0;
	if (!*sig || le64(h + 72) * SECTOR > size - sizeof(all) ||
	    le32(h + 80) != TABLE_ENTRIES || le32(h + 84) != ENTRY ||
	    le32(h + 12) < 92 || le32(h + 12) > SECTOR)
		return 0;
	if (fat_pread(fd, all, sizeof(all), le64(h + 72) * SECTOR, &e) == -1)
		return -1;
	for (int i = 0; i < TABLE_ENTRIES; i++)
		take_entry(all + (size_t)i * ENTRY, &list[i]);
	sum = le32(h + 16);
	memset(h + 16, 0, 4);
	return crc(h, le32(h + 12)) == sum && le64(h + 24) == at &&
	    crc(all, sizeof(all)) == le32(h + 88);
}

int
table_read(int fd, uint64_t size, struct table *t)
{
	unsigned char s[SECTOR];
	int first, last;
	bool none;
	struct err e;

	memset(t, 0, sizeof(*t));
	if (fat_pread(fd, s, sizeof(s), 0, &e) == -1)
		return -1;
	memcpy(t->code, s, sizeof(t->code));
	t->signed55 = s[510] == 0x55 && s[511] == 0xaa;
	for (int i = 0; i < 4; i++)
		t->mbr |= t->signed55 && s[446 + 16 * i + 4] == 0xee;
	first = read_half(fd, 1, size, t->first, &t->bios);
	last = read_half(fd, size / SECTOR - 1, size, t->last, &none);
	if (first == -1 || last == -1)
		return -1;
	t->primary = first == 1;
	t->backup = last == 1;
	return 0;
}

void
uuid_text(const unsigned char b[UUID_BYTES], char to[37])
{
	snprintf(to, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x", b[3], b[2], b[1], b[0], b[5], b[4],
	    b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

const struct entry *
table_uefi(const struct table *t)
{
	if (!t->mbr)
		return NULL;
	return t->primary ? t->first : t->backup ? t->last : NULL;
}

const struct entry *
table_linux(const struct table *t)
{
	return t->primary ? t->first : t->backup ? t->last : NULL;
}
