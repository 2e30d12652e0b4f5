/* SPDX-License-Identifier: ISC */
#ifndef BASE_NETIF_H
#define BASE_NETIF_H

#include <stdbool.h>

#include "err.h"
#include "ip.h"
#include "netplan.h"

/* Network interfaces by rtnetlink(7).  Doing something twice is fine. */

int netif_up(const char *name, struct err *e);
int netif_down(const char *name, struct err *e);
int netif_rename(const char *name, const char *to, struct err *e);
int netif_mtu(const char *name, unsigned int mtu, struct err *e);

/* Make one that is not there yet; a bond's ports are joined afterwards. */
int netif_bridge(const char *name, struct err *e);
int netif_bond(const char *name, enum bond mode, struct err *e);
int netif_vlan(const char *name, const char *link, unsigned int vlan,
    struct err *e);

/* The kernel's number of a bond's mode. */
int netif_bond_mode(enum bond mode);

/* Take one away; take a port out of its bridge or bond. */
int netif_delete(const char *name, struct err *e);
int netif_leave(const char *port, struct err *e);

/* Have no lasting address, no way out, and no IPv6 at all. */
int netif_bare(const char *name, struct err *e);

/* Put a port into a bridge or a bond, which wants it down for that. */
int netif_join(const char *port, const char *master, struct err *e);

int netif_mac(const char *name, const unsigned char mac[6], struct err *e);

/* A note of ours on it. */
int netif_alias(const char *name, const char *alias, struct err *e);

/* Have the hardware address of another, so that a bridge's does not change
 * when guests come and go. */
int netif_mac_of(const char *name, const char *other, struct err *e);

/* How an interface gets the network's IPv6 addresses.  Its metric is added to
 * that of ways out that routers announce. */
int netif_ipv6(const char *name, const struct network *n, struct err *e);

/* It has none at all: those lie on what is above it. */
int netif_no_ipv6(const char *name, struct err *e);

/*
 * Have this address, and no other lasting one of that family.  An ip without
 * a family but with `family' takes them all away.
 */
int netif_address(const char *name, int family, const struct ip *ip,
    struct err *e);

/* Take that one away; fine when it is not there. */
void netif_address_drop(const char *name, const struct ip *ip);

/* lo's address, which no other is compared with. */
int netif_loopback(const struct ip *ip, struct err *e);

/* Its global addresses that are ready for use. */
size_t netif_addresses(const char *name, int family, struct ip *list,
    size_t max);

/* Whether it has that address; NULL: any. */
bool netif_has(const char *name, int family, const struct ip *ip);

/* Whether its link-local IPv6 address is ready for use. */
bool netif_has_local(const char *name);

/* Its way out: over `gateway', or none (family 0 in it). */
int netif_gateway(const char *name, int family, const struct ip *gateway,
    unsigned int metric, struct err *e);

bool netif_exists(const char *name);
bool netif_carrier(const char *name);

#endif
