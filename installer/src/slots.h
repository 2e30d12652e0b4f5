/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_SLOTS_H
#define INSTALLER_SLOTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "gpt.h"

/*
 * The two slots of an installed host's disk, and which of them boots.
 *
 * A BIOS boots the slot that active.h marks, UEFI the one whose entry comes
 * first; both are kept the same.  A new image is tried once: by UEFI's
 * BootNext, or by the marked slot's syslinux, which starts the other one once.
 * Nothing that lasts is changed until slots_keep().
 *
 * A slot on trial gives the machine back when it cannot run, by a reboot.  No
 * slot that boots by itself says that it is on trial, at no write: a damaged
 * one would go round in circles.
 */
struct slots {
	char node[PATH_MAX];
	unsigned int sector;	/* bytes */
	struct slot_place {
		char uuid[UUID_TEXT];
		unsigned int number;	/* of the partition, from 1 */
		uint64_t start, size;	/* bytes */
	} slot[2], state;
};

/* "A", "B" */
const char *slot_name(int which);

/* By the partitions' labels.  -1 also when one of the three is missing, and on
 * a disk of a running RAID: that has them. */
int slots_find(const char *node, unsigned int sector, struct slots *s,
    struct err *e);

/* Whether a slot's files match its own list of checksums. */
bool slots_whole(const struct slots *s, int which);

/*
 * The slot that boots by itself: 0 or 1.  efivars is NULL on a BIOS.  UEFI
 * without an entry of ours takes the first slot, as its fallback.
 */
int slots_current(const struct slots *s, const char *efivars, int *which_r,
    struct err *e);

/*
 * From now on that slot boots, and is on trial no more.  other: the second choice is the other slot;
 * else nothing leads there, so that it can be written.  A firmware that takes
 * no entries is an error, told after what a BIOS looks at was written.
 */
int slots_keep(const struct slots *s, int which, bool other,
    const char *efivars, struct err *e);

/* Boot that slot next, once; the other one is the current. */
int slots_try(const struct slots *s, int which, const char *efivars,
    struct err *e);

#endif
