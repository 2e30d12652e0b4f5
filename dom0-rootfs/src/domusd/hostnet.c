/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"
#include "hostnet.h"
#include "netplan.h"
#include "xen.h"

bool
hostnet_open(const char *state)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/etc/host.conf.before", state);
	return access(path, F_OK) == 0;
}

/* The host.conf that it would be, in a file beside it. */
static int
write_new(const char *state, const struct value *change, const char *path,
    struct err *e)
{
	struct conf c = { 0 };
	char now[512];
	int rc;

	snprintf(now, sizeof(now), "%s/etc/host.conf", state);
	rc = conf_read(now, &c, e);
	if (rc == 0)
		rc = hostnet_edit(&c, change, e);
	if (rc == 0)
		rc = conf_write(&c, path, 0644, e);
	conf_free(&c);
	return rc;
}

static int
answer(struct xen *x, const char *state, struct reply *r, struct err *e)
{
	static const char *const names[] = { "nics", "management" };
	struct value *facts = xen_facts(x, e), *v;

	if (facts == NULL)
		return -1;
	v = value_new_struct();
	value_set_bool(v, "open", hostnet_open(state));
	for (size_t i = 0; i < 2; i++)
		if (value_get(facts, names[i]) != NULL)
			value_set(v, names[i],
			    value_copy(value_get(facts, names[i])));
	value_free(facts);
	reply_set(r, v);
	return 0;
}

int
hostnet_change(struct xen *x, const char *state, const struct value *change,
    struct reply *r, struct err *e)
{
	char path[512];
	int rc;

	if (hostnet_open(state)) {
		reply_fail(r, "OTHER_OPERATION_IN_PROGRESS", "host",
		    "an earlier change of the network is not confirmed yet",
		    NULL);
		return 0;
	}
	snprintf(path, sizeof(path), "%s/etc/host.conf.new", state);
	rc = write_new(state, change, path, e);
	if (rc == 0)
		rc = xen_net_try(x, path, e);
	unlink(path);
	return rc == 0 ? answer(x, state, r, e) : -1;
}

static struct value *
nic_of(struct value *nics, const char *device, int64_t tag)
{
	struct value *v;
	struct err ignored;
	int64_t have;

	for (size_t i = 0; i < value_len(nics); i++) {
		v = value_at(nics, i);
		if (value_as_int(value_get(v, "vlan"), &have, &ignored) == -1)
			have = -1;
		if (strcmp(value_get_str(v, "device"), device) == 0 &&
		    have == tag)
			return v;
	}
	return NULL;
}

static struct value *
add_nic(struct value *nics, const char *device, int64_t tag)
{
	struct value *v = value_new_struct();

	value_set_str(v, "device", device);
	value_set_int(v, "vlan", tag);
	value_set_bool(v, "physical", false);
	value_set_str(v, "mac", "");
	value_set_int(v, "mtu", 1500);
	value_set_str(v, "bridge", "");
	value_set_str(v, "bond", "");
	value_add(nics, v);
	return v;
}

static void
bond_unplugged(struct value *nics, const char *line)
{
	char name[NIC_NAME], mode[NIC_NAME], card[NIC_NAME];
	struct value *v;
	int used;

	if (sscanf(line, "%15s %15s%n", name, mode, &used) != 2 ||
	    nic_of(nics, name, -1) != NULL)
		return;
	v = add_nic(nics, name, -1);
	value_set_str(v, "bond_mode", mode);
	for (line += used; sscanf(line, "%15s%n", card, &used) == 1;
	    line += used) {
		v = nic_of(nics, card, -1);
		if (v != NULL && *value_get_str(v, "bridge") == '\0')
			value_set_str(v, "bond", name);
	}
}

static const char *
of_network(const struct conf *c, int n, const char *name)
{
	char key[48];

	snprintf(key, sizeof(key), "net%d.%s", n, name);
	return conf_get(c, key, "");
}

/* How it is addressed when it is plugged, as PIFs say it. */
static struct value *
ip_of(const struct conf *c, int n)
{
	static const char *const names[][2] = { { "mode", "ipv4" },
		{ "mode6", "ipv6" }, { "address", "address" },
		{ "netmask", "netmask" }, { "gateway", "gateway" },
		{ "gateway6", "gateway6" } };
	struct value *ip = value_new_struct(), *six = value_new_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		value_set_str(ip, names[i][0], of_network(c, n, names[i][1]));
	if (*of_network(c, n, "address6") != '\0')
		value_add_str(six, of_network(c, n, "address6"));
	value_set(ip, "addresses6", six);
	return ip;
}

static void
network_unplugged(const struct conf *c, int n, struct value *nics)
{
	const char *device = of_network(c, n, "nic");
	const char *bridge = of_network(c, n, "bridge");
	int tag = -1;
	struct value *v;

	if (*device == '\0' || strcmp(of_network(c, n, "plugged"), "no") != 0)
		return;
	sscanf(of_network(c, n, "vlan"), "%d", &tag);
	v = nic_of(nics, device, tag);
	if (v == NULL && tag != -1)
		v = add_nic(nics, device, tag);
	if (v == NULL || *value_get_str(v, "bridge") != '\0')
		return;
	value_set(v, "network", *bridge != '\0' ? value_new_str(bridge) :
	    value_new_fmt(BRIDGE_PREFIX "%d", n));
	value_set(v, "ip", ip_of(c, n));
}

void
hostnet_unplugged(const struct conf *c, struct value *facts)
{
	struct value *nics = value_get(facts, "nics");
	const char *line;

	for (size_t i = 0; (line = conf_nth(c, "bond", i)) != NULL; i++)
		bond_unplugged(nics, line);
	for (int n = 1; n < NETWORKS_MAX; n++)
		network_unplugged(c, n, nics);
}
