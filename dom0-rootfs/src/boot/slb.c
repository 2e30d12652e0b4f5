/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "netif.h"
#include "nl.h"
#include "slb.h"

#define TABLE "domus-slb"
#define SET "macs"
#define REMEMBER 5000		/* ms: a switch sends back at once; a guest
				   that moved to another host is heard soon */
#define MACS 65535
#define KEY_ETHER 9		/* nft(8)'s number of the type, for listings */
#define SOURCE 6		/* its offset in the frame, and its length */
#define EARLY -300
#define BRIDGE_IN 0		/* linux/netfilter_bridge.h */
#define BRIDGE_OUT 3
#define INGRESS 0		/* of NFPROTO_NETDEV: linux/netfilter.h */
#define BROADCAST 1		/* linux/if_packet.h */
#define MULTICAST 2

static void
start(struct nl *m, int what, int family, int flags)
{
	struct nfgenmsg g = { .nfgen_family = (uint8_t)family };

	nl_start(m, NFNL_SUBSYS_NFTABLES << 8 | what, flags, &g, sizeof(g));
}

/* What stands between these happens whole or not at all. */
static void
batch(struct nl *m, int what)
{
	struct nfgenmsg g = { .res_id = htons(NFNL_SUBSYS_NFTABLES) };

	nl_start(m, what, 0, &g, sizeof(g));
}

static void
number(struct nl *m, int type, uint32_t value)
{
	nl_u32(m, type, htonl(value));
}

/* Made so that it can be taken away, and then made anew. */
static void
table(struct nl *m, int family, bool stays)
{
	start(m, NFT_MSG_NEWTABLE, family, NLM_F_CREATE | NLM_F_ACK);
	nl_text(m, NFTA_TABLE_NAME, TABLE);
	start(m, NFT_MSG_DELTABLE, family, NLM_F_ACK);
	nl_text(m, NFTA_TABLE_NAME, TABLE);
	if (!stays)
		return;
	start(m, NFT_MSG_NEWTABLE, family, NLM_F_CREATE | NLM_F_ACK);
	nl_text(m, NFTA_TABLE_NAME, TABLE);
}

static void
set(struct nl *m)
{
	uint64_t timeout = htobe64(REMEMBER);
	size_t nest;

	start(m, NFT_MSG_NEWSET, NFPROTO_BRIDGE, NLM_F_CREATE | NLM_F_ACK);
	nl_text(m, NFTA_SET_TABLE, TABLE);
	nl_text(m, NFTA_SET_NAME, SET);
	number(m, NFTA_SET_FLAGS, NFT_SET_EVAL | NFT_SET_TIMEOUT);
	number(m, NFTA_SET_KEY_TYPE, KEY_ETHER);
	number(m, NFTA_SET_KEY_LEN, SOURCE);
	number(m, NFTA_SET_ID, 1);
	nl_put(m, NFTA_SET_TIMEOUT, &timeout, sizeof(timeout));
	nest = nl_nest(m, NFTA_SET_DESC);
	number(m, NFTA_SET_DESC_SIZE, MACS);
	nl_end(m, nest);
}

/* device: NULL but for ingress */
static void
chain(struct nl *m, int family, const char *name, int hook, int priority,
    const char *device)
{
	size_t nest;

	start(m, NFT_MSG_NEWCHAIN, family, NLM_F_CREATE | NLM_F_ACK);
	nl_text(m, NFTA_CHAIN_TABLE, TABLE);
	nl_text(m, NFTA_CHAIN_NAME, name);
	nl_text(m, NFTA_CHAIN_TYPE, "filter");
	nest = nl_nest(m, NFTA_CHAIN_HOOK);
	number(m, NFTA_HOOK_HOOKNUM, (uint32_t)hook);
	number(m, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	if (device != NULL)
		nl_text(m, NFTA_HOOK_DEV, device);
	nl_end(m, nest);
}

/* A rule is a list of expressions; each is a name and attributes. */
static size_t
rule(struct nl *m, int family, const char *in)
{
	start(m, NFT_MSG_NEWRULE, family, NLM_F_CREATE | NLM_F_APPEND |
	    NLM_F_ACK);
	nl_text(m, NFTA_RULE_TABLE, TABLE);
	nl_text(m, NFTA_RULE_CHAIN, in);
	return nl_nest(m, NFTA_RULE_EXPRESSIONS);
}

struct nests {
	size_t element, data;
};

static struct nests
expr(struct nl *m, const char *name)
{
	struct nests n;

	n.element = nl_nest(m, NFTA_LIST_ELEM);
	nl_text(m, NFTA_EXPR_NAME, name);
	n.data = nl_nest(m, NFTA_EXPR_DATA);
	return n;
}

static void
expr_end(struct nl *m, struct nests n)
{
	nl_end(m, n.data);
	nl_end(m, n.element);
}

static void
if_meta_is(struct nl *m, uint32_t key, const void *value, size_t len)
{
	struct nests n = expr(m, "meta");
	size_t nest;

	number(m, NFTA_META_DREG, NFT_REG_1);
	number(m, NFTA_META_KEY, key);
	expr_end(m, n);
	n = expr(m, "cmp");
	number(m, NFTA_CMP_SREG, NFT_REG_1);
	number(m, NFTA_CMP_OP, NFT_CMP_EQ);
	nest = nl_nest(m, NFTA_CMP_DATA);
	nl_put(m, NFTA_DATA_VALUE, value, len);
	nl_end(m, nest);
	expr_end(m, n);
}

static void
if_comes_by(struct nl *m, const char *interface)
{
	char name[NIC_NAME] = "";

	snprintf(name, sizeof(name), "%s", interface);
	if_meta_is(m, NFT_META_IIFNAME, name, sizeof(name));
}

static void
load_source(struct nl *m)
{
	struct nests n = expr(m, "payload");

	number(m, NFTA_PAYLOAD_DREG, NFT_REG_1);
	number(m, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_LL_HEADER);
	number(m, NFTA_PAYLOAD_OFFSET, SOURCE);
	number(m, NFTA_PAYLOAD_LEN, SOURCE);
	expr_end(m, n);
}

static void
if_known(struct nl *m)
{
	struct nests n;

	load_source(m);
	n = expr(m, "lookup");
	nl_text(m, NFTA_LOOKUP_SET, SET);
	number(m, NFTA_LOOKUP_SREG, NFT_REG_1);
	number(m, NFTA_LOOKUP_SET_ID, 1);
	expr_end(m, n);
}

static void
remember(struct nl *m, const char *in)
{
	size_t list = rule(m, NFPROTO_BRIDGE, in);
	struct nests n;

	load_source(m);
	n = expr(m, "dynset");
	nl_text(m, NFTA_DYNSET_SET_NAME, SET);
	number(m, NFTA_DYNSET_SET_ID, 1);
	number(m, NFTA_DYNSET_OP, NFT_DYNSET_OP_UPDATE);
	number(m, NFTA_DYNSET_SREG_KEY, NFT_REG_1);
	expr_end(m, n);
	nl_end(m, list);
}

static void
verdict(struct nl *m, uint32_t code)
{
	struct nests n = expr(m, "immediate");
	size_t data, nest;

	number(m, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nl_nest(m, NFTA_IMMEDIATE_DATA);
	nest = nl_nest(m, NFTA_DATA_VERDICT);
	number(m, NFTA_VERDICT_CODE, code);
	nl_end(m, nest);
	nl_end(m, data);
	expr_end(m, n);
}

/* Nothing that went out comes in; each bridge's way out is one interface. */
static void
no_echo(struct nl *m, const struct netplan *p)
{
	char lower[NIC_NAME];
	size_t list;

	set(m);
	chain(m, NFPROTO_BRIDGE, "in", BRIDGE_IN, EARLY, NULL);
	chain(m, NFPROTO_BRIDGE, "out", BRIDGE_OUT, EARLY, NULL);
	for (size_t i = 0; i < p->n; i++) {
		network_lower(&p->list[i], lower);
		if (p->list[i].bond == BOND_SLB) {
			list = rule(m, NFPROTO_BRIDGE, "in");
			if_comes_by(m, lower);
			if_known(m);
			verdict(m, NF_DROP);
			nl_end(m, list);
		}
		list = rule(m, NFPROTO_BRIDGE, "in");
		if_comes_by(m, lower);
		verdict(m, NF_ACCEPT);
		nl_end(m, list);
	}
	remember(m, "in");
	remember(m, "out");
}

static void
one_only(struct nl *m, const char *port)
{
	static const uint8_t kinds[] = { BROADCAST, MULTICAST };
	size_t list;

	chain(m, NFPROTO_NETDEV, port, INGRESS, 0, port);
	for (size_t i = 0; i < sizeof(kinds); i++) {
		list = rule(m, NFPROTO_NETDEV, port);
		if_meta_is(m, NFT_META_PKTTYPE, &kinds[i], 1);
		verdict(m, NF_DROP);
		nl_end(m, list);
	}
}

/* Several networks may be on one bond. */
static bool
is_first(const struct netplan *p, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(p->list[i].link, p->list[at].link) == 0)
			return false;
	return true;
}

static void
one_for_all(struct nl *m, const struct netplan *p)
{
	const struct network *n;
	bool taken;

	for (size_t i = 0; i < p->n; i++) {
		n = &p->list[i];
		if (n->bond != BOND_SLB || !is_first(p, i))
			continue;
		taken = false;
		for (size_t j = 0; j < n->nports; j++)
			if (!taken && netif_carrier(n->ports[j]))
				taken = true;
			else
				one_only(m, n->ports[j]);
	}
}

bool
slb_wanted(const struct netplan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].bond == BOND_SLB)
			return true;
	return false;
}

int
slb_apply(const struct netplan *p, struct err *e)
{
	bool wanted = slb_wanted(p);
	struct nl m = { .len = 0 };

	batch(&m, NFNL_MSG_BATCH_BEGIN);
	table(&m, NFPROTO_BRIDGE, wanted);
	table(&m, NFPROTO_NETDEV, wanted);
	if (wanted) {
		no_echo(&m, p);
		one_for_all(&m, p);
	}
	batch(&m, NFNL_MSG_BATCH_END);
	return nl_ask(NETLINK_NETFILTER, &m) == -1 ?
	    err_sys(e, "the filters of balance-slb") : 0;
}
