/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "hostnet_parts.h"
#include "netplan.h"

/* Bonds in host.conf: "bond NAME MODE CARD...", and what lies on them. */

/* The line of that bond; NULL: none. */
static struct conf_line *
bond_line(struct conf *c, const char *bond)
{
	size_t len = strlen(bond);

	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->lines[i].key, "bond") == 0 &&
		    strncmp(c->lines[i].value, bond, len) == 0 &&
		    c->lines[i].value[len] == ' ')
			return &c->lines[i];
	return NULL;
}

static bool
among(const struct value *list, const char *s)
{
	return s != NULL && value_find_str(list, s) != -1;
}

/* The network's card is one of them; as in netplan.h, the MAC counts more. */
static bool
on_cards(const struct conf *c, int n, const struct value *v)
{
	const char *mac = hostnet_get(c, n, "nic-mac");

	return mac != NULL ? among(value_get(v, "macs"), mac) :
	    among(value_get(v, "cards"), hostnet_get(c, n, "nic"));
}

/* What is on the cards goes on the bond: VLANs, and the network `primary'. */
static int
move_to_bond(struct conf *c, const struct value *v, int primary,
    const char *bond, struct err *e)
{
	for (int n = 0; n < NETWORKS_MAX; n++) {
		if (n != primary && !on_cards(c, n, v))
			continue;
		if (n != primary && hostnet_get(c, n, "vlan") == NULL) {
			if (n == 0)
				return err_set(e, "the management network is "
				    "on one of the cards");
			if (hostnet_drop(c, n, e) == -1)
				return -1;
		} else if (hostnet_put(c, n, "nic", bond, e) == -1 ||
		    hostnet_put(c, n, "nic-mac", NULL, e) == -1) {
			return -1;
		}
	}
	return 0;
}

static int
bond_add(struct conf *c, const char *bond, const char *mode,
    const struct value *cards, struct err *e)
{
	char line[PORTS_MAX * NIC_NAME + 64];
	const char *card;
	int len;

	if (value_len(cards) < 1 || value_len(cards) > PORTS_MAX ||
	    hostnet_name("mode", mode, e) == -1)
		return err_set(e, "%s: not 1 to %d cards", bond, PORTS_MAX);
	len = snprintf(line, sizeof(line), "%s %s", bond, mode);
	for (size_t i = 0; i < value_len(cards); i++) {
		card = value_str(value_at(cards, i));
		if (card == NULL || hostnet_name("card", card, e) == -1)
			return err_set(e, "%s: a card without a name", bond);
		len += snprintf(line + len, sizeof(line) - (size_t)len, " %s",
		    card);
	}
	return conf_add(c, "bond", line, e);
}

int
hostnet_bond(struct conf *c, const struct value *v, struct err *e)
{
	const char *name = hostnet_text(v, "bond");
	const char *from = hostnet_text(v, "primary");
	const char *bridge = hostnet_text(v, "bridge");
	const struct value *cards = value_get(v, "cards");
	int n = *from != '\0' ? netplan_number(c, from) : -1;

	if (hostnet_name("bond", name, e) == -1 ||
	    hostnet_name("bridge", bridge, e) == -1)
		return -1;
	if (bond_line(c, name) != NULL)
		return err_set(e, "host.conf has %s already", name);
	if (netplan_number(c, bridge) != -1)
		return err_set(e, "host.conf has %s already", bridge);
	if (bond_add(c, name, hostnet_text(v, "mode"), cards, e) == -1 ||
	    move_to_bond(c, v, n, name, e) == -1)
		return -1;
	if (n == -1)
		n = hostnet_make(c, v, name, e);
	else if (hostnet_bridge(c, n, bridge, e) == -1)
		return -1;
	if (n == -1)
		return -1;
	return hostnet_put(c, n, "mtu", hostnet_text(v, "mtu"), e);
}

int
hostnet_bond_mode(struct conf *c, const struct value *v, struct err *e)
{
	struct conf_line *line = bond_line(c, hostnet_text(v, "bond"));
	const char *cards;
	char *now = NULL;

	if (line == NULL)
		return err_set(e, "host.conf has no bond %.20s",
		    hostnet_text(v, "bond"));
	if (hostnet_name("mode", hostnet_text(v, "mode"), e) == -1)
		return -1;
	cards = line->value + strlen(hostnet_text(v, "bond")) + 1;
	cards += strcspn(cards, " ");
	if (asprintf(&now, "%s %s%s", hostnet_text(v, "bond"),
	    hostnet_text(v, "mode"), cards) == -1)
		return err_set(e, "out of memory");
	free(line->value);
	line->value = now;
	return 0;
}

static void
bond_remove(struct conf *c, const char *name)
{
	struct conf_line *line = bond_line(c, name);
	size_t at = (size_t)(line - c->lines);

	free(line->key);
	free(line->value);
	memmove(line, line + 1, (c->n - at - 1) * sizeof(*line));
	c->n--;
}

int
hostnet_unbond(struct conf *c, const struct value *v, struct err *e)
{
	const char *name = hostnet_text(v, "bond");
	const char *card = hostnet_text(v, "card"), *nic;

	if (bond_line(c, name) == NULL)
		return err_set(e, "host.conf has no bond %.20s", name);
	if (hostnet_name("card", card, e) == -1 ||
	    hostnet_name("bridge", hostnet_text(v, "bridge"), e) == -1)
		return -1;
	bond_remove(c, name);
	for (int n = 0; n < NETWORKS_MAX; n++) {
		nic = hostnet_get(c, n, "nic");
		if (nic == NULL || strcmp(nic, name) != 0)
			continue;
		if (hostnet_get(c, n, "vlan") == NULL &&
		    !hostnet_addressed(c, n)) {
			if (hostnet_drop(c, n, e) == -1)
				return -1;
			continue;
		}
		if (hostnet_put(c, n, "nic", card, e) == -1 ||
		    (hostnet_get(c, n, "vlan") == NULL && hostnet_bridge(c, n,
		    hostnet_text(v, "bridge"), e) == -1))
			return -1;
	}
	return 0;
}
