/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VHD_H
#define DOMUSD_VHD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/*
 * Virtual Hard Disk images (Microsoft's specification 1.0), as streams: read
 * from front to end without going back, and written so.
 *
 *	fixed		the disk, footer
 *	dynamic		footer, header, table (BAT), blocks, footer
 *	differencing	the same; what is not in it is the parent's
 *
 * A block is a bitmap of its sectors, padded to 512 bytes, and 2 MiB of data;
 * all numbers are big-endian.
 */
#define VHD_SECTOR 512
#define VHD_BLOCK ((uint64_t)2 << 20)
#define VHD_MAX ((uint64_t)2040 << 30)

enum vhd_type { VHD_FIXED = 2, VHD_DYNAMIC = 3, VHD_DIFFERENCING = 4 };

/* Where bytes come from: all of len, or fewer at the end; -1 and e. */
typedef ssize_t vhd_read_fn(void *arg, void *data, size_t len,
    struct err *e);
/* Where they go.  -1 and e. */
typedef int vhd_write_fn(void *arg, const void *data, size_t len,
    struct err *e);

/* What is done with the disk that is read. */
struct vhd_sink {
	/* once, before the first byte */
	int (*begin)(void *arg, uint64_t size, enum vhd_type type,
	    struct err *e);
	int (*data)(void *arg, uint64_t at, const void *data, size_t len,
	    struct err *e);
	void *arg;
};

/*
 * Read one image; what follows it is left alone.  A fixed one, which says
 * what it is at its end, is read when its length is known (0: it is not).
 * -1 and e when it is none, or broken, or cut off.
 */
int vhd_read(vhd_read_fn *read, void *arg, uint64_t length,
    const struct vhd_sink *sink, struct err *e);

/* What an image is made of. */
struct vhd_make {
	uint64_t size;		/* of the disk, in bytes */
	const unsigned char *present;	/* a bit for each block: it is in it */
	unsigned char uuid[16];
	/* of a differencing image */
	bool differencing;
	unsigned char parent[16];
	uint32_t created;	/* seconds since 2000; may be 0 */
};

#define VHD_BLOCKS(size) (((size) + VHD_BLOCK - 1) / VHD_BLOCK)
#define VHD_BIT(map, i) ((map)[(i) / 8] >> ((i) % 8) & 1)

/* How long it will be. */
uint64_t vhd_length(const struct vhd_make *m);

/*
 * Write it; block() fills in block number i's 2 MiB.  -1 and e: what that or
 * write() said, or the disk is larger than VHD_MAX.
 */
int vhd_write(const struct vhd_make *m, vhd_write_fn *write, void *arg,
    int (*block)(void *block_arg, uint64_t i, void *data, struct err *e),
    void *block_arg, struct err *e);

/* Shared by reader and writer: numbers, and the sums of headers. */
uint32_t vhd_get32(const unsigned char *p);
uint64_t vhd_get64(const unsigned char *p);
void vhd_put32(unsigned char *p, uint32_t n);
void vhd_put64(unsigned char *p, uint64_t n);
/* The one's complement of the sum of all bytes but the sum's own four. */
uint32_t vhd_sum(const unsigned char *p, size_t len, size_t sum_at);

/* The same of both: where things stand in footer and header. */
enum {
	FOOTER_FEATURES = 8, FOOTER_VERSION = 12, FOOTER_OFFSET = 16,
	FOOTER_TIME = 24, FOOTER_CREATOR = 28, FOOTER_CREATOR_VERSION = 32,
	FOOTER_CREATOR_OS = 36, FOOTER_ORIGINAL = 40, FOOTER_SIZE = 48,
	FOOTER_GEOMETRY = 56, FOOTER_TYPE = 60, FOOTER_SUM = 64,
	FOOTER_UUID = 68,
	HEADER_DATA = 8, HEADER_TABLE = 16, HEADER_VERSION = 24,
	HEADER_ENTRIES = 28, HEADER_BLOCK = 32, HEADER_SUM = 36,
	HEADER_PARENT = 40, HEADER_LENGTH = 1024,
};
#define VHD_NONE UINT32_MAX	/* a block that is not in the image */

#endif
