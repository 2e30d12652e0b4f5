/* SPDX-License-Identifier: ISC */
#ifndef BASE_FAT_VOLUME_H
#define BASE_FAT_VOLUME_H

#include <stdint.h>

#include "buf.h"
#include "fat.h"

/* fat.c's inside, shared with the other fat_*.c. */
#define FAT_SECTOR 512u		/* what a disk usually has */
#define FAT_SECTOR_MAX 4096u
#define FAT_ENTRY 32u		/* bytes of a directory entry */
#define FAT_PIECE (256u << 10)	/* bytes moved at once, if side by side */
#define FAT_END 0x0ffffff8u	/* this or more ends a chain, widened */
/* 1 January 2000: the time of every file that is written here. */
#define FAT_DATE ((20u << 9) | (1u << 5) | 1u)

struct fat {
	int fd;
	uint64_t offset;
	unsigned int width;	/* 12, 16, 32 */
	uint32_t sector;	/* bytes: 512 or 4096 */
	uint32_t cluster_size;	/* bytes */
	uint32_t reserved;	/* sectors before the first FAT */
	uint32_t nfats, fat_sectors;
	uint32_t root_sectors;	/* FAT12/16 */
	uint32_t root_cluster;	/* FAT32 */
	uint32_t info, copy;	/* FAT32: sectors of FSInfo and of the boot
				   sector's copy, 0: none */
	uint32_t clusters;	/* numbered from 2 */
	uint64_t data;		/* byte where cluster 2 begins */
	unsigned char *table;	/* the first FAT, nfats times on disk */
	size_t table_size;
};

uint32_t le16(const unsigned char *p);
uint32_t le32(const unsigned char *p);
void le16_put(unsigned char *p, uint32_t v);
void le32_put(unsigned char *p, uint32_t v);

/* The entry of a cluster, widened: FAT_END and above are ends. */
uint32_t fat_next(const struct fat *fat, uint32_t cluster);

/* Where a cluster lies on fd. */
uint64_t fat_place(const struct fat *fat, uint32_t cluster);

/* How many clusters from this one on lie side by side, at most `most'. */
uint32_t fat_run(const struct fat *fat, uint32_t cluster, uint32_t most);

int fat_pread(int fd, void *to, size_t len, uint64_t at, struct err *e);
int fat_pwrite(int fd, const void *from, size_t len, uint64_t at,
    struct err *e);

int fat_sync(int fd, struct err *e);

/* Walk a chain; at most `left' bytes are handed over. */
int fat_walk(struct fat *fat, uint32_t cluster, uint64_t left, fat_sink *sink,
    void *arg, struct err *e);

/* An entry by its name, among those of a directory, and where it stands; -1:
 * there is none. */
int fat_find_in(const struct buf *dir, const char *want, size_t len,
    struct fat_file *r, size_t *at_r);

/* A directory's entries, whole; {0} is the root. */
int fat_dir(struct fat *fat, const struct fat_file *dir, struct buf *to,
    struct err *e);

#endif
