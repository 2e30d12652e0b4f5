/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_LAYOUT_H
#define INSTALLER_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

/* What the partitions of a host's disk are, in their order on disk. */
enum part { PART_SLOT_A, PART_SLOT_B, PART_STATE, PART_SR, PART_COUNT };

struct part_kind {
	const char *label;	/* the partition's, in the GPT */
	const char *type;	/* type GUID */
	const char *what;	/* for a person */
	uint64_t size;		/* bytes; 0: the rest */
	uint64_t small;		/* on a disk below LAYOUT_SMALL */
	bool boots;		/* GPT attribute 2: legacy BIOS bootable */
};

extern const struct part_kind part_kinds[PART_COUNT];

/* The type of a partition for LVM. */
extern const char layout_lvm[];

#define LAYOUT_ALIGN MIB
#define LAYOUT_SLOT_4K (8 * MIB)	/* more for a slot's larger sectors */
#define LAYOUT_SMALL (5 * GIB / 2)
#define LAYOUT_SR_LEAST (64 * MIB)
#define LAYOUT_STATE_LEAST (128 * MIB)

/* The partition's device name: sda1, nvme0n1p1. */
void part_name(char *to, size_t size, const char *disk, unsigned int number);

#endif
