/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <unistd.h>

#include "fat_volume.h"
#include "judge.h"
#include "layout.h"

#define SR (1 + PART_SR)
#define PIECE 65536u

static bool
same_piece(const struct bench *a, const struct bench *b, uint64_t at,
    size_t len)
{
	char x[PIECE], y[PIECE];
	struct err e;

	return fat_pread(a->fd, x, len, at, &e) == 0 &&
	    fat_pread(b->fd, y, len, at, &e) == 0 && memcmp(x, y, len) == 0;
}

/* Where either has data, there is something to compare. */
static uint64_t
next_data(const struct bench *a, const struct bench *b, uint64_t at)
{
	off_t x = lseek(a->fd, (off_t)at, SEEK_DATA);
	off_t y = lseek(b->fd, (off_t)at, SEEK_DATA);

	if (x == -1 || (y != -1 && y < x))
		x = y;
	return x == -1 ? UINT64_MAX : (uint64_t)x;
}

static bool
same_region(const struct bench *a, const struct bench *b)
{
	uint64_t at = a->start[SR], end = a->end[SR];
	size_t len;

	while ((at = next_data(a, b, at)) < end) {
		len = end - at < PIECE ? (size_t)(end - at) : PIECE;
		if (!same_piece(a, b, at, len))
			return false;
		at += len;
	}
	return true;
}

static bool
is_new(struct judge *j, const struct rack *r, unsigned int disk)
{
	const struct bench *b = &r->disks[disk];
	size_t i = b->key[SR] % MEMO;

	if (!j->sr[disk][i].used || j->sr[disk][i].key != b->key[SR]) {
		j->sr[disk][i].key = b->key[SR];
		j->sr[disk][i].used = true;
		j->sr[disk][i].same = same_region(b, &j->after[disk]);
	}
	return j->sr[disk][i].same;
}

const char *
sr_look(struct judge *j, const struct rack *r, enum boots image)
{
	for (unsigned int i = 0; i < r->n; i++) {
		const struct bench *b = &r->disks[i];

		if (b->end[SR] == 0 || (j->mirror && i != j->data))
			continue;
		/* no write has touched it, or none that matters */
		if (image == BOOTS_OLD && b->key[SR] != 0)
			return "the old image starts, its SR is written over";
		if (image == BOOTS_NEW && !is_new(j, r, i))
			return "the new image starts, its SR is not whole";
	}
	return NULL;
}
