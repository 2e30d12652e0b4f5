/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "pattern.h"
#include "text.h"

#define SECTOR 512

static void
make_sector(uint8_t *to, uint64_t seed, uint64_t sector)
{
	/* numbers of a xorshift generator, so that no two sectors are alike */
	uint64_t x = (seed + 1) * 0x9e3779b97f4a7c15 ^ (sector + 1);
	struct text t;

	for (unsigned int i = 0; i < SECTOR; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		to[i] = (uint8_t)(x >> 24);
	}
	text_num(text_start(&t, "domus-probe "), seed);
	text_add(text_num(text_add(&t, " "), sector), "\n");
	memcpy(to, t.s, t.len);
}

void
pattern_make(uint8_t page[4096], uint64_t seed, uint64_t sector)
{
	for (unsigned int i = 0; i < PATTERN_SECTORS; i++)
		make_sector(page + i * SECTOR, seed, sector + i);
}

bool
pattern_is(const uint8_t page[4096], uint64_t seed, uint64_t sector)
{
	uint8_t want[SECTOR];

	for (unsigned int i = 0; i < PATTERN_SECTORS; i++) {
		make_sector(want, seed, sector + i);
		if (memcmp(want, page + i * SECTOR, SECTOR) != 0)
			return false;
	}
	return true;
}
