/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PIF_H
#define DOMUSD_PIF_H

#include "request.h"
#include "value.h"

struct db;

/*
 * The hosts' own networks.  What a message asks for becomes a change of the
 * host's host.conf (hostnet.h), which its [xen] makes; the records follow from
 * what that finds afterwards.
 *
 * A change that touches the management network is open: it takes itself back
 * unless somebody with a session is heard by the new way.
 */

/* Messages of PIF, VLAN, Bond, host and pool. */
int pif_reconfigure_ip(struct request *q);
int pif_reconfigure_ipv6(struct request *q);
int pif_plug(struct request *q);
int pif_unplug(struct request *q);
int pif_forget(struct request *q);
int pif_introduce(struct request *q);
int vlan_create(struct request *q);
int vlan_destroy(struct request *q);
int vlan_create_from_pif(struct request *q);
int bond_create(struct request *q);
int bond_destroy(struct request *q);
int bond_set_mode(struct request *q);
int pif_management_reconfigure(struct request *q);

/* A change of that kind of the network that pif is on; the caller's. */
struct value *pif_change(const struct db *db, const char *op,
    const struct record *pif);
/* Ask pif's host for it (taken), and go on with fn. */
int pif_ask(struct request *q, const struct record *pif, struct value *change,
    method_fn *fn);
/* With the answer: the records of the host follow.  -1: q has failed. */
int pif_changed(struct request *q, struct record *host);

/* 0, or -1 with VIF_IN_USE, when guests of pif's host are on its network. */
int pif_unused(struct request *q, const struct record *pif);
/* The same when it is a port of a bond. */
int pif_no_port(struct request *q, const struct record *pif,
    const char *code);
/* Whether it has addresses, or will have. */
bool pif_has_ip(const struct record *pif);

/* What [xen] knows of an open change. */
void pif_trial(struct core *core, const struct value *facts);
/* Somebody with a session at that address, and a member's coordinator, are
 * heard: that may confirm a change. */
void pif_heard(struct core *core, const char *peer);
void pif_coordinator_heard(struct core *core);

#endif
