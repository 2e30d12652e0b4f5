/* SPDX-License-Identifier: ISC */
#ifndef CUTS_TAPE_H
#define CUTS_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "record.h"

/* A recording in memory. */
struct op {
	enum record_kind kind;	/* not text */
	unsigned int disk;
	uint64_t at, len;
	const unsigned char *data;
	const char *step;	/* what the installer said last */
};

struct tape {
	struct op *ops;
	size_t n;
	char **said;		/* what the installer said; NULL ends it */
	size_t nsaid;
	void *map;
	size_t size;
};

/* Every write is checked to lie within its disk; a size of 0: there is none. */
int tape_load(struct tape *t, const char *path,
    const uint64_t disks[RECORD_DISKS], struct err *e);
void tape_free(struct tape *t);

/* Whether it writes to its disk. */
bool op_writes(const struct op *op);

/* The next op from i on that makes something last, or the tape's end. */
size_t tape_epoch(const struct tape *t, size_t i);

#endif
