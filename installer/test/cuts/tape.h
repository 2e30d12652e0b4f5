/* SPDX-License-Identifier: ISC */
#ifndef CUTS_TAPE_H
#define CUTS_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "record.h"

/* A recording in memory. */
struct op {
	enum record_kind kind;	/* write, zero or flush */
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

/* Every write is checked to lie within a disk of that size. */
int tape_load(struct tape *t, const char *path, uint64_t disk, struct err *e);
void tape_free(struct tape *t);

/* The next flush from op i on, or the tape's end. */
size_t tape_epoch(const struct tape *t, size_t i);

#endif
