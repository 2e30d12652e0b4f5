/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "probe.h"

/* Network cards, bonds and VLANs. */

#define NO_VLAN -1

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

/* What has a device below it is a card; guests' ends have none of PCI's. */
static bool
is_card(const struct nic *n)
{
	char bus[64];

	link_name(n, "device/subsystem", bus, sizeof(bus));
	return *bus != '\0' && strcmp(bus, "xen-backend") != 0 &&
	    strcmp(bus, "xen") != 0;
}

static bool
is_bond(const struct nic *n)
{
	char mode[64];

	return attribute(n, "bonding/mode", mode, sizeof(mode));
}

struct vlan {
	char device[32];	/* the link below */
	int tag;
};

/* /proc/net/vlan/config: "eth0.10 | 10 | eth0", after two lines. */
static bool
vlan_of(const struct nic *n, struct vlan *to)
{
	char path[512], name[32], *text, *line;
	struct err ignored;
	bool found = false;

	snprintf(path, sizeof(path), "%s/proc/net/vlan/config", n->root);
	if (file_read(path, 65536, &text, NULL, &ignored) == -1)
		return false;
	for (line = text; !found && line != NULL && *line != '\0';
	    line = strchr(line, '\n')) {
		line += *line == '\n';
		found = sscanf(line, "%31s | %d | %31s", name, &to->tag,
		    to->device) == 3 && strcmp(name, n->name) == 0;
	}
	free(text);
	return found;
}

/*
 * What the interface is of: the bridge it is in, or the bond.  A VLAN of its
 * link is in a bridge of its own and is another PIF.
 */
static void
masters(const struct nic *n, struct value *v)
{
	char text[64], id[8];
	struct nic master = { n->root, text };
	bool bridge;

	link_name(n, "master", text, sizeof(text));
	bridge = *text != '\0' &&
	    attribute(&master, "bridge/bridge_id", id, sizeof(id));
	value_set_str(v, "bridge", bridge ? text : "");
	value_set_str(v, "bond", bridge ? "" : text);
}

/* "802.3ad 4", in the words of host.conf; nothing of what is no bond. */
static void
put_bond_mode(const struct nic *n, struct value *v)
{
	static const char *const modes[][2] = {
		{ "active-backup", "active-backup" }, { "802.3ad", "lacp" },
		{ "balance-xor", "balance-slb" },
	};
	char text[64];

	attribute(n, "bonding/mode", text, sizeof(text));
	text[strcspn(text, " ")] = '\0';
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i][0], text) == 0)
			value_set_str(v, "bond_mode", modes[i][1]);
}

static struct value *
nic_facts(const struct nic *n, const struct vlan *vlan)
{
	struct value *v = value_new_struct();
	char text[64];
	bool up;

	value_set_str(v, "device", vlan != NULL ? vlan->device : n->name);
	value_set_int(v, "vlan", vlan != NULL ? vlan->tag : NO_VLAN);
	value_set_bool(v, "physical", is_card(n));
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
	masters(n, v);
	if (vlan == NULL)
		put_bond_mode(n, v);
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

void
probe_nics(const char *root, struct value *facts)
{
	struct value *nics = value_new_array();
	struct dirent **names = NULL;
	struct nic nic = { root, NULL };
	struct vlan vlan;
	char path[512];
	int n;

	snprintf(path, sizeof(path), "%s/sys/class/net", root);
	n = scandir(path, &names, NULL, by_name);
	for (int i = 0; i < n; i++) {
		nic.name = names[i]->d_name;
		if (nic.name[0] != '.' && vlan_of(&nic, &vlan))
			value_add(nics, nic_facts(&nic, &vlan));
		else if (nic.name[0] != '.' && (is_card(&nic) ||
		    is_bond(&nic)))
			value_add(nics, nic_facts(&nic, NULL));
		free(names[i]);
	}
	free(names);
	value_set(facts, "nics", nics);
}
