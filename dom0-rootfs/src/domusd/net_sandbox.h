/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_SANDBOX_H
#define DOMUSD_NET_SANDBOX_H

#include <sys/types.h>

#include "err.h"

/*
 * Give up every right for good: an empty root, that user and group, no new
 * privileges, few resources (files: how many descriptors), and only the system
 * calls of [net]'s and [console]'s loops; another one ends the process.  Needs uid 0.  -1 and e:
 * do not go on.
 */
int net_sandbox(const char *root, uid_t uid, unsigned int files,
    struct err *e);

#endif
