/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core.h"
#include "facts_parts.h"
#include "pif.h"
#include "pool.h"
#include "type.h"

struct value *
pif_change(const struct db *db, const char *op, const struct record *pif)
{
	const struct record *network = rec_ref(db, pif, PIF_network);
	struct value *v = value_new_struct();

	value_set_str(v, "op", op);
	value_set_str(v, "bridge", network != NULL ?
	    rec_str(network, network_bridge) : "");
	value_set_str(v, "device", rec_str(pif, PIF_device));
	value_set_int(v, "vlan", rec_int(pif, PIF_VLAN));
	return v;
}

int
pif_ask(struct request *q, const struct record *pif, struct value *change,
    method_fn *fn)
{
	struct value *params = value_new_array();

	value_add(params, change);
	return pool_ask_host(q, rec_ref(&q->core->db, pif, PIF_host),
	    PRIV_NET_CHANGE, params, fn);
}

int
pif_changed(struct request *q, struct record *host)
{
	struct err ignored;
	bool open = false;

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (host == NULL)
		return req_fail(q, "HANDLE_INVALID", "host", NULL_REF, NULL);
	facts_networks(q->core, host, q->answer.value);
	if (host == core_host(q->core) && value_as_bool(value_get(
	    q->answer.value, "open"), &open, &ignored) == 0 && open)
		q->core->net_open = true;
	q->core->every_due[EVERY_FACTS] = 0;	/* a lease may come */
	return 0;
}

static int
done(struct request *q)
{
	return pif_changed(q, rec_ref(&q->core->db, q->self, PIF_host));
}

int
pif_unused(struct request *q, const struct record *pif)
{
	const struct db *db = &q->core->db;
	const struct record *network = rec_ref(db, pif, PIF_network);
	const struct value *vifs = network != NULL ?
	    rec_get(network, network_VIFs) : NULL;
	const struct record *vif, *vm;

	for (size_t i = 0; i < value_len(vifs); i++) {
		vif = db_find(db, CLASS_VIF, value_str(value_at(vifs, i)));
		vm = vif != NULL ? rec_ref(db, vif, VIF_VM) : NULL;
		if (vm != NULL && rec_bool(vif, VIF_currently_attached) &&
		    strcmp(rec_str(vm, VM_resident_on),
		    rec_str(pif, PIF_host)) == 0)
			return req_fail(q, "VIF_IN_USE", network->ref,
			    vif->ref, NULL);
	}
	return 0;
}

int
pif_no_port(struct request *q, const struct record *pif, const char *code)
{
	return rec_ref(&q->core->db, pif, PIF_bond_slave_of) == NULL ? 0 :
	    req_fail(q, code, pif->ref, NULL);
}

bool
pif_has_ip(const struct record *pif)
{
	return strcmp(rec_str(pif, PIF_ip_configuration_mode), "None") != 0 ||
	    strcmp(rec_str(pif, PIF_ipv6_configuration_mode), "None") != 0;
}

static int
not_management(struct request *q)
{
	return rec_bool(q->self, PIF_management) ? req_fail(q,
	    "PIF_IS_MANAGEMENT_INTERFACE", q->self->ref, NULL) : 0;
}

/* The network's MTU counts from now on; 1500 is what cards have. */
static struct value *
plug_keys(const struct db *db, const struct record *pif)
{
	const struct record *network = rec_ref(db, pif, PIF_network);
	int64_t mtu = network != NULL ? rec_int(network, network_MTU) : 1500;
	struct value *keys = value_new_struct();

	value_set_str(keys, "plugged", "");
	value_set(keys, "mtu", mtu == 1500 ? value_new_str("") :
	    value_new_fmt("%lld", (long long)mtu));
	return keys;
}

int
pif_plug(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *v;

	if (pif_no_port(q, q->self, "CANNOT_PLUG_BOND_SLAVE") == -1)
		return -1;
	if (rec_bool(q->self, PIF_management))
		return 0;
	v = pif_change(db, "set", q->self);
	value_set(v, "keys", plug_keys(db, q->self));
	return pif_ask(q, q->self, v, done);
}

int
pif_unplug(struct request *q)
{
	struct value *v, *keys;

	if (not_management(q) == -1 || pif_no_port(q, q->self,
	    "CANNOT_PLUG_BOND_SLAVE") == -1)
		return -1;
	if (rec_bool(q->self, PIF_disallow_unplug))
		return req_fail(q, "PIF_DOES_NOT_ALLOW_UNPLUG", q->self->ref,
		    NULL);
	if (!rec_bool(q->self, PIF_currently_attached))
		return 0;
	if (pif_unused(q, q->self) == -1)
		return -1;
	v = pif_change(&q->core->db, "set", q->self);
	keys = value_new_struct();
	value_set_str(keys, "plugged", "no");
	value_set(v, "keys", keys);
	return pif_ask(q, q->self, v, done);
}

/* A card that is there has a PIF all the same; what was set there goes. */
int
pif_forget(struct request *q)
{
	const struct value *vlans = rec_get(q->self, PIF_VLAN_slave_of);

	if (not_management(q) == -1 ||
	    pif_no_port(q, q->self, "PIF_ALREADY_BONDED") == -1)
		return -1;
	if (!rec_bool(q->self, PIF_physical))
		return req_fail(q, rec_int(q->self, PIF_VLAN) >= 0 ?
		    "PIF_IS_VLAN" : "PIF_IS_NOT_PHYSICAL", q->self->ref, NULL);
	if (value_len(vlans) > 0)
		return req_fail(q, "PIF_VLAN_STILL_EXISTS", q->self->ref,
		    NULL);
	if (pif_unused(q, q->self) == -1)
		return -1;
	return pif_ask(q, q->self, pif_change(&q->core->db, "drop", q->self),
	    done);
}

/* Every card that is there has been found. */
int
pif_introduce(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *pif;

	for (size_t i = 0; i < db_count(db, CLASS_PIF); i++) {
		pif = db_at(db, CLASS_PIF, i);
		if (strcmp(rec_str(pif, PIF_host), req_str(q, 0)) == 0 &&
		    strcasecmp(rec_str(pif, PIF_MAC), req_str(q, 1)) == 0)
			return req_fail(q, "MAC_STILL_EXISTS", req_str(q, 1),
			    NULL);
	}
	return req_fail(q, "MAC_DOES_NOT_EXIST", req_str(q, 1), NULL);
}

int
pif_management_reconfigure(struct request *q)
{
	const struct db *db = &q->core->db;

	if (rec_bool(q->self, PIF_management))
		return 0;
	if (pif_no_port(q, q->self, "PIF_ALREADY_BONDED") == -1)
		return -1;
	if (!pif_has_ip(q->self))
		return req_fail(q, "INTERFACE_HAS_NO_IP",
		    rec_str(q->self, PIF_device), NULL);
	return pif_ask(q, q->self, pif_change(db, "management", q->self),
	    done);
}
