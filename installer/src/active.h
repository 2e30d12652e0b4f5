/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ACTIVE_H
#define INSTALLER_ACTIVE_H

#include "err.h"

/*
 * Which partition a BIOS boots: the one with GPT attribute 2 ("legacy BIOS
 * bootable", UEFI 2.10, 5.3.3), of which gptmbr.bin wants exactly one.
 * Partitions are counted from 1; node is a disk or an image file.
 */

/* *nr_r is 0 when none has it, or several. */
int active_get(const char *node, unsigned int *nr_r, struct err *e);

/*
 * Give it to that partition alone.  The copy at the disk's end is written and
 * synced first, then header and entries by one write, in which all that
 * changes lies in two neighbouring sectors: whatever a power cut leaves, one
 * of the tables is whole and a BIOS finds the old partition or the new one.
 * A table that does not match its checksum is mended from the other.
 */
int active_set(const char *node, unsigned int nr, struct err *e);

#endif
