/* SPDX-License-Identifier: ISC */
#ifndef BOOT_WATCH_H
#define BOOT_WATCH_H

#include "err.h"
#include "netplan.h"

/*
 * The installer's network: every card of the plan at once.  Returns when one
 * has an address; -1 when none will have soon: no card has a link after
 * WATCH_LINK seconds, or nobody answered where there is one.  A process stays
 * behind that renews leases and gives late links their chance, until
 * watch_end().
 */
#define WATCH_LINK 4.0

int watch_start(const struct netplan *p, void (*told)(void *), void *arg,
    struct err *e);

/* End that process; true: there was one. */
bool watch_end(void);

#endif
