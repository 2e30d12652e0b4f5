/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "netboot.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WORD 1024

static int
number(const char *text, unsigned int min, unsigned int max, unsigned int *to)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n = digits > 0 && digits < 6 ? strtoul(text, NULL, 10) :
	    0;

	if (text[digits] != '\0' || n < min || n > max)
		return -1;
	*to = (unsigned int)n;
	return 0;
}

static int
take_ip(struct netboot *b, const char *text)
{
	unsigned int bits = b->shape.address.bits;

	if (!ip_parse(&b->shape.address, AF_INET, text))
		return -1;
	b->shape.address.bits = bits;
	return 0;
}

static int
take_netmask(struct netboot *b, const char *text)
{
	int bits = netmask_bits(text);

	if (bits < 1)
		return -1;
	b->shape.address.bits = (unsigned int)bits;
	return 0;
}

static int
take_gateway(struct netboot *b, const char *text)
{
	return ip_parse(&b->shape.gateway, AF_INET, text) ? 0 : -1;
}

static int
take_ipv6(struct netboot *b, const char *text)
{
	b->shape.ipv6 = IPV6_STATIC;
	return ip_parse_prefix(&b->shape.address6, AF_INET6, text) ? 0 : -1;
}

static int
take_gatewayv6(struct netboot *b, const char *text)
{
	return ip_parse(&b->shape.gateway6, AF_INET6, text) ? 0 : -1;
}

static int
take_dns(struct netboot *b, const char *text)
{
	struct lease *l = &b->told;
	char one[IP_TEXT];
	size_t len;

	for (; *text != '\0'; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		if (len == 0 || len >= sizeof(one) || l->ndns ==
		    LEASE_SERVERS)
			return -1;
		snprintf(one, sizeof(one), "%.*s", (int)len, text);
		if (!ip_parse(&l->dns[l->ndns], AF_INET, one) &&
		    !ip_parse(&l->dns[l->ndns], AF_INET6, one))
			return -1;
		l->ndns++;
	}
	return 0;
}

static int
take_domain(struct netboot *b, const char *text)
{
	lease_name(text, b->told.domain, sizeof(b->told.domain));
	return *b->told.domain != '\0' ? 0 : -1;
}

static int
take_vlan(struct netboot *b, const char *text)
{
	return number(text, 1, 4094, &b->shape.vlan);
}

static int
take_mtu(struct netboot *b, const char *text)
{
	return number(text, 576, 65535, &b->shape.mtu);
}

static const struct part {
	const char *name;
	bool with_dhcp;
	int (*take)(struct netboot *, const char *);
} parts[] = {
	{ "ip",		false,	take_ip },
	{ "netmask",	false,	take_netmask },
	{ "gateway",	false,	take_gateway },
	{ "ipv6",	false,	take_ipv6 },
	{ "gatewayv6",	false,	take_gatewayv6 },
	{ "dns",	true,	take_dns },
	{ "domain",	true,	take_domain },
	{ "vlan",	true,	take_vlan },
	{ "mtu",	true,	take_mtu },
};

static int
part_take(struct netboot *b, char *text, bool dhcp, struct err *e)
{
	char *value = strchr(text, '=');

	if (value != NULL)
		*value++ = '\0';
	for (size_t i = 0; value != NULL && i < COUNT(parts); i++) {
		if (strcmp(parts[i].name, text) != 0)
			continue;
		if (dhcp && !parts[i].with_dhcp)
			return err_set(e, "network_config=dhcp: %s goes with "
			    "static only", text);
		if (parts[i].take(b, value) == -1)
			return err_set(e, "network_config=: %s=%s: cannot be",
			    text, value);
		return 0;
	}
	return err_set(e, "network_config=: \"%s\": not one of ip=, netmask=, "
	    "gateway=, ipv6=, gatewayv6=, dns=, domain=, vlan=, mtu=", text);
}

static int
static_check(const struct network *n, struct err *e)
{
	if (n->address.family == 0 && n->address6.family == 0)
		return err_set(e, "network_config=static: no ip=");
	if (n->address.family != 0 && n->address.bits == 0)
		return err_set(e, "network_config=static: no netmask=");
	if (n->gateway.family != 0 && !ip_same_net(&n->address, &n->gateway))
		return err_set(e, "network_config=static: gateway= is not in "
		    "the network of ip= and netmask=");
	return 0;
}

int
netboot_config(struct netboot *b, const char *text, struct err *e)
{
	size_t len = strcspn(text, ":;");
	bool dhcp = len == 4 && strncmp(text, "dhcp", len) == 0;
	char copy[WORD], *rest, *w;

	b->shape = (struct network){ .ipv4 = dhcp ? IPV4_DHCP : IPV4_STATIC,
	    .ipv6 = dhcp ? IPV6_ANY : IPV6_NONE };
	if (!dhcp && (len != 6 || strncmp(text, "static", len) != 0))
		return err_set(e, "network_config=%s: not dhcp or static:",
		    text);
	if (strlen(text) >= sizeof(copy))
		return err_set(e, "network_config=: too long");
	snprintf(copy, sizeof(copy), "%s", text[len] != '\0' ? text + len + 1 :
	    "");
	for (w = strtok_r(copy, ";", &rest); w != NULL;
	    w = strtok_r(NULL, ";", &rest))
		if (part_take(b, w, dhcp, e) == -1)
			return -1;
	if (!dhcp && b->shape.address.family == 0)
		b->shape.ipv4 = IPV4_NONE;
	return dhcp ? 0 : static_check(&b->shape, e);
}

static int
word_take(struct netboot *b, const char *word, struct err *e)
{
	const char *value = strchr(word, '=');
	size_t len = value != NULL ? (size_t)(value++ - word) : 0;

	if (value == NULL)
		return 0;
	if (strncmp(word, "network_device=", len + 1) == 0 ||
	    strncmp(word, "answerfile_device=", len + 1) == 0) {
		if (strlen(value) >= sizeof(b->device))
			return err_set(e, "%s: too long", word);
		snprintf(b->device, sizeof(b->device), "%s", value);
		return 0;
	}
	if (strncmp(word, "network_config=", len + 1) == 0)
		return netboot_config(b, value, e);
	if (strncmp(word, "map_netdev=", len + 1) == 0)
		return nic_rules_map(&b->map, value, e);
	return 0;
}

/* One word, its quotes taken off; where the next begins, or NULL. */
static const char *
next_word(const char *at, char word[WORD])
{
	char quote = '\0';
	size_t n = 0;

	at += strspn(at, " \t\n");
	if (*at == '\0')
		return NULL;
	for (; *at != '\0' && (quote != '\0' || strchr(" \t\n", *at) == NULL);
	    at++) {
		if (quote == '\0' && (*at == '"' || *at == '\''))
			quote = *at;
		else if (*at == quote && quote != '\0')
			quote = '\0';
		else if (n + 1 < WORD)
			word[n++] = *at;
	}
	word[n] = '\0';
	return at;
}

int
netboot_parse(const char *cmdline, struct netboot *b, struct err *e)
{
	char word[WORD];
	struct err none;
	int rc = 0;

	*b = (struct netboot){ .shape = { .ipv4 = IPV4_DHCP,
	    .ipv6 = IPV6_ANY } };
	while ((cmdline = next_word(cmdline, word)) != NULL)
		if (word_take(b, word, rc == 0 ? e : &none) == -1)
			rc = -1;
	return rc;
}

static bool
wants_all(const struct netboot *b)
{
	return *b->device == '\0' || strcmp(b->device, "all") == 0;
}

static const struct nic *
card_by(const struct nics *n, const char *text)
{
	const struct nic *nic = nics_by_name(n, text);

	return nic != NULL ? nic : nics_by_mac(n, text);
}

static void
add(struct netplan *p, const struct netboot *b, const struct nic *nic)
{
	struct network *n = &p->list[p->n];

	if (p->n == NETWORKS_MAX)
		return;
	*n = b->shape;
	memcpy(n->link, nic->name, sizeof(n->link));
	n->metric = (unsigned int)p->n * 100;
	p->n++;
}

static int
no_card(const struct nics *n, const char *text, struct err *e)
{
	char list[512] = "none";
	size_t len = 0;

	for (size_t i = 0; i < n->n && len + 40 < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
		    "%s%s (%s)", i > 0 ? ", " : "", n->list[i].name,
		    n->list[i].mac);
	return err_set(e, "network_device=%s: no such network card; this "
	    "machine has %s", text, list);
}

int
netboot_plan(const struct netboot *b, const struct nics *n,
    struct netplan *p, struct err *e)
{
	char copy[sizeof(b->device)], *rest, *w;
	const struct nic *nic;

	*p = (struct netplan){ 0 };
	if (n->n == 0)
		return err_set(e, "no network card was found");
	for (size_t i = 0; wants_all(b) && i < n->n; i++)
		add(p, b, &n->list[i]);
	memcpy(copy, b->device, sizeof(copy));
	for (w = wants_all(b) ? NULL : strtok_r(copy, ",", &rest); w != NULL;
	    w = strtok_r(NULL, ",", &rest)) {
		nic = card_by(n, w);
		if (nic == NULL)
			return no_card(n, w, e);
		add(p, b, nic);
	}
	if (b->shape.ipv4 != IPV4_DHCP && p->n > 1)
		return err_set(e, "network_config=static: %zu network cards "
		    "would have that address: name one by network_device=",
		    p->n);
	return 0;
}

bool
netboot_settled(const struct netboot *b, const struct nics *n)
{
	char copy[sizeof(b->device)], *rest, *w;

	if (wants_all(b))
		return n->n > 0;
	memcpy(copy, b->device, sizeof(copy));
	for (w = strtok_r(copy, ",", &rest); w != NULL;
	    w = strtok_r(NULL, ",", &rest))
		if (card_by(n, w) == NULL)
			return false;
	return true;
}
