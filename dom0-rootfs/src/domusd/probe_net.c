/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "probe.h"

/* Network cards, and the address by which the host is managed. */

#define BRIDGE "xenbr0"

struct nic {
	const char *root, *name;
};

static bool
attribute(const struct nic *n, const char *name, char *to, size_t size)
{
	char path[512];
	struct err ignored;

	snprintf(path, sizeof(path), "%s/sys/class/net/%s/%s", n->root,
	    n->name, name);
	*to = '\0';
	return file_line(path, to, size, &ignored) == 0;
}

/* The last part of what a link in sysfs points to, or "". */
static void
link_name(const struct nic *n, const char *name, char *to, size_t size)
{
	char path[512], target[512];
	const char *slash;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/sys/class/net/%s/%s", n->root,
	    n->name, name);
	len = readlink(path, target, sizeof(target) - 1);
	target[len > 0 ? len : 0] = '\0';
	slash = strrchr(target, '/');
	snprintf(to, size, "%.63s", slash != NULL ? slash + 1 : target);
}

static void
put_hex(const struct nic *n, struct value *v, const char *file,
    const char *name)
{
	char text[64];

	attribute(n, file, text, sizeof(text));
	value_set_str(v, name, strncmp(text, "0x", 2) == 0 ? text + 2 : text);
}

static struct value *
nic_facts(const struct nic *n)
{
	struct value *v = value_new_struct();
	char text[64];
	bool up;

	value_set_str(v, "device", n->name);
	attribute(n, "address", text, sizeof(text));
	value_set_str(v, "mac", text);
	attribute(n, "mtu", text, sizeof(text));
	value_set_int(v, "mtu", strtoll(text, NULL, 10));
	/* reading carrier, speed and duplex fails while the card is down */
	up = attribute(n, "carrier", text, sizeof(text)) && *text == '1';
	value_set_bool(v, "carrier", up);
	up = attribute(n, "speed", text, sizeof(text)) && *text != '-';
	value_set_int(v, "speed", up ? strtoll(text, NULL, 10) : 0);
	up = attribute(n, "duplex", text, sizeof(text));
	value_set_bool(v, "duplex", up && strcmp(text, "full") == 0);
	link_name(n, "master", text, sizeof(text));
	value_set_str(v, "bridge", text);
	put_hex(n, v, "device/vendor", "vendor_id");
	put_hex(n, v, "device/device", "device_id");
	value_set_str(v, "vendor_name", "");
	link_name(n, "device/driver", text, sizeof(text));
	value_set_str(v, "device_name", text);
	link_name(n, "device", text, sizeof(text));
	value_set_str(v, "pci", text);
	return v;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* What has a device below it is a card; guests' ends have none of PCI's. */
static bool
is_card(const struct nic *n)
{
	char bus[64];

	link_name(n, "device/subsystem", bus, sizeof(bus));
	return *bus != '\0' && strcmp(bus, "xen-backend") != 0 &&
	    strcmp(bus, "xen") != 0;
}

void
probe_nics(const char *root, struct value *facts)
{
	struct value *nics = value_new_array();
	struct dirent **names = NULL;
	struct nic nic = { root, NULL };
	char path[512];
	int n;

	snprintf(path, sizeof(path), "%s/sys/class/net", root);
	n = scandir(path, &names, NULL, by_name);
	for (int i = 0; i < n; i++) {
		nic.name = names[i]->d_name;
		if (nic.name[0] != '.' && is_card(&nic))
			value_add(nics, nic_facts(&nic));
		free(names[i]);
	}
	free(names);
	value_set(facts, "nics", nics);
}

/* /proc/net/route: interface, destination, gateway, flags... in hex. */
static void
gateway(const char *root, char *to, size_t size)
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
		    strcmp(name, BRIDGE) != 0 || destination != 0)
			continue;
		a.s_addr = via;
		snprintf(to, size, "%s", inet_ntoa(a));
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
bridge_address(struct value *m)
{
	struct ifaddrs *all, *a;

	value_set_str(m, "address", "");
	value_set_str(m, "netmask", "");
	if (getifaddrs(&all) == -1)
		return;
	for (a = all; a != NULL; a = a->ifa_next) {
		if (a->ifa_addr == NULL ||
		    a->ifa_addr->sa_family != AF_INET ||
		    strcmp(a->ifa_name, BRIDGE) != 0)
			continue;
		put_address(m, "address", a->ifa_addr);
		put_address(m, "netmask", a->ifa_netmask);
		break;
	}
	freeifaddrs(all);
}

void
probe_management(const char *root, const struct conf *host,
    struct value *facts)
{
	const struct value *nics = value_get(facts, "nics");
	struct value *m = value_new_struct();
	char text[512];

	value_set_str(m, "bridge", BRIDGE);
	value_set_str(m, "mode", conf_get(host, "ipv4", "dhcp"));
	value_set_str(m, "device", conf_get(host, "nic", ""));
	for (size_t i = 0; i < value_len(nics); i++)
		if (strcmp(value_get_str(value_at(nics, i), "bridge"),
		    BRIDGE) == 0)
			value_set_str(m, "device", value_get_str(
			    value_at(nics, i), "device"));
	bridge_address(m);
	gateway(root, text, sizeof(text));
	value_set_str(m, "gateway", text);
	name_servers(root, text, sizeof(text));
	value_set_str(m, "dns", text);
	value_set(facts, "management", m);
}
