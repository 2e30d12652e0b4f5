/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fat_volume.h"

#define FAT12_CLUSTERS 4084u	/* one more, and it is a FAT16 */
#define ENTRIES 16u		/* of the root: one sector */
#define MEDIA 0xf8u		/* no floppy */

static uint32_t
sectors_of_table(uint32_t clusters)
{
	return ((clusters + 2) * 3 / 2 + FAT_SECTOR) / FAT_SECTOR;
}

/* The first sector: the BIOS parameter block, and code that only halts. */
static void
put_boot(unsigned char b[FAT_SECTOR], uint32_t clusters, const char label[11])
{
	static const unsigned char halt[] = { 0xeb, 0x3c, 0x90 },
	    code[] = { 0xf4, 0xeb, 0xfd };
	uint32_t table = sectors_of_table(clusters);

	memcpy(b, halt, sizeof(halt));
	memcpy(b + 3, "DOMUS   ", 8);
	le16_put(b + 11, FAT_SECTOR);
	b[13] = 1;			/* sectors of a cluster */
	le16_put(b + 14, 1);		/* reserved */
	b[16] = 1;			/* tables */
	le16_put(b + 17, ENTRIES);
	le16_put(b + 19, 1 + table + 1 + clusters);
	b[21] = MEDIA;
	le16_put(b + 22, table);
	le16_put(b + 24, 32);		/* sectors of a track, heads */
	le16_put(b + 26, 2);
	b[36] = 0x80;			/* the drive */
	b[38] = 0x29;			/* what follows is there */
	le32_put(b + 39, 0);		/* serial number */
	memcpy(b + 43, label, 11);
	memcpy(b + 54, "FAT12   ", 8);
	memcpy(b + 62, code, sizeof(code));
	le16_put(b + 510, 0xaa55);
}

static int
put_label(int fd, uint64_t at, const char label[11], struct err *e)
{
	unsigned char root[FAT_SECTOR] = { 0 };

	memcpy(root, label, 11);
	root[11] = 0x08;		/* the volume's */
	le16_put(root + 16, FAT_DATE);
	le16_put(root + 18, FAT_DATE);
	le16_put(root + 24, FAT_DATE);
	return fat_pwrite(fd, root, sizeof(root), at, e);
}

int
fat_format(int fd, uint32_t bytes, const char *label, struct err *e)
{
	static const unsigned char none[FAT_SECTOR],
	    begin[3] = { MEDIA, 0xff, 0xff };
	uint32_t clusters = bytes / FAT_SECTOR + (bytes % FAT_SECTOR != 0),
	    last;
	unsigned char boot[FAT_SECTOR] = { 0 };
	char name[12] = "           ";

	if (clusters > FAT12_CLUSTERS)
		return err_set(e, "%u bytes: too many for a FAT12", bytes);
	if (clusters == 0)
		clusters = 1;
	if (strlen(label) > 11)
		return err_set(e, "%s: a label has 11 letters", label);
	memcpy(name, label, strlen(label));
	put_boot(boot, clusters, name);
	last = 1 + sectors_of_table(clusters) + 1 + clusters;
	for (uint32_t i = 1; i < last; i++)
		if (fat_pwrite(fd, none, sizeof(none), (uint64_t)i *
		    FAT_SECTOR, e) == -1)
			return -1;
	if (fat_pwrite(fd, begin, sizeof(begin), FAT_SECTOR, e) == -1 ||
	    put_label(fd, (uint64_t)(1 + sectors_of_table(clusters)) *
	    FAT_SECTOR, name, e) == -1)
		return -1;
	return fat_pwrite(fd, boot, sizeof(boot), 0, e);
}
