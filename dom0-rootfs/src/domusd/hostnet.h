/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_HOSTNET_H
#define DOMUSD_HOSTNET_H

#include "call.h"
#include "conf.h"
#include "err.h"
#include "value.h"

struct xen;

/*
 * The host's own networks, for [xen]: what [core] wants changed in host.conf.
 * A change is a struct; a network is named by its bridge, as in host.conf.
 *
 *	op "set"	bridge, keys {name: text, "" removes it}, and for one
 *			that host.conf has not: device, vlan (-1: none); new
 *			true: it must not have it; dns [address]
 *	op "drop"	bridge
 *	op "bond"	bond, mode, cards [name], macs [theirs], bridge;
 *			primary: the bridge whose network the bond takes over,
 *			or ""
 *	op "bond-mode"	bond, mode
 *	op "unbond"	bond, card, bridge: these take the bond's network over
 *	op "management"	bridge: it is the management network from now on
 *
 * In a copy that is made to happen by domus-net --try.  -1: c may be half
 * changed, and e says why.
 */
int hostnet_edit(struct conf *c, const struct value *change, struct err *e);

/*
 * Do it.  The answer is {open, nics, management}: open when it takes itself
 * back unless it is confirmed, the others as in xen_facts() afterwards.
 */
int hostnet_change(struct xen *x, const char *state,
    const struct value *change, struct reply *r, struct err *e);

/* Whether a change waits for its confirmation. */
bool hostnet_open(const char *state);

/* Add to the facts' nics what host.conf has and the kernel has not, as it is
 * not plugged: VLANs, bonds, and which cards are the bonds'. */
void hostnet_unplugged(const struct conf *c, struct value *facts);

#endif
