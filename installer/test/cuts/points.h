/* SPDX-License-Identifier: ISC */
#ifndef CUTS_POINTS_H
#define CUTS_POINTS_H

#include "judge.h"

/* What is asked of a recording, and what came out. */
struct points {
	struct rack *r;
	const struct tape *t;
	struct judge *j;
	unsigned int random;	/* subsets of what lies between two flushes */
	unsigned int every;	/* of writes left out or alone: at most */
	bool must_boot;		/* at each point, by BIOS and by UEFI */

	uint64_t seed;
	size_t n, prefixes, torn, reordered;
	size_t boots[4];	/* by enum boots, by both firmwares */
	size_t bad;
	struct verdict last;	/* of the longest prefix */
	size_t *open, nopen;	/* writes that no flush has made sure of */
};

/* Each legal state that a power cut can leave.  What is bad is printed. */
int points_check(struct points *p, struct err *e);

#endif
