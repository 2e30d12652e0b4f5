/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_RAID_H
#define INSTALLER_RAID_H

#include "install.h"

/*
 * The RAIDs of a plan.  On a machine the kernel runs them, and what is written
 * goes to all members at once.  Where disks are image files, the RAID is a
 * file, too, and raid_mirror() brings it to the members.
 */

/* Where such files are: below work.  Nothing to do on a machine. */
void raid_nodes(struct plan *p, const char *work);

/* Stop what runs of the disks that are to be erased. */
int raid_release(struct install *in, struct err *e);

/* Make and start what is planned, on disks that are wiped. */
int raid_make(struct install *in, struct err *e);

/* All is on all members; one that was lost meanwhile is said. */
int raid_mirror(struct install *in, struct err *e);

#endif
