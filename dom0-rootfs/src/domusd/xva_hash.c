/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "xva.h"

/* XXH64 with seed 0, by its specification (xxHash fast digest algorithm). */
#define P1 UINT64_C(0x9E3779B185EBCA87)
#define P2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define P3 UINT64_C(0x165667B19E3779F9)
#define P4 UINT64_C(0x85EBCA77C2B2AE63)
#define P5 UINT64_C(0x27D4EB2F165667C5)
#define STRIPE 32

static uint64_t
rotate(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static uint64_t
get(const unsigned char *p, int bytes)
{
	uint64_t n = 0;

	for (int i = bytes; i-- > 0;)
		n = n << 8 | p[i];
	return n;
}

static uint64_t
round_of(uint64_t lane, uint64_t in)
{
	return rotate(lane + in * P2, 31) * P1;
}

static uint64_t
merge(uint64_t sum, uint64_t lane)
{
	return (sum ^ round_of(0, lane)) * P1 + P4;
}

static uint64_t
stripes(const unsigned char *p, const unsigned char *end)
{
	uint64_t lane[4] = { P1 + P2, P2, 0, 0 - P1 }, sum;

	for (; end - p >= STRIPE; p += STRIPE)
		for (int i = 0; i < 4; i++)
			lane[i] = round_of(lane[i], get(p + 8 * i, 8));
	sum = rotate(lane[0], 1) + rotate(lane[1], 7) + rotate(lane[2], 12) +
	    rotate(lane[3], 18);
	for (int i = 0; i < 4; i++)
		sum = merge(sum, lane[i]);
	return sum;
}

static uint64_t
xxh64(const unsigned char *p, size_t len)
{
	const unsigned char *end = p + len;
	uint64_t sum = (len >= STRIPE ? stripes(p, end) : P5) + len;

	if (len >= STRIPE)
		p += len / STRIPE * STRIPE;
	for (; end - p >= 8; p += 8)
		sum = rotate(sum ^ round_of(0, get(p, 8)), 27) * P1 + P4;
	if (end - p >= 4) {
		sum = rotate(sum ^ get(p, 4) * P1, 23) * P2 + P3;
		p += 4;
	}
	for (; p < end; p++)
		sum = rotate(sum ^ *p * P5, 11) * P1;
	sum = (sum ^ sum >> 33) * P2;
	sum = (sum ^ sum >> 29) * P3;
	return sum ^ sum >> 32;
}

void
xva_xxhash(const void *data, size_t len, char text[XVA_SUM])
{
	snprintf(text, XVA_SUM, "%016llX",
	    (unsigned long long)xxh64(data, len));
}
