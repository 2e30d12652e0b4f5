/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "netplan.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Where the keys of one network are: "" or "net1." before each. */
struct from {
	const struct conf *host;
	const struct nics *nics;
	char prefix[8];
	char key[32];
};

static const char *
key(struct from *f, const char *name)
{
	snprintf(f->key, sizeof(f->key), "%s%s", f->prefix, name);
	return f->key;
}

static const char *
get(struct from *f, const char *name)
{
	return conf_get(f->host, key(f, name), NULL);
}

/* "bond0 lacp eth0 eth1": the line of that bond, or NULL. */
static const char *
bond_line(const struct conf *host, const char *name)
{
	size_t len = strlen(name);
	const char *line;

	for (size_t i = 0; (line = conf_nth(host, "bond", i)) != NULL; i++)
		if (strncmp(line, name, len) == 0 && line[len] == ' ')
			return line + len + 1;
	return NULL;
}

static void
note(struct netplan *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
note(struct netplan *p, const char *fmt, ...)
{
	size_t len = strlen(p->note);
	va_list ap;

	if (len > 0 && len + 3 < sizeof(p->note))
		len += (size_t)sprintf(p->note + len, "; ");
	va_start(ap, fmt);
	vsnprintf(p->note + len, sizeof(p->note) - len, fmt, ap);
	va_end(ap);
}

static int
bond_take(struct from *f, const char *line, struct network *n,
    struct netplan *p, struct err *e)
{
	static const struct {
		const char *name;
		enum bond bond;
	} modes[] = {
		{ "active-backup", BOND_BACKUP }, { "balance-slb", BOND_SLB },
		{ "lacp", BOND_LACP },
	};
	size_t len = strcspn(line, " "), i;
	char port[NIC_NAME];
	int used;

	for (i = 0; i < COUNT(modes); i++)
		if (strlen(modes[i].name) == len &&
		    strncmp(line, modes[i].name, len) == 0)
			break;
	if (i == COUNT(modes))
		return err_set(e, "host.conf: %s: mode \"%.*s\": not "
		    "active-backup, balance-slb or lacp", n->link, (int)len,
		    line);
	n->bond = modes[i].bond;
	for (line += len; sscanf(line, "%15s%n", port, &used) == 1;
	    line += used) {
		if (n->nports == PORTS_MAX)
			return err_set(e, "host.conf: %s: more than %d cards",
			    n->link, PORTS_MAX);
		if (nics_by_name(f->nics, port) == NULL)
			note(p, "%s's network card %s is not there", n->link,
			    port);
		else
			memcpy(n->ports[n->nports++], port, sizeof(port));
	}
	return n->nports > 0 ? 0 : err_set(e, "none of %s's network cards is "
	    "there", n->link);
}

static int
card_take(struct from *f, struct network *n, struct netplan *p, struct err *e)
{
	const char *name = get(f, "nic"), *mac = get(f, "nic-mac");
	const struct nic *nic = NULL;

	if (f->nics->n == 0)
		return err_set(e, "no network card was found");
	if (mac == NULL && name == NULL)
		nic = &f->nics->list[0];
	else if (mac != NULL)
		nic = nics_by_mac(f->nics, mac);
	if (nic == NULL) {
		nic = name != NULL ? nics_by_name(f->nics, name) : NULL;
		/* another network's card is no replacement */
		if (nic == NULL && f->nics->n == 1 && *f->prefix == '\0')
			nic = &f->nics->list[0];
		if (nic == NULL)
			return err_set(e, "none of %zu network cards is %s%s"
			    "%s", f->nics->n, name != NULL ? name : "",
			    name != NULL && mac != NULL ? " or has " : "",
			    mac != NULL ? mac : "");
		if (mac != NULL || strcmp(nic->name, name) != 0)
			note(p, "host.conf's network card (%s%s%s) is not "
			    "there: using %s", name != NULL ? name : "",
			    name != NULL && mac != NULL ? ", " : "",
			    mac != NULL ? mac : "", nic->name);
	}
	memcpy(n->link, nic->name, sizeof(n->link));
	return 0;
}

static int
link_take(struct from *f, struct network *n, struct netplan *p, struct err *e)
{
	const char *name = get(f, "nic");
	const char *line = name != NULL ? bond_line(f->host, name) : NULL;

	if (line == NULL)
		return card_take(f, n, p, e);
	if (strlen(name) >= sizeof(n->link))
		return err_set(e, "host.conf: bond %s: the name is too long",
		    name);
	snprintf(n->link, sizeof(n->link), "%s", name);
	return bond_take(f, line, n, p, e);
}

static int
number_take(struct from *f, const char *name, unsigned int min,
    unsigned int max, unsigned int *to, struct err *e)
{
	const char *text = get(f, name);
	size_t digits = text != NULL ? strspn(text, "0123456789") : 0;
	unsigned long value;

	*to = 0;
	if (text == NULL)
		return 0;
	value = digits > 0 && digits < 6 ? strtoul(text, NULL, 10) : 0;
	if (text[digits] != '\0' || value < min || value > max)
		return err_set(e, "host.conf: %s %s: not a number from %u to "
		    "%u", f->key, text, min, max);
	*to = (unsigned int)value;
	return 0;
}

/* The index of a word in a table that ends with NULL. */
static int
word_take(struct from *f, const char *name, const char *dflt,
    const char *const words[], int *to, struct err *e)
{
	const char *text = get(f, name);

	if (text == NULL)
		text = dflt;
	for (*to = 0; words[*to] != NULL; (*to)++)
		if (strcmp(words[*to], text) == 0)
			return 0;
	return err_set(e, "host.conf: %s \"%s\": not one of the known ways",
	    f->key, text);
}

static int
address_take(struct from *f, const char *name, int family, struct ip *to,
    struct err *e)
{
	const char *text = get(f, name);

	*to = (struct ip){ 0 };
	if (text != NULL && !ip_parse(to, family, text))
		return err_set(e, "host.conf: %s \"%s\": not an IPv%d address",
		    f->key, text, family == AF_INET ? 4 : 6);
	return 0;
}

static int
static4_take(struct from *f, struct network *n, struct err *e)
{
	const char *mask;
	char text[IP_TEXT];
	int bits;

	if (address_take(f, "address", AF_INET, &n->address, e) == -1 ||
	    address_take(f, "gateway", AF_INET, &n->gateway, e) == -1)
		return -1;
	if (n->address.family == 0)
		return err_set(e, "host.conf: no %s", key(f, "address"));
	mask = get(f, "netmask");
	if (mask == NULL)
		return err_set(e, "host.conf: no %s", f->key);
	bits = netmask_bits(mask);
	if (bits < 1)
		return err_set(e, "host.conf: %s %s: not a netmask", f->key,
		    mask);
	n->address.bits = (unsigned int)bits;
	if (n->gateway.family != 0 && !ip_same_net(&n->address, &n->gateway))
		return err_set(e, "host.conf: %s %s: not in the network of "
		    "%s/%d", key(f, "gateway"), get(f, "gateway"),
		    ip_text(&n->address, text), bits);
	return 0;
}

/* A gateway of IPv6 may be link-local, which is on every link. */
static int
static6_take(struct from *f, struct network *n, struct err *e)
{
	const char *text = get(f, "address6");
	struct ip local;

	if (text == NULL)
		return err_set(e, "host.conf: no %s", f->key);
	if (!ip_parse_prefix(&n->address6, AF_INET6, text))
		return err_set(e, "host.conf: %s \"%s\": not an IPv6 address "
		    "with its prefix's length", f->key, text);
	if (address_take(f, "gateway6", AF_INET6, &n->gateway6, e) == -1)
		return -1;
	ip_parse_prefix(&local, AF_INET6, "fe80::/10");
	if (n->gateway6.family != 0 &&
	    !ip_same_net(&n->address6, &n->gateway6) &&
	    !ip_same_net(&local, &n->gateway6))
		return err_set(e, "host.conf: %s %s: not in the network of %s",
		    f->key, get(f, "gateway6"), text);
	return 0;
}

static int
bridge_take(struct from *f, struct network *n, struct err *e)
{
	const char *text = get(f, "bridge");

	if (text == NULL) {
		snprintf(n->bridge, sizeof(n->bridge), BRIDGE_PREFIX "%u",
		    n->number & 255);
		return 0;
	}
	if (*text == '\0' || *text == '.' || strlen(text) >= NIC_NAME ||
	    strpbrk(text, " /:") != NULL)
		return err_set(e, "host.conf: %s \"%s\": not a bridge's name",
		    f->key, text);
	snprintf(n->bridge, sizeof(n->bridge), "%s", text);
	return 0;
}

static int
network_take(struct from *f, struct network *n, struct netplan *p,
    struct err *e)
{
	static const char *const ways4[] = { [IPV4_NONE] = "none",
		[IPV4_DHCP] = "dhcp", [IPV4_STATIC] = "static", NULL };
	static const char *const ways6[] = { [IPV6_NONE] = "none",
		[IPV6_AUTO] = "autoconf", [IPV6_DHCP] = "dhcp",
		[IPV6_STATIC] = "static", NULL };
	bool first = *f->prefix == '\0';
	int way4, way6;

	/* hosts that were installed before the key was there have SLAAC */
	if (bridge_take(f, n, e) == -1 || link_take(f, n, p, e) == -1 ||
	    number_take(f, "vlan", 1, 4094, &n->vlan, e) == -1 ||
	    number_take(f, "mtu", 576, 65535, &n->mtu, e) == -1 ||
	    word_take(f, "ipv4", first ? "dhcp" : "none", ways4, &way4, e) ==
	    -1 || word_take(f, "ipv6", first ? "autoconf" : "none", ways6,
	    &way6, e) == -1)
		return -1;
	n->ipv4 = (enum ipv4)way4;
	n->ipv6 = (enum ipv6)way6;
	if (n->ipv4 == IPV4_STATIC && static4_take(f, n, e) == -1)
		return -1;
	return n->ipv6 == IPV6_STATIC ? static6_take(f, n, e) : 0;
}

static bool
is_there(const struct conf *host, const char *prefix)
{
	for (size_t i = 0; i < host->n; i++)
		if (strncmp(host->lines[i].key, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

/* There are keys of it, and it is not unplugged. */
static bool
is_planned(struct from *f, unsigned int number)
{
	const char *plugged;

	*f->prefix = '\0';
	if (number == 0)
		return true;
	snprintf(f->prefix, sizeof(f->prefix), "net%u.", number & 255);
	plugged = get(f, "plugged");
	return is_there(f->host, f->prefix) &&
	    (plugged == NULL || strcmp(plugged, "no") != 0);
}

int
netplan_make(const struct conf *host, const struct nics *n,
    struct netplan *p, struct err *e)
{
	struct from f = { host, n, "", "" };
	struct network *next;
	struct err why;
	int rc = 0;

	*p = (struct netplan){ 0 };
	for (unsigned int i = 0; i < NETWORKS_MAX; i++) {
		if (!is_planned(&f, i))
			continue;
		next = &p->list[p->n];
		*next = (struct network){ .number = i, .metric = i * 100 };
		if (network_take(&f, next, p, &why) == 0) {
			p->n++;
			continue;
		}
		if (rc == -1)
			err_in(e, "%s", why.text);
		else
			*e = why;
		rc = -1;
	}
	return rc;
}

static bool
link_is_there(struct from *f)
{
	const char *name = get(f, "nic"), *mac = get(f, "nic-mac"), *line;
	char port[NIC_NAME];
	int used;

	line = name != NULL ? bond_line(f->host, name) : NULL;
	if (line == NULL)
		return mac == NULL && name == NULL ? f->nics->n > 0 :
		    (mac != NULL ? nics_by_mac(f->nics, mac) :
		    nics_by_name(f->nics, name)) != NULL;
	for (line += strcspn(line, " "); sscanf(line, "%15s%n", port, &used)
	    == 1; line += used)
		if (nics_by_name(f->nics, port) == NULL)
			return false;
	return true;
}

bool
netplan_settled(const struct conf *host, const struct nics *n)
{
	struct from f = { host, n, "", "" };

	for (unsigned int i = 0; i < NETWORKS_MAX; i++)
		if (is_planned(&f, i) && !link_is_there(&f))
			return false;
	return true;
}
