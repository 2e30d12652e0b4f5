/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "facts_parts.h"
#include "type.h"

/* PIFs, their metrics, and the networks they are on. */

#define NO_VLAN -1

/* Facts of a member with another version may lack it. */
static int64_t
vlan_of(const struct value *nic)
{
	return value_get(nic, "vlan") != NULL ? facts_int(nic, "vlan") :
	    NO_VLAN;
}

static bool
is_physical(const struct value *nic)
{
	struct err ignored;
	bool is;

	return value_as_bool(value_get(nic, "physical"), &is, &ignored) == -1 ||
	    is;
}

struct record *
facts_pif(const struct db *db, const struct record *host, const char *device,
    int64_t vlan)
{
	struct record *r;

	for (size_t i = 0; i < db_count(db, CLASS_PIF); i++) {
		r = db_at(db, CLASS_PIF, i);
		if (strcmp(rec_str(r, PIF_host), host->ref) == 0 &&
		    strcmp(rec_str(r, PIF_device), device) == 0 &&
		    rec_int(r, PIF_VLAN) == vlan)
			return r;
	}
	return NULL;
}

static struct record *
pif_of(struct db *db, const struct record *host, const struct value *nic)
{
	return facts_pif(db, host, facts_str(nic, "device"), vlan_of(nic));
}

/* The bridge that a NIC has, or would have: xenbr1... for those without. */
static void
bridge_of(struct db *db, const struct value *nic, char *bridge, size_t size)
{
	const char *now = facts_str(nic, "bridge");

	snprintf(bridge, size, "%s", *now != '\0' ? now :
	    facts_str(nic, "network"));
	for (int i = 1; *bridge == '\0'; i++) {
		snprintf(bridge, size, "xenbr%d", i);
		if (db_where(db, network_bridge, bridge) != NULL)
			*bridge = '\0';
	}
}

static struct record *
network_of(struct db *db, const struct value *nic)
{
	char bridge[32];
	struct value *v;
	struct record *r;

	bridge_of(db, nic, bridge, sizeof(bridge));
	r = db_where(db, network_bridge, bridge);
	if (r != NULL)
		return r;
	v = value_new_struct();
	value_set(v, "name_label", value_new_fmt(
	    vlan_of(nic) == NO_VLAN ? "Pool-wide network associated with %s" :
	    "Pool-wide network associated with %s on VLAN %lld",
	    facts_str(nic, "device"), (long long)vlan_of(nic)));
	value_set_str(v, "bridge", bridge);
	value_set_int(v, "MTU", 1500);
	value_set_bool(v, "managed", true);
	r = db_create(db, CLASS_network, NULL, v);
	value_free(v);
	return r;
}

static struct record *
new_pif(struct db *db, const struct record *host, const struct value *nic)
{
	const struct record *network = network_of(db, nic);
	struct value *v = value_new_struct();
	struct record *r;

	value_set_str(v, "device", facts_str(nic, "device"));
	value_set_str(v, "host", host->ref);
	value_set_str(v, "network", network != NULL ? network->ref : NULL_REF);
	value_set_int(v, "VLAN", vlan_of(nic));
	value_set_bool(v, "physical", is_physical(nic));
	value_set_bool(v, "managed", true);
	value_set_str(v, "primary_address_type", "IPv4");
	r = is_physical(nic) ? db_create(db, CLASS_PIF, NULL, v) :
	    facts_create(db, host, CLASS_PIF, facts_str(nic, "device"),
	    vlan_of(nic), v);
	value_free(v);
	return r;
}

static void
apply_ipv6(struct db *db, struct record *pif, const struct value *ip)
{
	static const struct {
		const char *way, *mode;
	} modes[] = {
		{ "autoconf", "Autoconf" }, { "dhcp", "DHCP" },
		{ "static", "Static" },
	};
	const struct value *list = value_get(ip, "addresses6");
	const char *mode = "None";

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].way, facts_str(ip, "mode6")) == 0)
			mode = modes[i].mode;
	db_set_str(db, pif, PIF_ipv6_configuration_mode, mode);
	db_set_str(db, pif, PIF_ipv6_gateway, facts_str(ip, "gateway6"));
	db_set(db, pif, PIF_IPv6, value_is(list, VALUE_ARRAY) ?
	    value_copy(list) : value_new_array());
}

/* "" and None where there is no address. */
static void
apply_address(struct db *db, struct record *pif, const struct value *ip,
    bool management)
{
	static const struct {
		enum field_id f;
		const char *name;
	} fields[] = {
		{ PIF_IP, "address" }, { PIF_netmask, "netmask" },
		{ PIF_gateway, "gateway" }, { PIF_DNS, "dns" },
	};
	const char *mode = facts_str(ip, "mode");
	bool six = *facts_str(ip, "address") == '\0' &&
	    value_len(value_get(ip, "addresses6")) > 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		db_set_str(db, pif, fields[i].f, facts_str(ip, fields[i].name));
	db_set_str(db, pif, PIF_ip_configuration_mode,
	    strcmp(mode, "dhcp") == 0 ? "DHCP" :
	    strcmp(mode, "static") == 0 ? "Static" : "None");
	apply_ipv6(db, pif, ip);
	db_set_str(db, pif, PIF_primary_address_type, six ? "IPv6" : "IPv4");
	db_set_bool(db, pif, PIF_management, management);
	db_set_bool(db, pif, PIF_disallow_unplug, management);
}

/* The management bridge's PIF, or before there is one its device's. */
static bool
is_management(const struct value *nic, const struct value *m)
{
	const char *bridge = facts_str(nic, "bridge");

	if (m == NULL)
		return false;
	if (*bridge != '\0')
		return strcmp(bridge, facts_str(m, "bridge")) == 0;
	return vlan_of(nic) == NO_VLAN && *facts_str(nic, "bond") == '\0' &&
	    value_get(nic, "vlan") == NULL &&
	    strcmp(facts_str(m, "device"), facts_str(nic, "device")) == 0;
}

static void
apply_nic(struct core *core, struct record *host, const struct value *nic,
    const struct value *management)
{
	struct db *db = &core->db;
	struct record *pif = pif_of(db, host, nic), *m;
	bool managed = is_management(nic, management);

	if (pif == NULL)
		pif = new_pif(db, host, nic);
	if (pif == NULL)
		return;
	m = rec_ref(db, pif, PIF_metrics);
	if (m == NULL)
		m = is_physical(nic) ? db_create(db, CLASS_PIF_metrics, NULL,
		    NULL) : facts_create(db, host, CLASS_PIF_metrics,
		    facts_str(nic, "device"), vlan_of(nic), NULL);
	if (m == NULL)
		return;
	db_set_str(db, pif, PIF_metrics, m->ref);
	facts_copy(db, pif, PIF_MAC, nic, "mac");
	facts_copy(db, pif, PIF_MTU, nic, "mtu");
	db_set_bool(db, pif, PIF_currently_attached,
	    *facts_str(nic, "bridge") != '\0' ||
	    *facts_str(nic, "bond") != '\0');
	apply_address(db, pif, managed ? management : value_get(nic, "ip"),
	    managed);
	facts_copy(db, m, PIF_metrics_vendor_id, nic, "vendor_id");
	facts_copy(db, m, PIF_metrics_vendor_name, nic, "vendor_name");
	facts_copy(db, m, PIF_metrics_device_id, nic, "device_id");
	facts_copy(db, m, PIF_metrics_device_name, nic, "device_name");
	facts_copy(db, m, PIF_metrics_pci_bus_path, nic, "pci");
}

static bool
is_there(const struct value *nics, const struct record *pif)
{
	for (size_t i = 0; i < value_len(nics); i++)
		if (strcmp(facts_str(value_at(nics, i), "device"),
		    rec_str(pif, PIF_device)) == 0 &&
		    vlan_of(value_at(nics, i)) == rec_int(pif, PIF_VLAN))
			return true;
	return false;
}

/* Management's, which has none for the moment, is still where it was. */
static bool
lacks_management(const struct value *nics, const struct value *m)
{
	for (size_t i = 0; i < value_len(nics); i++)
		if (is_management(value_at(nics, i), m))
			return false;
	return true;
}

/* A NIC that was taken out leaves no PIF behind, unless it was configured. */
static void
remove_missing(struct db *db, const struct record *host,
    const struct value *nics, bool keep)
{
	struct record *pif, *m;

	for (size_t i = db_count(db, CLASS_PIF); i-- > 0;) {
		pif = db_at(db, CLASS_PIF, i);
		if (strcmp(rec_str(pif, PIF_host), host->ref) != 0 ||
		    (keep && rec_bool(pif, PIF_management)) ||
		    is_there(nics, pif))
			continue;
		m = rec_ref(db, pif, PIF_metrics);
		if (m != NULL)
			db_destroy(db, m);
		db_destroy(db, pif);
	}
}

void
facts_networks(struct core *core, struct record *host,
    const struct value *facts)
{
	const struct value *nics = value_get(facts, "nics");

	if (!value_is(nics, VALUE_ARRAY))
		return;
	/* those in a bridge first: the others' are made up, and not these */
	for (int bridged = 1; bridged >= 0; bridged--)
		for (size_t i = 0; i < value_len(nics); i++)
			if ((*facts_str(value_at(nics, i), "bridge") != '\0')
			    == bridged)
				apply_nic(core, host, value_at(nics, i),
				    value_get(facts, "management"));
	remove_missing(&core->db, host, nics, lacks_management(nics,
	    value_get(facts, "management")));
	facts_links(&core->db, host, nics);
}

void
facts_network_figures(struct core *core, struct record *host,
    const struct value *facts)
{
	const struct value *nics = value_get(facts, "nics"), *nic;
	struct db *db = &core->db;
	struct record *pif, *m;

	for (size_t i = 0; i < value_len(nics); i++) {
		nic = value_at(nics, i);
		pif = pif_of(db, host, nic);
		m = pif != NULL ? rec_ref(db, pif, PIF_metrics) : NULL;
		if (m == NULL)
			continue;
		facts_copy(db, m, PIF_metrics_carrier, nic, "carrier");
		facts_copy(db, m, PIF_metrics_speed, nic, "speed");
		facts_copy(db, m, PIF_metrics_duplex, nic, "duplex");
		db_set_time(db, m, PIF_metrics_last_updated, core_time());
	}
}
