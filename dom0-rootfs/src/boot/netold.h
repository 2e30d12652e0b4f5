/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETOLD_H
#define BOOT_NETOLD_H

#include "err.h"
#include "netplan.h"
#include "nics.h"

/*
 * Take away what an earlier configuration made and the plan has not: bridges
 * that are ours, bonds, VLANs, and cards that are in a bridge or bond of before.  A
 * bond of another mode goes too, to be made anew.  A bridge with guests in it
 * stays for them, without a card and without addresses, as that of an internal
 * network.  To be called before
 * netplan_up(), and only for a plan that is whole: what host.conf wants, and
 * is only spelt wrongly, must not go.
 */
int netold_remove(const struct netplan *p, const struct nics *n,
    struct err *e);

#endif
