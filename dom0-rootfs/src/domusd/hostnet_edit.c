/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "hostnet.h"
#include "hostnet_parts.h"
#include "netplan.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KEY 48

/* Every key of one network; which of them [core] may set. */
static const struct {
	const char *name;
	bool settable;
} keys[] = {
	{ "nic", false }, { "nic-mac", false }, { "bridge", false },
	{ "vlan", false }, { "plugged", true }, { "mtu", true },
	{ "ipv4", true }, { "address", true }, { "netmask", true },
	{ "gateway", true }, { "ipv6", true }, { "address6", true },
	{ "gateway6", true },
};

const char *
hostnet_text(const struct value *v, const char *name)
{
	const char *s = value_get_str(v, name);

	return s != NULL ? s : "";
}

static void
key_of(int n, const char *name, char key[KEY])
{
	if (n == 0)
		snprintf(key, KEY, "%.31s", name);
	else
		snprintf(key, KEY, "net%d.%.31s", n, name);
}

const char *
hostnet_get(const struct conf *c, int n, const char *name)
{
	char key[KEY];

	key_of(n, name, key);
	return conf_get(c, key, NULL);
}

/* NULL or "": there is no such line. */
int
hostnet_put(struct conf *c, int n, const char *name, const char *text,
    struct err *e)
{
	char key[KEY];

	key_of(n, name, key);
	return conf_set(c, key, text != NULL && *text != '\0' ? text : NULL,
	    e);
}

int
hostnet_bridge(struct conf *c, int n, const char *bridge, struct err *e)
{
	char dflt[NIC_NAME];

	snprintf(dflt, sizeof(dflt), BRIDGE_PREFIX "%d", n & 255);
	return hostnet_put(c, n, "bridge", strcmp(bridge, dflt) == 0 ? "" :
	    bridge, e);
}

static bool
is_used(const struct conf *c, int n)
{
	char start[KEY];

	key_of(n, "", start);
	for (size_t i = 0; i < c->n; i++)
		if (strncmp(c->lines[i].key, start, strlen(start)) == 0)
			return true;
	return false;
}

/* xenbrN's N, when that is free. */
static int
free_number(const struct conf *c, const char *bridge, struct err *e)
{
	int n, end = 0;

	if (sscanf(bridge, BRIDGE_PREFIX "%d%n", &n, &end) == 1 &&
	    bridge[end] == '\0' && n > 0 && n < NETWORKS_MAX && !is_used(c, n))
		return n;
	for (n = 1; n < NETWORKS_MAX; n++)
		if (!is_used(c, n))
			return n;
	return err_set(e, "host.conf has %d networks already", NETWORKS_MAX);
}

/* A word of a line: a card, a bond, a bridge. */
int
hostnet_name(const char *what, const char *s, struct err *e)
{
	return *s != '\0' && strlen(s) < NIC_NAME &&
	    strpbrk(s, " \t\n/:#") == NULL ? 0 :
	    err_set(e, "%s \"%.40s\": not a name", what, s);
}

int
hostnet_make(struct conf *c, const struct value *v, const char *device,
    struct err *e)
{
	int n = free_number(c, hostnet_text(v, "bridge"), e);
	struct err ignored;
	char tag[24];
	int64_t vlan;

	if (n == -1 || hostnet_name("device", device, e) == -1 ||
	    hostnet_put(c, n, "nic", device, e) == -1 ||
	    hostnet_bridge(c, n, hostnet_text(v, "bridge"), e) == -1)
		return -1;
	if (value_as_int(value_get(v, "vlan"), &vlan, &ignored) == 0 &&
	    vlan >= 0) {
		snprintf(tag, sizeof(tag), "%lld", (long long)vlan);
		if (hostnet_put(c, n, "vlan", tag, e) == -1)
			return -1;
	}
	return n;
}

static int
put_key(struct conf *c, int n, const char *name, const struct value *v,
    struct err *e)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].settable && strcmp(keys[i].name, name) == 0 &&
		    value_str(v) != NULL)
			return hostnet_put(c, n, name, value_str(v), e);
	return err_set(e, "\"%.40s\" is no key of a network", name);
}

static int
put_servers(struct conf *c, const struct value *list, struct err *e)
{
	const char *s;

	if (!value_is(list, VALUE_ARRAY))
		return 0;
	if (conf_set(c, "name-server", NULL, e) == -1)
		return -1;
	for (size_t i = 0; i < value_len(list); i++) {
		s = value_str(value_at(list, i));
		if (s != NULL && conf_add(c, "name-server", s, e) == -1)
			return -1;
	}
	return 0;
}

static int
set(struct conf *c, const struct value *v, struct err *e)
{
	const struct value *all = value_get(v, "keys");
	const char *bridge = hostnet_text(v, "bridge");
	int n = netplan_number(c, bridge);

	if (n != -1 && value_get(v, "new") != NULL)
		return err_set(e, "host.conf has %s already", bridge);
	if (n == -1)
		n = hostnet_make(c, v, hostnet_text(v, "device"), e);
	if (n == -1)
		return -1;
	for (size_t i = 0; i < value_len(all); i++)
		if (put_key(c, n, value_name_at(all, i), value_at(all, i), e)
		    == -1)
			return -1;
	if (n == 0 && hostnet_get(c, 0, "plugged") != NULL)
		return err_set(e, "the management network stays plugged");
	return put_servers(c, value_get(v, "dns"), e);
}

int
hostnet_drop(struct conf *c, int n, struct err *e)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (hostnet_put(c, n, keys[i].name, NULL, e) == -1)
			return -1;
	return 0;
}

static int
drop(struct conf *c, const struct value *v, struct err *e)
{
	int n = netplan_number(c, hostnet_text(v, "bridge"));

	if (n == 0)
		return err_set(e, "%s is the management network",
		    hostnet_text(v, "bridge"));
	return n == -1 ? 0 : hostnet_drop(c, n, e);
}

/* Whether the network is more than a bridge. */
bool
hostnet_addressed(const struct conf *c, int n)
{
	const char *four = hostnet_get(c, n, "ipv4");
	const char *six = hostnet_get(c, n, "ipv6");

	return n == 0 || (four != NULL && strcmp(four, "none") != 0) ||
	    (six != NULL && strcmp(six, "none") != 0);
}

/* What stands when a key is not there; the two kinds differ. */
static const char *
said(const struct conf *c, int n, const char *name, const char *bridge)
{
	const char *text = hostnet_get(c, n, name);

	if (strcmp(name, "bridge") == 0)
		return bridge;
	if (text != NULL)
		return text;
	if (strcmp(name, "ipv4") == 0)
		return n == 0 ? "dhcp" : "none";
	if (strcmp(name, "ipv6") == 0)
		return n == 0 ? "autoconf" : "none";
	return "";
}

static int
swap_key(struct conf *c, int n, const char *name, const char *const bridge[2],
    struct err *e)
{
	char *a = strdup(said(c, 0, name, bridge[0]));
	char *b = strdup(said(c, n, name, bridge[1]));
	int rc = a == NULL || b == NULL ? err_set(e, "out of memory") : 0;

	if (rc == 0)
		rc = hostnet_put(c, 0, name, b, e);
	if (rc == 0)
		rc = hostnet_put(c, n, name, a, e);
	free(a);
	free(b);
	return rc;
}

static int
management(struct conf *c, const struct value *v, struct err *e)
{
	char now[NIC_NAME];
	const char *const bridge[2] = { now, hostnet_text(v, "bridge") };
	int n = netplan_number(c, bridge[1]);

	if (n == 0)
		return 0;
	if (n == -1 || !hostnet_addressed(c, n))
		return err_set(e, "%.20s has no address", bridge[1]);
	snprintf(now, sizeof(now), "%s", netplan_bridge(c));
	for (size_t i = 0; i < COUNT(keys); i++)
		if (swap_key(c, n, keys[i].name, bridge, e) == -1)
			return -1;
	return hostnet_put(c, 0, "plugged", NULL, e);
}

int
hostnet_edit(struct conf *c, const struct value *change, struct err *e)
{
	static const struct {
		const char *op;
		int (*run)(struct conf *, const struct value *, struct err *);
	} ops[] = {
		{ "set", set }, { "drop", drop }, { "bond", hostnet_bond },
		{ "bond-mode", hostnet_bond_mode },
		{ "unbond", hostnet_unbond },
		{ "management", management },
	};

	for (size_t i = 0; i < COUNT(ops); i++)
		if (strcmp(ops[i].op, hostnet_text(change, "op")) == 0)
			return ops[i].run(c, change, e);
	return err_set(e, "\"%.40s\" is no change of a network",
	    hostnet_text(change, "op"));
}
