/* SPDX-License-Identifier: ISC */
#ifndef CUTS_BENCH_H
#define CUTS_BENCH_H

#include <stdint.h>

#include "err.h"
#include "nvram.h"
#include "tape.h"

/*
 * A disk on the bench: an image file that a tape's writes are put on, or only
 * some sectors of them, and taken off again.
 */
#define BENCH_SECTOR 512u
#define BENCH_REGIONS 5		/* the tables, two slots, state, SR */

struct saved {
	uint64_t at, len;	/* what was there */
	unsigned char *data;	/* NULL: a hole, and the keys before it */
	uint64_t key[BENCH_REGIONS];
};

struct bench {
	int fd;
	const char *path;
	uint64_t size;
	/* Regions 1.. by place; what is in none of them is region 0. */
	uint64_t start[BENCH_REGIONS], end[BENCH_REGIONS];
	/* Tells one content of a region from another, within one tape. */
	uint64_t key[BENCH_REGIONS];
	size_t writes;		/* applied now */
	struct saved *undo;
	size_t nundo;
};

/* path is written to. */
int bench_open(struct bench *b, const char *path, struct err *e);
void bench_close(struct bench *b);

/*
 * Put sectors from..to of the nth op on the disk; an op may begin or end
 * within a sector.  bench_undo() takes off what was put on for a while since
 * there were so many of nundo.
 */
int bench_put(struct bench *b, const struct tape *t, size_t nr, uint64_t from,
    uint64_t to, int for_a_while, struct err *e);
int bench_undo(struct bench *b, size_t to, struct err *e);

/* A machine on the bench: its disks, the first of which boots, and what its
 * firmware remembers. */
struct rack {
	struct bench disks[RECORD_DISKS];
	unsigned int n;
	struct nvram nvram;
};

/* vars: a directory as efivarfs has it, or NULL. */
int rack_open(struct rack *r, const char *const paths[], unsigned int n,
    const char *vars, struct err *e);
void rack_close(struct rack *r);
const uint64_t *rack_sizes(const struct rack *r, uint64_t to[RECORD_DISKS]);

/* How many sectors an op touches. */
uint64_t op_sectors(const struct op *op);

#endif
