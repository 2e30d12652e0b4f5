/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "hostnet.h"
#include "netplan.h"
#include "xen_fake.h"

/*
 * A kernel and a domus-net(8) for tests: what host.conf says is so.  A change
 * of the management network takes itself back after TRIAL_S, unless somebody
 * has spoken; and nobody can, who is not on loopback.
 */

#define TRIAL_S 5
#define FILE_MAX (1 << 20)

static void
path_of(const struct fake_net *f, const char *name, char path[512])
{
	snprintf(path, 512, "%s/etc/host.conf%s", f->state, name);
}

static void
take_cards(const struct value *nics, struct nics *n)
{
	const struct value *v;

	n->n = 0;
	for (size_t i = 0; i < value_len(nics) && n->n < NICS_MAX; i++) {
		v = value_at(nics, i);
		n->list[n->n] = (struct nic){ 0 };
		snprintf(n->list[n->n].name, NIC_NAME, "%.15s",
		    value_get_str(v, "device"));
		snprintf(n->list[n->n].mac, sizeof(n->list[0].mac), "%.17s",
		    value_get_str(v, "mac"));
		n->n++;
	}
}

static struct value *
nic_of(struct value *nics, const char *device)
{
	for (size_t i = 0; i < value_len(nics); i++)
		if (strcmp(value_get_str(value_at(nics, i), "device"), device)
		    == 0)
			return value_at(nics, i);
	return NULL;
}

static struct value *
new_nic(const char *device, const struct value *card, int tag)
{
	struct value *v = value_copy(card);

	value_set_str(v, "device", device);
	value_set_bool(v, "physical", false);
	value_set_int(v, "vlan", tag);
	value_set_str(v, "bridge", "");
	value_set_str(v, "bond", "");
	return v;
}

static struct value *
link_of(struct value *nics, const struct network *n)
{
	static const char *const modes[] = { "", "active-backup",
		"balance-slb", "lacp" };
	struct value *link = nic_of(nics, n->link);

	if (link == NULL) {
		link = new_nic(n->link, nic_of(nics, n->ports[0]), -1);
		value_set_str(link, "bond_mode", modes[n->bond]);
		value_add(nics, link);
	}
	for (size_t i = 0; i < n->nports; i++)
		value_set_str(nic_of(nics, n->ports[i]), "bond", n->link);
	return link;
}

static struct value *
ip_of(const struct network *n, struct value *ip)
{
	static const char *const ways4[] = { "none", "dhcp", "static" };
	static const char *const ways6[] = { "none", "autoconf", "dhcp",
		"static", "autoconf" };
	struct value *six = value_new_array();
	char text[IP_TEXT];

	value_set_str(ip, "mode", ways4[n->ipv4]);
	value_set_str(ip, "mode6", ways6[n->ipv6]);
	value_set_str(ip, "address", n->ipv4 == IPV4_STATIC ?
	    ip_text(&n->address, text) : "");
	value_set_str(ip, "gateway", n->gateway.family != 0 ?
	    ip_text(&n->gateway, text) : "");
	value_set_str(ip, "netmask", n->ipv4 == IPV4_STATIC ?
	    "255.255.255.0" : "");
	if (n->ipv6 == IPV6_STATIC)
		value_add(six, value_new_fmt("%s/%u", ip_text(&n->address6,
		    text), n->address6.bits));
	value_set(ip, "addresses6", six);
	return ip;
}

static void
put_network(const struct network *n, struct value *facts)
{
	struct value *nics = value_get(facts, "nics"), *link, *m;

	link = link_of(nics, n);
	if (n->vlan != 0) {
		m = new_nic(n->link, link, (int)n->vlan);
		value_remove(m, "bond_mode");
		value_add(nics, m);
		link = m;
	}
	value_set_str(link, "bridge", n->bridge);
	if (n->mtu != 0)
		value_set_int(link, "mtu", n->mtu);
	if (n->number != 0) {
		value_set(link, "ip", ip_of(n, value_new_struct()));
		return;
	}
	m = value_get(facts, "management");
	value_set_str(m, "bridge", n->bridge);
	value_set_str(m, "device", n->link);
	ip_of(n, m);
}

static int
plan(const char *path, struct value *facts, struct conf *c,
    struct netplan *p, struct err *e)
{
	struct nics n;

	take_cards(value_get(facts, "nics"), &n);
	return conf_read(path, c, e) == -1 || netplan_make(c, &n, p, e) == -1 ?
	    -1 : 0;
}

/* A host.conf that says nothing of networks leaves the machine's file be. */
static bool
says_networks(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (strncmp(c->lines[i].key, "net", 3) == 0 ||
		    strncmp(c->lines[i].key, "nic", 3) == 0 ||
		    strncmp(c->lines[i].key, "ip", 2) == 0)
			return true;
	return false;
}

static void
take_back(const struct fake_net *f)
{
	char before[512], now[512], due[512], line[64];
	struct err ignored;

	path_of(f, ".before", before);
	path_of(f, "", now);
	path_of(f, ".due", due);
	if (file_line(due, line, sizeof(line), &ignored) == 0 &&
	    time(NULL) >= strtoll(line, NULL, 10)) {
		rename(before, now);
		unlink(due);
	}
}

void
fake_net_facts(const struct fake_net *f, struct value *facts)
{
	struct value *nics = value_get(facts, "nics");
	struct conf c = { 0 };
	struct netplan p;
	struct err ignored;
	char path[512];

	take_back(f);
	path_of(f, "", path);
	if (plan(path, facts, &c, &p, &ignored) == 0 && says_networks(&c)) {
		for (size_t i = 0; i < value_len(nics); i++) {
			value_set_str(value_at(nics, i), "bridge", "");
			value_set_str(value_at(nics, i), "bond", "");
		}
		for (size_t i = 0; i < p.n; i++)
			put_network(&p.list[i], facts);
		hostnet_unplugged(&c, facts);
	}
	conf_free(&c);
}

/* Whether the old file may go at once. */
static bool
same_management(const struct netplan *a, const struct netplan *b)
{
	return a->n > 0 && b->n > 0 && network_same(&a->list[0], &b->list[0]);
}

static int
install(const struct fake_net *f, const char *path, bool keep, struct err *e)
{
	char now[512], before[512], due[512], *text = NULL;
	size_t len;
	int rc = -1;

	path_of(f, "", now);
	path_of(f, ".before", before);
	path_of(f, ".due", due);
	if (!keep) {
		if (file_read(now, FILE_MAX, &text, &len, e) == -1 ||
		    file_write(before, text, len, 0644, e) == -1)
			goto out;
		free(text);
		text = NULL;
		if (asprintf(&text, "%lld\n", (long long)time(NULL) +
		    TRIAL_S) == -1)
			return err_set(e, "out of memory");
		if (file_write(due, text, strlen(text), 0644, e) == -1)
			goto out;
		free(text);
		text = NULL;
	}
	if (file_read(path, FILE_MAX, &text, &len, e) == 0)
		rc = file_write(now, text, len, 0644, e);
out:
	free(text);
	return rc;
}

int
fake_net_try(const struct fake_net *f, struct value *facts, const char *path,
    struct err *e)
{
	struct conf old = { 0 }, new = { 0 };
	struct netplan was, next;
	struct err ignored;
	char now[512];
	int rc;

	path_of(f, "", now);
	rc = plan(path, facts, &new, &next, e);
	if (rc == 0)
		rc = install(f, path, plan(now, facts, &old, &was, &ignored)
		    == 0 && same_management(&was, &next), e);
	conf_free(&old);
	conf_free(&new);
	return rc;
}

int
fake_net_confirm(const struct fake_net *f, struct value *facts,
    const char *peer, struct err *e)
{
	char now[512], before[512], due[512];
	struct conf c = { 0 };
	struct netplan p;
	int rc;

	path_of(f, "", now);
	path_of(f, ".before", before);
	path_of(f, ".due", due);
	rc = plan(now, facts, &c, &p, e);
	if (rc == 0 && (strncmp(peer, "127.", 4) != 0 || p.n == 0 ||
	    p.list[0].address.a[0] != 127))
		rc = err_set(e, "%s does not speak with this host", peer);
	if (rc == 0) {
		unlink(before);
		unlink(due);
	}
	conf_free(&c);
	return rc;
}
