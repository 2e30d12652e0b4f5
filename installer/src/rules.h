/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_RULES_H
#define INSTALLER_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "answers.h"
#include "buf.h"
#include "findings.h"
#include "machine.h"

/*
 * Which disks the answers' rules mean.  A rule that means another number of
 * disks than it says chooses none, and its finding names every disk with what
 * excluded it.  What <protect> covers is never chosen.
 */

/* Disks of a machine, each once. */
struct disk_set {
	const struct disk *list[16];
	size_t n;
};

bool disk_set_has(const struct disk_set *s, const struct disk *d);

struct rules {
	const struct machine *machine;
	const struct answers *answers;
	struct findings *f;
	struct disk_set taken;	/* chosen by a rule before */
	bool boots;		/* what is chosen now must boot */
};

/*
 * Add the rule's disks to set_r.  Each is whole, free and may be erased.
 * element is for findings: "primary-disk".  False: a finding says why.
 */
bool rules_choose(struct rules *r, const struct disk_rule *rule,
    const char *element, struct disk_set *set_r);

/* Whether a disk may be erased; when not, a finding at that place. */
bool rules_usable(struct rules *r, const struct disk *d, const char *element,
    struct place at);

/* The <protect> element that covers it, or NULL. */
const struct disk_rule *rules_protect(const struct answers *a,
    const struct disk *d);

/* What <protect> elements say that is wrong or has no effect here. */
void rules_check_protects(struct rules *r);

/* Why a disk does not match, for a person; false: it matches. */
bool match_excludes(const struct match *m, const struct disk *d,
    struct buf *why);

#endif
