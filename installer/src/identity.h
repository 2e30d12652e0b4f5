/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_IDENTITY_H
#define INSTALLER_IDENTITY_H

#include <sys/types.h>

#include "err.h"
#include "machine.h"

/*
 * Whether the block device of that number is the disk that was planned for:
 * its name still that device's, its serial number, model, WWN and size the
 * same.  root stands before /sys: "" but in tests.
 */
int identity_check(const char *root, const struct disk *d, dev_t number,
    struct err *e);

#endif
