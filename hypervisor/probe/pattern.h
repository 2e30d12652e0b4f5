/* SPDX-License-Identifier: ISC */
#ifndef PROBE_PATTERN_H
#define PROBE_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What is written to a disk: each sector of 512 bytes begins with
 * "domus-probe SEED NUMBER\n", the rest are bytes that follow from both.
 */
#define PATTERN_SECTORS 8

void pattern_make(uint8_t page[4096], uint64_t seed, uint64_t sector);
bool pattern_is(const uint8_t page[4096], uint64_t seed, uint64_t sector);

#endif
