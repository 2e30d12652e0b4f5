/* SPDX-License-Identifier: ISC */
#ifndef PROBE_BLK_H
#define PROBE_BLK_H

#include "device.h"
#include "pattern.h"
#include "ring.h"

#include <xen/io/blkif.h>

/* A vbd: one request at a time, of one page. */
struct blk {
	struct device d;
	blkif_front_ring_t ring;
	grant_ref_t ring_ref, data_ref;
	uint64_t sectors;		/* of 512 bytes */
	unsigned int sector_size;
	bool readonly;
	struct blk_pages *pages;
};

struct blk_pages {
	uint8_t ring[PAGE], data[PAGE];
};

bool blk_open(struct blk *b, struct store *s, unsigned int id,
    struct blk_pages *pages);
void blk_close(struct blk *b);

/* A page of 8 sectors, in pages->data.  false: an error of the disk's. */
bool blk_read(struct blk *b, uint64_t sector);
bool blk_write(struct blk *b, uint64_t sector);
bool blk_flush(struct blk *b);

#endif
