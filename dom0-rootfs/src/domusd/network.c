/* SPDX-License-Identifier: ISC */
#include "network.h"

#include <stdio.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "implicit.h"

/* What a new bridge may be called: no card, no guest's interface, and none of
 * those that host.conf says. */
static bool
name_ok(const char *s)
{
	static const char *const taken[] = { "xenbr", "eth", "vif", "bond",
	    "lo", "domus" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (strncmp(s, taken[i], strlen(taken[i])) == 0)
			return false;
	return strlen(s) < 16 && *s != '.' && strspn(s, "abcdefghijklmnopqrst"
	    "uvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen(s);
}

/* Internal networks get the next free bridge name of their own kind. */
static void
choose_bridge(const struct db *db, struct value *fields)
{
	char bridge[32];

	for (int i = 0;; i++) {
		snprintf(bridge, sizeof(bridge), "xapi%d", i);
		if (db_where(db, network_bridge, bridge) == NULL)
			break;
	}
	value_set_str(fields, "bridge", bridge);
}

static int
check_mtu(struct request *q, const struct value *fields)
{
	struct err ignored;
	char text[24];
	int64_t mtu;

	if (value_get(fields, "MTU") == NULL ||
	    value_as_int(value_get(fields, "MTU"), &mtu, &ignored) == -1 ||
	    (mtu >= 68 && mtu <= 65535))
		return 0;
	snprintf(text, sizeof(text), "%lld", (long long)mtu);
	return req_fail(q, "INVALID_VALUE", "MTU", text, NULL);
}

int
network_create(struct request *q)
{
	struct value *fields = creator_fields(q);
	const struct db *db = &q->core->db;
	const char *bridge;
	struct record *r;
	int rc = -1;

	if (fields == NULL || check_mtu(q, fields) == -1)
		goto out;
	bridge = value_get_str(fields, "bridge");
	r = bridge != NULL ? db_where(db, network_bridge, bridge) : NULL;
	if (r != NULL) {
		req_fail(q, "BRIDGE_NAME_EXISTS", bridge, NULL);
		goto out;
	}
	if (bridge == NULL || *bridge == '\0') {
		choose_bridge(db, fields);
	} else if (!name_ok(bridge)) {
		req_fail(q, "INVALID_VALUE", "bridge", bridge, NULL);
		goto out;
	}
	if (value_get(fields, "managed") == NULL)
		value_set_bool(fields, "managed", true);
	r = db_create(&q->core->db, CLASS_network, NULL, fields);
	rc = req_return_str(q, r != NULL ? r->ref : "");
out:
	value_free(fields);
	return rc;
}

int
network_destroy(struct request *q)
{
	const struct value *pifs = rec_get(q->self, network_PIFs);
	const struct value *vifs = rec_get(q->self, network_VIFs);

	if (value_len(pifs) > 0)
		return req_fail(q, "NETWORK_CONTAINS_PIF",
		    value_str(value_at(pifs, 0)), NULL);
	if (value_len(vifs) > 0)
		return req_fail(q, "NETWORK_CONTAINS_VIF",
		    value_str(value_at(vifs, 0)), NULL);
	db_destroy(&q->core->db, q->self);
	return 0;
}

/* Not below a VIF that is in use and goes by it. */
int
network_set_default_locking_mode(struct request *q)
{
	const struct value *vifs = rec_get(q->self, network_VIFs);
	const struct record *vif;

	for (size_t i = 0; i < value_len(vifs); i++) {
		vif = db_find(&q->core->db, CLASS_VIF,
		    value_str(value_at(vifs, i)));
		if (vif != NULL && rec_bool(vif, VIF_currently_attached) &&
		    strcmp(rec_str(vif, VIF_locking_mode),
		    "network_default") == 0)
			return req_fail(q, "VIF_IN_USE", q->self->ref,
			    vif->ref, NULL);
	}
	return implicit_plain(q);
}
