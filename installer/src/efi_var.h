/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_EFI_VAR_H
#define INSTALLER_EFI_VAR_H

#include <stddef.h>

#include "err.h"

/*
 * UEFI variables by efivarfs: a variable is a file NAME-GUID of four bytes of
 * attributes and its value, written by one write.  dir is the directory, names
 * are whole ("BootOrder" EFI_GLOBAL).
 */
#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFI_DIR "/sys/firmware/efi/efivars"

/* The value alone, the caller's to free.  *data_r is NULL when there is no
 * such variable. */
int efi_var_read(const char *dir, const char *name, unsigned char **data_r,
    size_t *len_r, struct err *e);

/* Non-volatile, with boot and runtime access. */
int efi_var_write(const char *dir, const char *name, const void *value,
    size_t len, struct err *e);

/* Also one that the kernel does not know, and guards; none is fine. */
void efi_var_remove(const char *dir, const char *name);

#endif
