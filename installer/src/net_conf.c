/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "install.h"

/*
 * host.conf's networks; domus-net(8) documents the keys.  Every card of the
 * machine has its line, so that all names stay what they are now.
 */

static int
add_cards(const struct machine *m, struct conf *c, struct err *e)
{
	char line[128];

	for (size_t i = 0; i < m->nnics; i++) {
		const struct nic *n = &m->nics[i];

		snprintf(line, sizeof(line), "%s %s %s", n->name,
		    n->mac[0] != '\0' ? n->mac : "-",
		    n->path[0] != '\0' ? n->path : "-");
		if (conf_add(c, "card", line, e) == -1)
			return -1;
	}
	return 0;
}

static int
add_bond(const struct plan_net *n, struct conf *c, struct err *e)
{
	static const char *const modes[] = {
		[BOND_ACTIVE_BACKUP] = "active-backup",
		[BOND_BALANCE_SLB] = "balance-slb", [BOND_LACP] = "lacp" };
	const struct bond *b = n->said->bond;
	struct buf line = { 0 };
	int rc;

	buf_printf(&line, "%s %s", b->name.text, modes[b->mode]);
	for (unsigned int i = 0; i < n->nnics; i++)
		buf_printf(&line, " %s", n->nics[i]->name);
	rc = buf_ok(&line, e);
	if (rc == 0)
		rc = conf_add(c, "bond", buf_str(&line), e);
	buf_free(&line);
	return rc;
}

static int
add_bonds(const struct plan *p, struct conf *c, struct err *e)
{
	const struct plan_net *nets = p->nets;
	unsigned int first;

	for (unsigned int i = 0; i < p->nnets; i++) {
		if (nets[i].said->bond == NULL)
			continue;
		for (first = 0; nets[first].said->bond != nets[i].said->bond;
		    first++)
			;
		if (first == i && add_bond(&nets[i], c, e) == -1)
			return -1;
	}
	return 0;
}

/* A key that has a value; NULL or "" has none. */
static int
add(struct conf *c, const char *prefix, const char *key, const char *value,
    struct err *e)
{
	char whole[64];

	if (value == NULL || *value == '\0')
		return 0;
	snprintf(whole, sizeof(whole), "%s%s", prefix, key);
	return conf_add(c, whole, value, e);
}

static int
add_number(struct conf *c, const char *prefix, const char *key,
    unsigned int n, struct err *e)
{
	char text[16] = "";

	if (n != 0)
		snprintf(text, sizeof(text), "%u", n);
	return add(c, prefix, key, text, e);
}

static int
add_addresses(const struct network *n, struct conf *c, const char *prefix,
    struct err *e)
{
	static const char *const ways[] = { [PROTO_NONE] = "none",
		[PROTO_DHCP] = "dhcp", [PROTO_STATIC] = "static",
		[PROTO_AUTO] = "autoconf" };

	if (add(c, prefix, "ipv4", ways[n->proto], e) == -1 ||
	    add(c, prefix, "ipv6", ways[n->proto6], e) == -1)
		return -1;
	if (n->proto == PROTO_STATIC &&
	    (add(c, prefix, "address", n->address.text, e) == -1 ||
	    add(c, prefix, "netmask", n->netmask.text, e) == -1 ||
	    add(c, prefix, "gateway", n->gateway.text, e) == -1))
		return -1;
	if (n->proto6 == PROTO_STATIC &&
	    (add(c, prefix, "address6", n->address6.text, e) == -1 ||
	    add(c, prefix, "gateway6", n->gateway6.text, e) == -1))
		return -1;
	return 0;
}

static int
add_net(const struct plan_net *n, struct conf *c, const char *prefix,
    struct err *e)
{
	const struct network *said = n->said;
	const struct nic *nic = n->nics[0];

	if (said->bond != NULL) {
		if (add(c, prefix, "nic", said->bond->name.text, e) == -1)
			return -1;
	} else if (add(c, prefix, "nic", nic->name, e) == -1 ||
	    add(c, prefix, "nic-mac", nic->mac, e) == -1)
		return -1;
	if (add(c, prefix, "label", said->label.text, e) == -1 ||
	    add_number(c, prefix, "vlan", said->vlan, e) == -1 ||
	    add_number(c, prefix, "mtu", said->mtu, e) == -1)
		return -1;
	return add_addresses(said, c, prefix, e);
}

int
net_conf(const struct plan *p, struct conf *c, struct err *e)
{
	const struct values *servers = &p->answers->name_servers;
	char prefix[16] = "";

	if (add_cards(p->machine, c, e) == -1 || add_bonds(p, c, e) == -1)
		return -1;
	for (unsigned int i = 0; i < p->nnets; i++) {
		if (i > 0)
			snprintf(prefix, sizeof(prefix), "net%u.", i);
		if (add_net(&p->nets[i], c, prefix, e) == -1)
			return -1;
	}
	for (size_t i = 0; i < servers->n; i++)
		if (conf_add(c, "name-server", servers->list[i].text, e) == -1)
			return -1;
	return 0;
}
