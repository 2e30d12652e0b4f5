/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_PLAN_H
#define INSTALLER_PLAN_H

#include <stdint.h>

#include "answers.h"
#include "buf.h"
#include "findings.h"
#include "layout.h"
#include "machine.h"

/* One partition to be. */
struct plan_part {
	enum part kind;
	uint64_t start, size;	/* bytes */
};

/* A disk to be erased and what becomes of it. */
struct plan_disk {
	const struct disk *disk;
	struct plan_part parts[PART_COUNT];
	unsigned int nparts;
};

/*
 * What will be done: decided whole before anything is written, from the
 * answers and the machine alone.  Points into both.
 */
struct plan {
	const struct answers *answers;
	const struct machine *machine;
	struct plan_disk disks[2];	/* the primary, and one for an SR */
	unsigned int ndisks;
	int sr_disk;			/* which of them holds the SR; -1 */
	const struct nic *nic;
};

/* Everything against it is added to f; the plan holds if !findings_bad(f). */
void plan_make(struct plan *p, const struct answers *a,
    const struct machine *m, struct findings *f);

/* For a person, and for the golden tests.  No secrets. */
void plan_print(const struct plan *p, struct buf *to);

/* The partition of that kind on one of the plan's disks, or NULL. */
const struct plan_part *plan_part(const struct plan_disk *d, enum part kind);

#endif
