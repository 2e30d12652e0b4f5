/* SPDX-License-Identifier: ISC */
#ifndef BASE_NETPLAN_H
#define BASE_NETPLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "bridge.h"
#include "conf.h"
#include "err.h"
#include "ip.h"
#include "nics.h"

#define NETWORKS_MAX 64
#define PORTS_MAX 8

enum ipv4 { IPV4_NONE, IPV4_DHCP, IPV4_STATIC };
/* IPV6_ANY: from routers and by DHCPv6, for an installer that was told
 * nothing */
enum ipv6 { IPV6_NONE, IPV6_AUTO, IPV6_DHCP, IPV6_STATIC, IPV6_ANY };
enum bond { BOND_NONE, BOND_BACKUP, BOND_SLB, BOND_LACP };

struct network {
	unsigned int number;		/* 0: management; N of its keys */
	char bridge[NIC_NAME];		/* "": addresses lie on the link */
	char link[NIC_NAME];		/* the card or the bond */
	enum bond bond;
	char ports[PORTS_MAX][NIC_NAME];	/* of the bond */
	size_t nports;
	unsigned int vlan;		/* 0: none */
	unsigned int mtu;		/* 0: not said */
	enum ipv4 ipv4;
	enum ipv6 ipv6;
	struct ip address, gateway;	/* family 0: none */
	struct ip address6, gateway6;
	unsigned int metric;		/* of its ways out */
};

/*
 * The host's networks: list[0] is the management network, the others are
 * those of host.conf's keys "netN.KEY"; on xenbr0 and xenbrN, or the bridge
 * that the key "bridge" says.  Those with "plugged no" are not in it.
 */
struct netplan {
	struct network list[NETWORKS_MAX];
	size_t n;
	char note[400];		/* what is not as host.conf says; "" */
};

/*
 * The cards have their names (nics_name).  A network's link is the bond with
 * the name nic; else the card with nic-mac, else the one with the name nic,
 * else the only one there is.  An empty host (no host.conf): the first card,
 * by DHCP.  A network that cannot be is left out and the error says why; the
 * others are in the plan all the same.
 */
int netplan_make(const struct conf *host, const struct nics *n,
    struct netplan *p, struct err *e);

/* Whether both have the same link, ways and addresses. */
bool network_same(const struct network *a, const struct network *b);

/* True when all of host.conf's own cards are there: nothing better will
 * appear. */
bool netplan_settled(const struct conf *host, const struct nics *n);

/* Whether routers are listened to, and whether a DHCPv6 client runs. */
bool network_by_router(const struct network *n);
bool network_by_dhcp6(const struct network *n);

/* The interface that has the network's link: bond0.10 on a VLAN. */
void network_lower(const struct network *n, char lower[NIC_NAME]);

/* The interface that has its addresses. */
void network_top(const struct network *n, char top[NIC_NAME]);

#endif
