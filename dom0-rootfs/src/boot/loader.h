/* SPDX-License-Identifier: ISC */
#ifndef BOOT_LOADER_H
#define BOOT_LOADER_H

#include <stddef.h>

/*
 * The UUID of the partition that systemd-boot was started from, as it leaves
 * it in the EFI variable LoaderDevicePartUUID (systemd's "Boot Loader
 * Interface"), or "" when another loader or a BIOS started us.
 */
void loader_slot(char uuid[40]);

/* The same from the variable's file in efivarfs: four bytes of attributes,
 * then UTF-16. */
void loader_slot_parse(const void *data, size_t len, char uuid[40]);

#endif
