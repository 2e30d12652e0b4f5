/* SPDX-License-Identifier: ISC */
#ifndef BOOT_ARRAYS_H
#define BOOT_ARRAYS_H

#include <stdbool.h>

#include "buf.h"
#include "err.h"
#include "md.h"

/*
 * The RAIDs of this host's disks (md.h).  None is written before something is
 * written to it, so starting one changes no disk.
 */
struct arrays {
	double since;		/* when one was first seen without all of its
				 * members; 0: never */
};

/*
 * Start those whose members are all there; after a while also those of which
 * a member has not come.  True: nothing is left to start.
 */
bool arrays_start(struct arrays *a, struct err *e);

/* What to say of one that lacks a disk, and what a person can do. */
void arrays_tell(const char *name, const struct md_state *s, struct buf *what,
    struct buf *remedy);

/*
 * Look at the running ones once more: one that has lost a disk since, or has
 * all of them again, is printed and noted in the file of problems.
 */
#define ARRAYS_SEEN 8
struct arrays_seen {
	struct {
		char name[16];
		unsigned int missing;
	} list[ARRAYS_SEEN];
	unsigned int n;
};
void arrays_watch(struct arrays_seen *seen, const char *sysfs,
    const char *problems);

#endif
