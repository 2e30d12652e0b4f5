/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETHOST_H
#define BOOT_NETHOST_H

#include "conf.h"
#include "err.h"
#include "netplan.h"
#include "nics.h"

/* The host's networks as a whole, for domus-net's verbs. */

void net_complain(const struct err *e);

/* One at a time; until the process ends, or the descriptor is closed. */
int net_lock(struct err *e);

/*
 * Make what host.conf says, and take away what it says no more; wait so many
 * seconds for its cards.  p and n have what there is then, whatever fails.
 */
int host_up(const struct conf *host, double wait, struct netplan *p,
    struct nics *n, struct err *e);

#endif
