/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SLB_H
#define BOOT_SLB_H

#include "err.h"
#include "netplan.h"

/*
 * A bond that balances by source address needs nothing of the switch, which
 * therefore sends to one of its cards what another has sent out, and to all of
 * them what is for everybody.  Two filters of the packet filter mend that:
 * what comes in by the bond and bears a source address that went out within
 * the last seconds is dropped; and broadcasts and multicasts count on one
 * card only, the first that has a link.
 *
 * Put them into the kernel in place of those that are there; none when the
 * plan has no such bond.  To be called anew when a card's link changes.
 */
int slb_apply(const struct netplan *p, struct err *e);

/* Whether the plan has such a bond. */
bool slb_wanted(const struct netplan *p);

#endif
