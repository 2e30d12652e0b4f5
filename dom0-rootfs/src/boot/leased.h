/* SPDX-License-Identifier: ISC */
#ifndef BOOT_LEASED_H
#define BOOT_LEASED_H

#include "err.h"

/*
 * What udhcpc(8) and udhcpc6 call their script for, by the environment they
 * give it: use a lease, take its address away, and nothing.  argv is unused.
 */
int lease_apply(char *argv[], struct err *e);
int lease_drop(char *argv[], struct err *e);
int lease_none(char *argv[], struct err *e);

#endif
