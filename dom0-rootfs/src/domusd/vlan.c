/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "facts_parts.h"
#include "pif.h"
#include "type.h"

/* VLANs: a PIF on another, in a bridge of its own. */

#define TAG_MAX 4094

/* The PIF that the network has on that host, or NULL. */
static const struct record *
pif_on(const struct db *db, const struct record *network, const char *host)
{
	const struct value *pifs = rec_get(network, network_PIFs);
	const struct record *pif;

	for (size_t i = 0; i < value_len(pifs); i++) {
		pif = db_find(db, CLASS_PIF, value_str(value_at(pifs, i)));
		if (pif != NULL && strcmp(rec_str(pif, PIF_host), host) == 0)
			return pif;
	}
	return NULL;
}

static int
check(struct request *q, const struct record *pif, int64_t tag,
    const struct record *network)
{
	const struct db *db = &q->core->db;
	const struct record *other;
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)tag);
	if (tag < 1 || tag > TAG_MAX)
		return req_fail(q, "VLAN_TAG_INVALID", text, NULL);
	if (rec_int(pif, PIF_VLAN) >= 0)
		return req_fail(q, "PIF_IS_VLAN", pif->ref, NULL);
	if (pif_no_port(q, pif, "CANNOT_ADD_VLAN_TO_BOND_SLAVE") == -1)
		return -1;
	other = facts_pif(db, rec_ref(db, pif, PIF_host),
	    rec_str(pif, PIF_device), tag);
	if (other != NULL)
		return req_fail(q, "PIF_VLAN_EXISTS", other->ref, NULL);
	other = pif_on(db, network, rec_str(pif, PIF_host));
	return other != NULL ? req_fail(q, "NETWORK_ALREADY_CONNECTED",
	    rec_str(pif, PIF_host), other->ref, NULL) : 0;
}

static int
ask(struct request *q, const struct record *pif, int64_t tag,
    const struct record *network, method_fn *fn)
{
	struct value *v, *keys;
	int64_t mtu = rec_int(network, network_MTU);

	if (check(q, pif, tag, network) == -1)
		return -1;
	v = pif_change(&q->core->db, "set", pif);
	value_set_bool(v, "new", true);
	value_set_str(v, "bridge", rec_str(network, network_bridge));
	value_set_int(v, "vlan", tag);
	keys = value_new_struct();
	if (mtu != 1500)
		value_set(keys, "mtu", value_new_fmt("%lld", (long long)mtu));
	value_set(v, "keys", keys);
	return pif_ask(q, pif, v, fn);
}

/* The PIF that was made; NULL: q has failed. */
static const struct record *
made_pif(struct request *q, const struct record *pif, int64_t tag)
{
	const struct db *db = &q->core->db;
	const struct record *host = rec_ref(db, pif, PIF_host), *made;

	made = host == NULL ? NULL : facts_pif(db, host,
	    rec_str(pif, PIF_device), tag);
	if (made == NULL)
		req_fail(q, "INTERNAL_ERROR", "the VLAN did not appear", NULL);
	return made;
}

static int
created(struct request *q)
{
	const struct record *pif;

	if (pif_changed(q, rec_ref(&q->core->db, q->self, PIF_host)) == -1)
		return -1;
	pif = made_pif(q, q->self, req_int(q, 1));
	return pif == NULL ? -1 : req_return_str(q, rec_str(pif,
	    PIF_VLAN_master_of));
}

int
vlan_create(struct request *q)
{
	const struct record *network = db_find(&q->core->db, CLASS_network,
	    req_str(q, 2));

	if (network == NULL)
		return req_fail(q, "HANDLE_INVALID", "network", req_str(q, 2),
		    NULL);
	return ask(q, q->self, req_int(q, 1), network, created);
}

static int
destroyed(struct request *q)
{
	const struct record *pif = rec_ref(&q->core->db, q->self,
	    VLAN_untagged_PIF);

	return pif == NULL ? 0 : pif_changed(q, rec_ref(&q->core->db, pif,
	    PIF_host));
}

int
vlan_destroy(struct request *q)
{
	const struct record *pif = rec_ref(&q->core->db, q->self,
	    VLAN_untagged_PIF);

	if (pif == NULL)
		return req_fail(q, "HANDLE_INVALID", "PIF", rec_str(q->self,
		    VLAN_untagged_PIF), NULL);
	if (rec_bool(pif, PIF_management))
		return req_fail(q, "PIF_IS_MANAGEMENT_INTERFACE", pif->ref,
		    NULL);
	if (pif_unused(q, pif) == -1)
		return -1;
	return pif_ask(q, pif, pif_change(&q->core->db, "drop", pif),
	    destroyed);
}

static int next_created(struct request *q);

/*
 * On each host, on the PIF of the network that the given one is on: one host
 * after the other, and what is there already counts as made.
 */
static int
next_host(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *network = db_find(db, CLASS_network,
	    req_str(q, 1)), *below, *pif, *made;
	const struct value *pifs;
	struct value *all;

	below = rec_ref(db, q->self, PIF_network);
	if (network == NULL || below == NULL)
		return req_fail(q, "HANDLE_INVALID", "network", req_str(q, 1),
		    NULL);
	pifs = rec_get(below, network_PIFs);
	all = value_new_array();
	for (size_t i = 0; i < value_len(pifs); i++) {
		pif = db_find(db, CLASS_PIF, value_str(value_at(pifs, i)));
		if (pif == NULL)
			continue;
		made = facts_pif(db, rec_ref(db, pif, PIF_host),
		    rec_str(pif, PIF_device), req_int(q, 2));
		if (made == NULL || strcmp(rec_str(made, PIF_network),
		    network->ref) != 0) {
			value_free(all);
			free(q->later);
			q->later = strdup(rec_str(pif, PIF_host));
			q->later_free = free;
			return ask(q, pif, req_int(q, 2), network,
			    next_created);
		}
		value_add_str(all, made->ref);
	}
	return req_return(q, all);
}

static int
next_created(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *network = db_find(db, CLASS_network,
	    req_str(q, 1));
	struct record *host = db_find(db, CLASS_host, q->later != NULL ?
	    q->later : "");

	if (pif_changed(q, host) == -1)
		return -1;
	if (network == NULL || pif_on(db, network, host->ref) == NULL)
		return req_fail(q, "INTERNAL_ERROR", "the VLAN did not appear",
		    NULL);
	return next_host(q);
}

int
vlan_create_from_pif(struct request *q)
{
	return next_host(q);
}
