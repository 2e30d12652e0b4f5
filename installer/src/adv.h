/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ADV_H
#define INSTALLER_ADV_H

#include <stddef.h>

#include "fat.h"

/*
 * What syslinux is to run at its next start instead of its menu, once: a tag
 * in the "auxiliary data vector", two equal sectors at the end of
 * syslinux/ldlinux.sys.  syslinux removes it before it runs the command, so
 * that a command that fails is not tried again.
 */

/* NULL: nothing. */
int adv_once_set(struct fat *slot, const char *command, struct err *e);

/* "" when there is nothing. */
int adv_once_get(struct fat *slot, char *to, size_t size, struct err *e);

#endif
