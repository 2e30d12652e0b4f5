/* SPDX-License-Identifier: ISC */
#ifndef BASE_EXTCOPY_H
#define BASE_EXTCOPY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A power cut may tear an ext4's superblock; e2fsck mends that from the copy
 * in the second block group.  But what was an ext4 once still has the copy:
 * whether nothing of another kind is known at that place of node (libblkid),
 * so that the copy may be used.  size 0: to the end.
 */
bool extcopy_usable(const char *node, uint64_t offset, uint64_t size);

#endif
