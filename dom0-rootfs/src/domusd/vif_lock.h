/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VIF_LOCK_H
#define DOMUSD_VIF_LOCK_H

#include "err.h"
#include "vm_config.h"

/*
 * What a guest may send, enforced where its frames reach dom0, before the
 * bridge sees them: a chain of the packet filter at the interface's ingress.
 *
 * Locked, a frame has the interface's own MAC as its source, no VLAN, and is
 *
 *	ARP	of that MAC and an address that is allowed; or a probe for one
 *	IPv4	from one; or a question to DHCP servers from 0.0.0.0
 *	IPv6	from one, or from the link-local address of the MAC; neighbour
 *		advertisements are of such addresses; no router's words, no
 *		fragments of ICMPv6
 *
 * and never a DHCP or DHCPv6 server's answer.  Without an address that is
 * allowed nothing passes.  From one rule set to another there is no moment
 * without.  Unlocked: no filter.
 */
int vif_lock_apply(const char *name, const struct vif_config *c,
    struct err *e);

/* Take away what interfaces that have gone have left. */
int vif_lock_sweep(struct err *e);

#endif
