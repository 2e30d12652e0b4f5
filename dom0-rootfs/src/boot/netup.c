/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lease.h"
#include "netif.h"
#include "netup.h"

#define MTU 1500		/* unless said: also when it was another before */

/* Two cards may want each other's name: all go by one of their own first. */
int
cards_rename(struct nics *n, struct err *e)
{
	char between[NICS_MAX][NIC_NAME];
	struct nic *nic;

	for (size_t i = 0; i < n->n; i++) {
		nic = &n->list[i];
		snprintf(between[i], NIC_NAME, "card%u", (unsigned char)i);
		if (strcmp(nic->name, nic->want) != 0 &&
		    netif_rename(nic->name, between[i], e) == -1)
			return -1;
	}
	for (size_t i = 0; i < n->n; i++) {
		nic = &n->list[i];
		if (strcmp(nic->name, nic->want) == 0)
			continue;
		if (netif_rename(between[i], nic->want, e) == -1)
			return -1;
		memcpy(nic->name, nic->want, NIC_NAME);
	}
	return 0;
}

static unsigned int
network_mtu(const struct network *n)
{
	return n->mtu != 0 ? n->mtu : MTU;
}

/* What the link must carry is the most that one of its networks wants. */
static unsigned int
link_mtu(const struct netplan *p, const char *link)
{
	unsigned int mtu = 0;

	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->list[i].link, link) == 0 &&
		    network_mtu(&p->list[i]) > mtu)
			mtu = network_mtu(&p->list[i]);
	return mtu;
}

static int
bond_up(const struct network *n, struct err *e)
{
	if (netif_bond(n->link, n->bond, e) == -1)
		return -1;
	for (size_t i = 0; i < n->nports; i++)
		if (netif_no_ipv6(n->ports[i], e) == -1 ||
		    netif_join(n->ports[i], n->link, e) == -1)
			return -1;
	return 0;
}

/* Everything below the bridge; only what holds the addresses has IPv6. */
static int
lower_up(const struct netplan *p, const struct network *n, const char *top,
    struct err *e)
{
	unsigned int mtu = link_mtu(p, n->link);
	char lower[NIC_NAME];

	network_lower(n, lower);
	if (n->bond != BOND_NONE && bond_up(n, e) == -1)
		return -1;
	if (strcmp(n->link, top) != 0 &&
	    netif_no_ipv6(n->link, e) == -1)
		return -1;
	if (netif_mtu(n->link, mtu, e) == -1 || netif_up(n->link, e) == -1)
		return -1;
	if (n->vlan == 0)
		return 0;
	if (netif_vlan(lower, n->link, n->vlan, e) == -1 ||
	    (strcmp(lower, top) != 0 &&
	    netif_no_ipv6(lower, e) == -1) ||
	    netif_mtu(lower, network_mtu(n), e) == -1)
		return -1;
	return netif_up(lower, e);
}

static int
bridge_up(const struct network *n, struct err *e)
{
	const struct ip none = { 0 };
	char lower[NIC_NAME];

	network_lower(n, lower);
	/* an installer's that went on as the host */
	if (netif_address(lower, AF_INET, &none, e) == -1 ||
	    netif_bridge(n->bridge, e) == -1 ||
	    netif_alias(n->bridge, BRIDGE_OURS, e) == -1 ||
	    netif_mac_of(n->bridge, lower, e) == -1 ||
	    netif_join(lower, n->bridge, e) == -1)
		return -1;
	return netif_mtu(n->bridge, network_mtu(n), e);
}

/* A fixed address of before goes; a DHCPv6 client's stays while it runs. */
static int
address6_drop(const struct network *n, const char *top, struct err *e)
{
	const struct ip none = { .family = 0 };
	struct ip now[16], leased;
	bool any = n->ipv6 == IPV6_DHCP &&
	    lease_address6(top, LEASE_DIR, &leased);
	size_t count = netif_addresses(top, AF_INET6, now, 16);

	for (size_t i = 0; i < count; i++)
		if (now[i].lasting && !(any && ip_equal(&now[i], &leased)))
			netif_address_drop(top, &now[i]);
	return netif_gateway(top, AF_INET6, &none, n->metric, e);
}

/* What DHCP's client has given is its own to take away. */
static int
addresses_up(const struct network *n, const char *top, struct err *e)
{
	const struct ip none = { .family = 0 };
	bool fixed = n->ipv4 == IPV4_STATIC;

	if (n->ipv4 != IPV4_DHCP && (netif_address(top, AF_INET, fixed ?
	    &n->address : &none, e) == -1 || netif_gateway(top, AF_INET,
	    fixed ? &n->gateway : &none, n->metric, e) == -1))
		return -1;
	if (n->ipv6 != IPV6_STATIC)
		return address6_drop(n, top, e);
	return netif_address(top, AF_INET6, &n->address6, e) == -1 ? -1 :
	    netif_gateway(top, AF_INET6, &n->gateway6, n->metric, e);
}

int
network_up(const struct netplan *p, const struct network *n, struct err *e)
{
	char top[NIC_NAME];

	network_top(n, top);
	if (lower_up(p, n, top, e) == -1 ||
	    (*n->bridge != '\0' && bridge_up(n, e) == -1) ||
	    netif_ipv6(top, n, e) == -1 ||
	    netif_up(top, e) == -1)
		return -1;
	return addresses_up(n, top, e);
}

int
netplan_up(const struct netplan *p, struct err *e)
{
	struct err why;
	int rc = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (network_up(p, &p->list[i], &why) == 0)
			continue;
		if (rc == -1)
			err_in(e, "%s", why.text);
		else
			*e = why;
		rc = -1;
	}
	return rc;
}
