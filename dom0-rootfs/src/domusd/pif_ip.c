/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "core.h"
#include "ip.h"
#include "pif.h"
#include "pool.h"
#include "priv.h"

/* Addresses of PIFs, and how a change of management's is confirmed. */

#define ASK_MS 1000		/* at most once in that time */

struct way {
	const char *mode, *word;	/* XenAPI's, host.conf's */
};

static const struct way ways4[] = { { "None", "none" }, { "DHCP", "dhcp" },
	{ "Static", "static" }, { NULL, NULL } };
static const struct way ways6[] = { { "None", "none" }, { "DHCP", "dhcp" },
	{ "Static", "static" }, { "Autoconf", "autoconf" }, { NULL, NULL } };

static int
bad(struct request *q, const char *parameter)
{
	return req_fail(q, "INVALID_IP_ADDRESS_SPECIFIED", parameter, NULL);
}

/* "1.1.1.1,2606::1", commas or blanks between them; NULL: q has failed. */
static struct value *
servers(struct request *q, const char *text)
{
	struct value *list = value_new_array();
	char one[IP_TEXT];
	struct ip ip;
	size_t n;

	for (; *text != '\0'; text += n + strspn(text + n, ", ")) {
		n = strcspn(text, ", ");
		snprintf(one, sizeof(one), "%.*s", (int)n, text);
		if (n >= sizeof(one) || (!ip_parse(&ip, AF_INET, one) &&
		    !ip_parse(&ip, AF_INET6, one))) {
			value_free(list);
			bad(q, "DNS");
			return NULL;
		}
		value_add_str(list, one);
	}
	return list;
}

/* The whole host asks management's name servers. */
static int
put_dns(struct request *q, struct value *change, const char *text)
{
	struct value *list;

	if (!rec_bool(q->self, PIF_management))
		return *text == '\0' ? 0 : req_fail(q, "VALUE_NOT_SUPPORTED",
		    "DNS", text, "name servers are those of the management "
		    "interface", NULL);
	list = servers(q, text);
	if (list == NULL)
		return -1;
	value_set(change, "dns", list);
	return 0;
}

static int
check4(struct request *q)
{
	struct ip ip, via;
	int bits = netmask_bits(req_str(q, 3));

	if (!ip_parse(&ip, AF_INET, req_str(q, 2)))
		return bad(q, "IP");
	if (bits < 1)
		return bad(q, "netmask");
	ip.bits = (unsigned int)bits;
	if (*req_str(q, 4) != '\0' && (!ip_parse(&via, AF_INET,
	    req_str(q, 4)) || !ip_same_net(&ip, &via)))
		return bad(q, "gateway");
	return 0;
}

static int
check6(struct request *q)
{
	struct ip ip, via;

	if (!ip_parse_prefix(&ip, AF_INET6, req_str(q, 2)))
		return bad(q, "IPv6");
	if (*req_str(q, 3) != '\0' && !ip_parse(&via, AF_INET6,
	    req_str(q, 3)))
		return bad(q, "gateway");
	return 0;
}

static int
done(struct request *q)
{
	return pif_changed(q, rec_ref(&q->core->db, q->self, PIF_host));
}

static const char *
word_of(const struct way *ways, const char *mode)
{
	while (ways->mode != NULL && strcmp(ways->mode, mode) != 0)
		ways++;
	return ways->word;
}

/* keys and change are taken. */
static int
change(struct request *q, struct value *v, struct value *keys,
    const char *other)
{
	bool none = strcmp(req_str(q, 1), "None") == 0 &&
	    strcmp(other, "None") == 0;

	value_set(v, "keys", keys);
	if (pif_no_port(q, q->self, "PIF_ALREADY_BONDED") == -1)
		goto fail;
	if (none && rec_bool(q->self, PIF_management)) {
		req_fail(q, "PIF_IS_MANAGEMENT_INTERFACE", q->self->ref, NULL);
		goto fail;
	}
	/* what is not plugged is only noted */
	if (!rec_bool(q->self, PIF_currently_attached))
		value_set_str(keys, "plugged", "no");
	return pif_ask(q, q->self, v, done);
fail:
	value_free(v);
	return -1;
}

int
pif_reconfigure_ip(struct request *q)
{
	static const char *const names[] = { "address", "netmask", "gateway" };
	const char *word = word_of(ways4, req_str(q, 1));
	bool fixed = word != NULL && strcmp(word, "static") == 0;
	struct value *v, *keys;

	if (word == NULL)
		return req_fail(q, "INVALID_VALUE", "mode", req_str(q, 1),
		    NULL);
	if (fixed && check4(q) == -1)
		return -1;
	v = pif_change(&q->core->db, "set", q->self);
	if (put_dns(q, v, fixed ? req_str(q, 5) : "") == -1) {
		value_free(v);
		return -1;
	}
	keys = value_new_struct();
	value_set_str(keys, "ipv4", word);
	for (size_t i = 0; i < 3; i++)
		value_set_str(keys, names[i], fixed ? req_str(q, 2 + i) : "");
	return change(q, v, keys, rec_str(q->self,
	    PIF_ipv6_configuration_mode));
}

int
pif_reconfigure_ipv6(struct request *q)
{
	const char *word = word_of(ways6, req_str(q, 1));
	bool fixed = word != NULL && strcmp(word, "static") == 0;
	struct value *v, *keys;

	if (word == NULL)
		return req_fail(q, "INVALID_VALUE", "mode", req_str(q, 1),
		    NULL);
	if (fixed && check6(q) == -1)
		return -1;
	v = pif_change(&q->core->db, "set", q->self);
	/* IPv4's servers stay, when none are named */
	if (fixed && *req_str(q, 4) != '\0' &&
	    put_dns(q, v, req_str(q, 4)) == -1) {
		value_free(v);
		return -1;
	}
	keys = value_new_struct();
	value_set_str(keys, "ipv6", word);
	value_set_str(keys, "address6", fixed ? req_str(q, 2) : "");
	value_set_str(keys, "gateway6", fixed ? req_str(q, 3) : "");
	return change(q, v, keys, rec_str(q->self,
	    PIF_ip_configuration_mode));
}

void
pif_trial(struct core *core, const struct value *facts)
{
	struct err ignored;
	bool open;

	if (value_as_bool(value_get(facts, "net_trial"), &open, &ignored) == 0)
		core->net_open = open;
}

static void
confirmed(struct core *core, struct request *none, struct reply *r)
{
	struct err ignored;
	bool stays;

	(void)none;
	core->net_asked = false;
	if (r->ok && value_as_bool(r->value, &stays, &ignored) == 0 && stays)
		core->net_open = false;
}

void
pif_heard(struct core *core, const char *peer)
{
	struct value *params;

	if (!core->net_open || core->net_asked || *peer == '\0' ||
	    core->net_due > core_ms())
		return;
	core->net_asked = true;
	core->net_due = core_ms() + ASK_MS;
	params = value_new_array();
	value_add_str(params, peer);
	core_ask(core, core->xen, priv_names[PRIV_NET_CONFIRM], params,
	    confirmed, NULL);
}

void
pif_coordinator_heard(struct core *core)
{
	char host[256];
	struct err ignored;

	if (core->net_open && address_split(core->pool->address, host,
	    sizeof(host), NULL, &ignored) == 0)
		pif_heard(core, host);
}
