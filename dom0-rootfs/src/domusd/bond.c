/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "facts_parts.h"
#include "netplan.h"
#include "pif.h"
#include "type.h"

/* Bonds: a PIF made of cards, which takes over what was on them. */

static struct record *
member(const struct request *q, size_t i)
{
	return db_find(&q->core->db, CLASS_PIF, value_str(value_at(q->args[1],
	    i)));
}

static int
check_member(struct request *q, const struct record *pif, const char *host)
{
	if (pif_no_port(q, pif, "PIF_ALREADY_BONDED") == -1)
		return -1;
	if (!rec_bool(pif, PIF_physical))
		return req_fail(q, rec_int(pif, PIF_VLAN) >= 0 ?
		    "PIF_IS_VLAN" : "PIF_IS_NOT_PHYSICAL", pif->ref, NULL);
	if (strcmp(rec_str(pif, PIF_host), host) != 0)
		return req_fail(q, "PIF_CANNOT_BOND_CROSS_HOST", NULL);
	return pif_unused(q, pif);
}

static int
check_network(struct request *q, const char *host)
{
	const struct value *pifs = rec_get(q->self, network_PIFs);
	const struct record *pif;

	for (size_t i = 0; i < value_len(pifs); i++) {
		pif = db_find(&q->core->db, CLASS_PIF,
		    value_str(value_at(pifs, i)));
		if (pif != NULL && strcmp(rec_str(pif, PIF_host), host) == 0)
			return req_fail(q, "NETWORK_ALREADY_CONNECTED", host,
			    pif->ref, NULL);
	}
	return 0;
}

/* All that can be said without the host; the first member's in *first. */
static int
check(struct request *q, const struct record **first)
{
	size_t n = value_len(q->args[1]), with_ip = 0;
	const struct record *pif;

	if (n < 2)
		return req_fail(q, "PIF_BOND_NEEDS_MORE_MEMBERS", NULL);
	if (n > PORTS_MAX)
		return req_fail(q, "INVALID_VALUE", "members",
		    "more than eight", NULL);
	if (*req_str(q, 2) != '\0')
		return req_fail(q, "VALUE_NOT_SUPPORTED", "MAC",
		    req_str(q, 2), "a bond has its first card's", NULL);
	if (value_len(q->args[4]) > 0)
		return req_fail(q, "VALUE_NOT_SUPPORTED", "properties",
		    value_name_at(q->args[4], 0), "not known", NULL);
	*first = member(q, 0);
	for (size_t i = 0; i < n; i++) {
		pif = member(q, i);
		if (pif == NULL)
			return req_fail(q, "HANDLE_INVALID", "PIF",
			    value_str(value_at(q->args[1], i)), NULL);
		if (check_member(q, pif, rec_str(*first, PIF_host)) == -1)
			return -1;
		for (size_t j = 0; j < i; j++)
			if (member(q, j) == pif)
				return req_fail(q, "INVALID_VALUE", "members",
				    pif->ref, NULL);
		with_ip += pif_has_ip(pif) || rec_bool(pif, PIF_management);
	}
	if (with_ip > 1)
		return req_fail(q, "PIF_BOND_MORE_THAN_ONE_IP",
		    (*first)->ref, NULL);
	return check_network(q, rec_str(*first, PIF_host));
}

static void
free_name(const struct db *db, const struct record *host, char name[NIC_NAME])
{
	for (int i = 0;; i++) {
		snprintf(name, NIC_NAME, "bond%d", i);
		if (facts_pif(db, host, name, -1) == NULL)
			return;
	}
}

static const char *
mode_of(const struct request *q)
{
	const char *mode = req_str(q, 3);

	return *mode != '\0' ? mode : "balance-slb";
}

/*
 * A bond below the management network is made when the answer is on its way:
 * in the facts as they are expected.
 */
static void
expect(struct request *q, const char *name)
{
	struct value *facts = q->answer.value, *nic, *copy;
	struct value *nics = value_get(facts, "nics");
	const struct record *first = member(q, 0);

	copy = value_new_struct();
	value_set_str(copy, "device", name);
	value_set_int(copy, "vlan", -1);
	value_set_bool(copy, "physical", false);
	value_set_str(copy, "mac", rec_str(first, PIF_MAC));
	value_set_int(copy, "mtu", rec_int(q->self, network_MTU));
	value_set_str(copy, "bridge", rec_str(q->self, network_bridge));
	value_set_str(copy, "bond", "");
	value_set_str(copy, "bond_mode", mode_of(q));
	for (size_t i = 0; i < value_len(nics); i++) {
		nic = value_at(nics, i);
		for (size_t j = 0; j < value_len(q->args[1]); j++) {
			if (strcmp(facts_str(nic, "device"),
			    rec_str(member(q, j), PIF_device)) != 0 ||
			    (value_get(nic, "vlan") != NULL &&
			    facts_int(nic, "vlan") != -1))
				continue;
			value_set_str(nic, "bridge", "");
			value_set_str(nic, "bond", name);
		}
	}
	value_add(nics, copy);
	value_set_str(value_get(facts, "management"), "bridge",
	    rec_str(q->self, network_bridge));
}

static bool
is_open(const struct request *q)
{
	struct err ignored;
	bool open;

	return q->answer.ok && value_as_bool(value_get(q->answer.value,
	    "open"), &open, &ignored) == 0 && open;
}

static int
created(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *first = member(q, 0);
	struct record *host;
	char name[NIC_NAME];

	/* a card may have gone while the host was asked */
	for (size_t i = 0; i < value_len(q->args[1]); i++)
		if (member(q, i) == NULL)
			return req_fail(q, "HANDLE_INVALID", "PIF",
			    value_str(value_at(q->args[1], i)), NULL);
	host = rec_ref(db, first, PIF_host);
	if (is_open(q)) {
		free_name(db, host, name);
		expect(q, name);
	}
	if (pif_changed(q, host) == -1)
		return -1;
	if (rec_ref(db, first, PIF_bond_slave_of) == NULL)
		return req_fail(q, "INTERNAL_ERROR", "the bond did not appear",
		    NULL);
	return req_return_str(q, rec_str(first, PIF_bond_slave_of));
}

static struct value *
bond_change(const struct request *q, const struct record *first)
{
	const struct db *db = &q->core->db;
	struct value *v = pif_change(db, "bond", first), *cards, *macs;
	const struct record *pif, *from = NULL;
	char name[NIC_NAME];

	free_name(db, rec_ref(db, first, PIF_host), name);
	cards = value_new_array();
	macs = value_new_array();
	for (size_t i = 0; i < value_len(q->args[1]); i++) {
		pif = member(q, i);
		value_add_str(cards, rec_str(pif, PIF_device));
		value_add_str(macs, rec_str(pif, PIF_MAC));
		if (pif_has_ip(pif) || rec_bool(pif, PIF_management))
			from = pif;
	}
	value_set_str(v, "bond", name);
	value_set_str(v, "mode", mode_of(q));
	value_set(v, "cards", cards);
	value_set(v, "macs", macs);
	value_set_str(v, "bridge", rec_str(q->self, network_bridge));
	from = from != NULL ? rec_ref(db, from, PIF_network) : NULL;
	value_set_str(v, "primary", from != NULL ? rec_str(from,
	    network_bridge) : "");
	if (rec_int(q->self, network_MTU) != 1500)
		value_set(v, "mtu", value_new_fmt("%lld", (long long)
		    rec_int(q->self, network_MTU)));
	return v;
}

int
bond_create(struct request *q)
{
	const struct record *first = NULL;

	if (check(q, &first) == -1)
		return -1;
	return pif_ask(q, first, bond_change(q, first), created);
}

static struct record *
master(struct request *q)
{
	struct record *pif = rec_ref(&q->core->db, q->self, Bond_master);

	if (pif == NULL)
		req_fail(q, "HANDLE_INVALID", "PIF", rec_str(q->self,
		    Bond_master), NULL);
	return pif;
}

static int
done(struct request *q)
{
	const struct record *pif = master(q);

	return pif == NULL ? -1 : pif_changed(q, rec_ref(&q->core->db, pif,
	    PIF_host));
}

/* The first card takes over what the bond had. */
int
bond_destroy(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *pif = master(q), *card, *network;
	struct value *v;

	if (pif == NULL || pif_unused(q, pif) == -1)
		return -1;
	card = rec_ref(db, q->self, Bond_primary_slave);
	network = card != NULL ? rec_ref(db, card, PIF_network) : NULL;
	if (network == NULL)
		return req_fail(q, "HANDLE_INVALID", "PIF", rec_str(q->self,
		    Bond_primary_slave), NULL);
	v = pif_change(db, "unbond", pif);
	value_set_str(v, "bond", rec_str(pif, PIF_device));
	value_set_str(v, "card", rec_str(card, PIF_device));
	value_set_str(v, "bridge", rec_str(network, network_bridge));
	return pif_ask(q, pif, v, done);
}

int
bond_set_mode(struct request *q)
{
	const struct record *pif = master(q);
	struct value *v;

	if (pif == NULL)
		return -1;
	v = pif_change(&q->core->db, "bond-mode", pif);
	value_set_str(v, "bond", rec_str(pif, PIF_device));
	value_set_str(v, "mode", req_str(q, 1));
	return pif_ask(q, pif, v, done);
}
