/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_MOVER_H
#define DOMUSD_MOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct disk_talk;

/*
 * A child of a worker of [disk], which reads what strangers have sent: without
 * rights, in an empty root.  Its result comes back through a pipe.
 */
struct moved {
	int failed;		/* 1: text says why, and sys, when not 0 */
	int sys;
	bool in_place;		/* the disk itself was written to */
	bool nothing;		/* there was no body */
	char text[256];
};

/*
 * Run fn in a child and wait for it; what it fills in is *m_r.  A child that
 * ends without a word has failed.
 */
void mover_run(bool drop, void (*fn)(void *arg, struct moved *m), void *arg,
    struct moved *m_r);

/* Its failure, from e. */
void moved_fail(struct moved *m, const struct err *e);

/* How far something is, told to [core] twice a second at most. */
struct progress {
	struct disk_talk *talk;
	int64_t told;		/* milliseconds */
};
void progress_tell(struct progress *p, uint64_t done, uint64_t all);

#endif
