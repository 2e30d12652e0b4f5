/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETUP_H
#define BOOT_NETUP_H

#include "err.h"
#include "netplan.h"
#include "nics.h"

/* Give every card the name it wants.  n has the new names afterwards. */
int cards_rename(struct nics *n, struct err *e);

/* Make everything of the plan that is not there yet, and the addresses that
 * are known.  A network that cannot be made does not keep the others away. */
int netplan_up(const struct netplan *p, struct err *e);

/* One of the plan's networks. */
int network_up(const struct netplan *p, const struct network *n,
    struct err *e);

#endif
