/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "netplan.h"

const char *
netplan_bridge(const struct conf *host)
{
	return conf_get(host, "bridge", BRIDGE);
}

void
netplan_bridge_read(const char *root, char bridge[NIC_NAME])
{
	struct conf host = { 0 };
	struct err ignored;
	char path[512];

	snprintf(path, sizeof(path), "%s/var/lib/domus/etc/host.conf", root);
	if (conf_read(path, &host, &ignored) == -1)
		host = (struct conf){ 0 };
	snprintf(bridge, NIC_NAME, "%.15s", netplan_bridge(&host));
	conf_free(&host);
}

int
netplan_number(const struct conf *host, const char *bridge)
{
	char key[32], dflt[NIC_NAME], start[16];

	if (strcmp(bridge, netplan_bridge(host)) == 0)
		return 0;
	for (unsigned int i = 1; i < NETWORKS_MAX; i++) {
		snprintf(start, sizeof(start), "net%u.", i);
		snprintf(key, sizeof(key), "%sbridge", start);
		snprintf(dflt, sizeof(dflt), BRIDGE_PREFIX "%u", i & 255);
		if (strcmp(conf_get(host, key, dflt), bridge) != 0)
			continue;
		for (size_t k = 0; k < host->n; k++)
			if (strncmp(host->lines[k].key, start, strlen(start))
			    == 0)
				return (int)i;
	}
	return -1;
}

bool
network_same(const struct network *a, const struct network *b)
{
	bool same = a->nports == b->nports;

	for (size_t i = 0; same && i < a->nports; i++)
		same = strcmp(a->ports[i], b->ports[i]) == 0;
	return same && strcmp(a->bridge, b->bridge) == 0 &&
	    strcmp(a->link, b->link) == 0 && a->bond == b->bond &&
	    a->vlan == b->vlan && a->mtu == b->mtu && a->ipv4 == b->ipv4 &&
	    a->ipv6 == b->ipv6 && ip_equal(&a->address, &b->address) &&
	    a->address.bits == b->address.bits &&
	    ip_equal(&a->gateway, &b->gateway) &&
	    ip_equal(&a->address6, &b->address6) &&
	    a->address6.bits == b->address6.bits &&
	    ip_equal(&a->gateway6, &b->gateway6);
}

bool
network_by_router(const struct network *n)
{
	return n->ipv6 == IPV6_AUTO || n->ipv6 == IPV6_DHCP ||
	    n->ipv6 == IPV6_ANY;
}

bool
network_by_dhcp6(const struct network *n)
{
	return n->ipv6 == IPV6_DHCP || n->ipv6 == IPV6_ANY;
}

void
network_lower(const struct network *n, char lower[NIC_NAME])
{
	if (n->vlan != 0)
		snprintf(lower, NIC_NAME, "%.10s.%u", n->link,
		    n->vlan & 4095);
	else
		snprintf(lower, NIC_NAME, "%s", n->link);
}

void
network_top(const struct network *n, char top[NIC_NAME])
{
	if (*n->bridge != '\0')
		snprintf(top, NIC_NAME, "%s", n->bridge);
	else
		network_lower(n, top);
}
