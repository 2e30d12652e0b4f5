/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_WIPE_H
#define INSTALLER_WIPE_H

#include "err.h"
#include "plan.h"

/*
 * Make a planned disk forget what it held: what boots, and the first and last
 * MiB; then signatures of RAIDs, LVM, ZFS and file systems, of the whole disk,
 * of its old partitions and where the new ones will lie.  All of it is on the
 * disk on return.  fd is the disk, for writing.
 */
int wipe_disk(const struct plan_disk *pd, int fd, struct err *e);

#endif
