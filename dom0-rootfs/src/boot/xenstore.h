/* SPDX-License-Identifier: ISC */
#ifndef BOOT_XENSTORE_H
#define BOOT_XENSTORE_H

#include "err.h"

/*
 * Wait until xenstored answers and dom0 is written down in it, which
 * xen-init-dom0 does once a boot; libxl and xenconsoled need both.  Several
 * services may call this at the same time.
 */
int xenstore_ready(struct err *e);

#endif
