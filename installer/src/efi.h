/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_EFI_H
#define INSTALLER_EFI_H

#include <stdint.h>

#include "err.h"

/*
 * Boot entries of a UEFI firmware, UEFI 2.10, 3.1: BootXXXX holds one,
 * BootOrder their order, BootNext the one for the next boot alone.  An entry
 * is ours when it leads to the partition of the UUID in question; others, and
 * those of other Domus disks, are left alone.  dir is efivarfs.
 */
struct efi_slot {
	const char *title;	/* for the firmware's menu; ASCII */
	const char *uuid;	/* of the partition */
	unsigned int number;	/* from 1 */
	uint64_t start, size;	/* in sectors of the disk */
};

/* The slot's entry, made when there is none, comes first in BootOrder. */
int efi_make_first(const char *dir, const struct efi_slot *s, struct err *e);

/* The slot's entry, made when there is none, is what boots next, once. */
int efi_try(const char *dir, const struct efi_slot *s, struct err *e);

/* Remove what leads to the partition; no entry is fine. */
int efi_forget(const char *dir, const char *uuid, struct err *e);

/* Which of the two partitions' entries comes first in BootOrder: 0, 1, or -1
 * when neither is there. */
int efi_first_of(const char *dir, const char *const uuids[2], int *which_r,
    struct err *e);

/*
 * The entry of the partition boots next, once; an error when there is none,
 * and when the firmware was told so within the hour and came back.
 */
int efi_boot_next(const char *dir, const char *uuid, struct err *e);

#endif
