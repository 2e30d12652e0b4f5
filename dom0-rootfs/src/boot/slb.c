/* SPDX-License-Identifier: ISC */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "netif.h"
#include "nft.h"
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

#define FROM (struct nft_at){ NFT_PAYLOAD_LL_HEADER, SOURCE, SOURCE }

/* Taken away, and then made anew. */
static void
table(struct nft *f, int family, bool stays)
{
	nft_table_remove(f, family);
	if (stays)
		nft_table(f, family);
}

static void
set(struct nft *f)
{
	uint64_t timeout = htobe64(REMEMBER);
	size_t nest;

	nft_start(f, NFT_MSG_NEWSET, NLM_F_CREATE | NLM_F_ACK);
	nl_text(&f->nl, NFTA_SET_TABLE, TABLE);
	nl_text(&f->nl, NFTA_SET_NAME, SET);
	nft_number(f, NFTA_SET_FLAGS, NFT_SET_EVAL | NFT_SET_TIMEOUT);
	nft_number(f, NFTA_SET_KEY_TYPE, KEY_ETHER);
	nft_number(f, NFTA_SET_KEY_LEN, SOURCE);
	nft_number(f, NFTA_SET_ID, 1);
	nl_put(&f->nl, NFTA_SET_TIMEOUT, &timeout, sizeof(timeout));
	nest = nl_nest(&f->nl, NFTA_SET_DESC);
	nft_number(f, NFTA_SET_DESC_SIZE, MACS);
	nl_end(&f->nl, nest);
}

static void
if_comes_by(struct nft *f, const char *interface)
{
	char name[NIC_NAME] = "";

	snprintf(name, sizeof(name), "%s", interface);
	nft_meta_is(f, NFT_META_IIFNAME, name, sizeof(name));
}

static void
if_known(struct nft *f)
{
	struct nft_expr x;

	nft_load(f, FROM);
	x = nft_expr(f, "lookup");
	nl_text(&f->nl, NFTA_LOOKUP_SET, SET);
	nft_number(f, NFTA_LOOKUP_SREG, NFT_REG_1);
	nft_number(f, NFTA_LOOKUP_SET_ID, 1);
	nft_expr_end(f, x);
}

/* Without a verdict: what comes next is asked, too. */
static void
remember(struct nft *f, const char *in)
{
	size_t list = nft_rule(f, in);
	struct nft_expr x;

	nft_load(f, FROM);
	x = nft_expr(f, "dynset");
	nl_text(&f->nl, NFTA_DYNSET_SET_NAME, SET);
	nft_number(f, NFTA_DYNSET_SET_ID, 1);
	nft_number(f, NFTA_DYNSET_OP, NFT_DYNSET_OP_UPDATE);
	nft_number(f, NFTA_DYNSET_SREG_KEY, NFT_REG_1);
	nft_expr_end(f, x);
	nl_end(&f->nl, list);
}

/* Nothing that went out comes in; each bridge's way out is one interface. */
static void
no_echo(struct nft *f, const struct netplan *p)
{
	char lower[NIC_NAME];
	size_t list;

	set(f);
	nft_chain(f, "in", BRIDGE_IN, EARLY, NULL, false);
	nft_chain(f, "out", BRIDGE_OUT, EARLY, NULL, false);
	for (size_t i = 0; i < p->n; i++) {
		network_lower(&p->list[i], lower);
		if (p->list[i].bond == BOND_SLB) {
			list = nft_rule(f, "in");
			if_comes_by(f, lower);
			if_known(f);
			nft_rule_end(f, list, NF_DROP);
		}
		list = nft_rule(f, "in");
		if_comes_by(f, lower);
		nft_rule_end(f, list, NF_ACCEPT);
	}
	remember(f, "in");
	remember(f, "out");
}

static void
one_only(struct nft *f, const char *port)
{
	static const uint8_t kinds[] = { BROADCAST, MULTICAST };
	size_t list;

	nft_chain(f, port, INGRESS, 0, port, false);
	for (size_t i = 0; i < sizeof(kinds); i++) {
		list = nft_rule(f, port);
		nft_meta_is(f, NFT_META_PKTTYPE, &kinds[i], 1);
		nft_rule_end(f, list, NF_DROP);
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
one_for_all(struct nft *f, const struct netplan *p)
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
				one_only(f, n->ports[j]);
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
	struct nft f;

	nft_begin(&f, TABLE);
	table(&f, NFPROTO_NETDEV, wanted);
	if (wanted)
		one_for_all(&f, p);
	table(&f, NFPROTO_BRIDGE, wanted);
	if (wanted)
		no_echo(&f, p);
	return nft_commit(&f, "the filters of balance-slb", e);
}
