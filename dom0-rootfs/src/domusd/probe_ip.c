/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "file.h"
#include "probe.h"

/* The addresses of the bridges, the one by which the host is managed first. */


/* /proc/net/route: interface, destination, gateway, flags... in hex. */
static void
gateway(const char *root, const char *bridge, char *to, size_t size)
{
	char path[512], name[32], *text, *line;
	unsigned int destination, via;
	struct in_addr a;
	struct err ignored;

	snprintf(path, sizeof(path), "%s/proc/net/route", root);
	*to = '\0';
	if (file_read(path, 65536, &text, NULL, &ignored) == -1)
		return;
	for (line = text; line != NULL && *line != '\0';
	    line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%31s %x %x", name, &destination, &via) != 3 ||
		    strcmp(name, bridge) != 0 || destination != 0)
			continue;
		a.s_addr = via;
		snprintf(to, size, "%s", inet_ntoa(a));
	}
	free(text);
}

/*
 * /proc/net/ipv6_route: destination, its length, source, its length, next
 * hop, metric, two counts, flags, interface; in hex.
 */
static void
gateway6(const char *root, const char *bridge, char *to, size_t size)
{
	static const struct in6_addr none;
	char path[512], hop[33], name[32], *text, *line;
	struct in6_addr a;
	struct err ignored;
	unsigned int len;

	snprintf(path, sizeof(path), "%s/proc/net/ipv6_route", root);
	*to = '\0';
	if (file_read(path, 1 << 20, &text, NULL, &ignored) == -1)
		return;
	for (line = text; line != NULL && *line != '\0';
	    line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%*32s %x %*32s %*x %32s %*x %*x %*x %*x %31s",
		    &len, hop, name) != 3 || len != 0 ||
		    strcmp(name, bridge) != 0)
			continue;
		for (size_t i = 0; i < sizeof(a); i++)
			if (sscanf(hop + 2 * i, "%2hhx", &a.s6_addr[i]) != 1)
				a.s6_addr[i] = 0;
		if (memcmp(&a, &none, sizeof(a)) != 0)
			inet_ntop(AF_INET6, &a, to, (socklen_t)size);
	}
	free(text);
}

/* resolv.conf(5)'s name servers, commas between them. */
static void
name_servers(const char *root, char *to, size_t size)
{
	char path[512], address[64], *text, *line;
	struct err ignored;

	snprintf(path, sizeof(path), "%s/etc/resolv.conf", root);
	*to = '\0';
	if (file_read(path, 65536, &text, NULL, &ignored) == -1)
		return;
	for (line = text; line != NULL && *line != '\0';
	    line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "nameserver %63s", address) == 1 &&
		    strlen(to) + strlen(address) + 2 < size)
			sprintf(to + strlen(to), "%s%s",
			    *to != '\0' ? "," : "", address);
	}
	free(text);
}

static void
put_address(struct value *m, const char *name, const struct sockaddr *sa)
{
	char text[INET_ADDRSTRLEN] = "";

	if (sa != NULL)
		inet_ntop(AF_INET,
		    &((const struct sockaddr_in *)(const void *)sa)->sin_addr,
		    text, sizeof(text));
	value_set_str(m, name, text);
}

static void
add_address6(struct value *list, const struct ifaddrs *a)
{
	const struct sockaddr_in6 *sa = (const void *)a->ifa_addr;
	const struct sockaddr_in6 *mask = (const void *)a->ifa_netmask;
	char text[INET6_ADDRSTRLEN];
	unsigned int bits = 0;

	if (IN6_IS_ADDR_LINKLOCAL(&sa->sin6_addr) ||
	    inet_ntop(AF_INET6, &sa->sin6_addr, text, sizeof(text)) == NULL)
		return;
	for (size_t i = 0; mask != NULL && i < 128; i++)
		bits += mask->sin6_addr.s6_addr[i / 8] >> (7 - i % 8) & 1;
	value_add(list, value_new_fmt("%s/%u", text, bits));
}

static void
bridge_addresses(const char *bridge, struct value *m)
{
	struct value *list = value_new_array();
	struct ifaddrs *all = NULL, *a;

	value_set_str(m, "address", "");
	value_set_str(m, "netmask", "");
	if (getifaddrs(&all) == -1)
		all = NULL;
	for (a = all; a != NULL; a = a->ifa_next) {
		if (a->ifa_addr == NULL || strcmp(a->ifa_name, bridge) != 0)
			continue;
		if (a->ifa_addr->sa_family == AF_INET6)
			add_address6(list, a);
		if (a->ifa_addr->sa_family != AF_INET ||
		    *value_get_str(m, "address") != '\0')
			continue;
		put_address(m, "address", a->ifa_addr);
		put_address(m, "netmask", a->ifa_netmask);
	}
	if (all != NULL)
		freeifaddrs(all);
	value_set(m, "addresses6", list);
}

/* domus-net(8): the keys of the network on that bridge. */
static const char *
way(const struct conf *host, const char *bridge, const char *name)
{
	bool first = strcmp(bridge, netplan_bridge(host)) == 0;
	int n = first ? 0 : netplan_number(host, bridge);
	char key[48];

	if (n == -1)
		return "none";
	snprintf(key, sizeof(key), "net%d.%s", n, name);
	return conf_get(host, first ? name : key, !first ? "none" :
	    strcmp(name, "ipv4") == 0 ? "dhcp" : "autoconf");
}

static struct value *
bridge_facts(const char *root, const struct conf *host, const char *bridge)
{
	struct value *m = value_new_struct();
	char text[512];

	value_set_str(m, "mode", way(host, bridge, "ipv4"));
	value_set_str(m, "mode6", way(host, bridge, "ipv6"));
	bridge_addresses(bridge, m);
	gateway(root, bridge, text, sizeof(text));
	value_set_str(m, "gateway", text);
	gateway6(root, bridge, text, sizeof(text));
	value_set_str(m, "gateway6", text);
	name_servers(root, text, sizeof(text));
	value_set_str(m, "dns",
	    strcmp(bridge, netplan_bridge(host)) == 0 ?
	    text : "");
	return m;
}

void
probe_management(const char *root, const struct conf *host,
    struct value *facts)
{
	struct value *nics = value_get(facts, "nics"), *nic;
	const char *bridge, *ours = netplan_bridge(host);
	struct value *m = bridge_facts(root, host, ours);

	value_set_str(m, "bridge", ours);
	value_set_str(m, "device", conf_get(host, "nic", ""));
	for (size_t i = 0; i < value_len(nics); i++) {
		nic = value_at(nics, i);
		bridge = value_get_str(nic, "bridge");
		if (strcmp(bridge, ours) == 0)
			value_set_str(m, "device", value_get_str(nic,
			    "device"));
		else if (netplan_number(host, bridge) != -1)
			value_set(nic, "ip", bridge_facts(root, host,
			    bridge));
	}
	value_set(facts, "management", m);
}
