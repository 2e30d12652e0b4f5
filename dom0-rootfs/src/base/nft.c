/* SPDX-License-Identifier: ISC */
#include "nft.h"

#include <arpa/inet.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

void
nft_start(struct nft *f, int what, int flags)
{
	struct nfgenmsg g = { .nfgen_family = (uint8_t)f->family };

	nl_start(&f->nl, NFNL_SUBSYS_NFTABLES << 8 | what, flags, &g,
	    sizeof(g));
}

static void
batch(struct nft *f, int what)
{
	struct nfgenmsg g = { .res_id = htons(NFNL_SUBSYS_NFTABLES) };

	nl_start(&f->nl, what, 0, &g, sizeof(g));
}

void
nft_begin(struct nft *f, const char *table)
{
	f->nl.len = f->nl.head = 0;
	f->nl.full = false;
	f->table = table;
	f->family = NFPROTO_UNSPEC;
	f->sets = 0;
	batch(f, NFNL_MSG_BATCH_BEGIN);
}

int
nft_commit(struct nft *f, const char *what, struct err *e)
{
	batch(f, NFNL_MSG_BATCH_END);
	return nl_ask(NETLINK_NETFILTER, &f->nl) == -1 ?
	    err_sys(e, "%s", what) : 0;
}

void
nft_number(struct nft *f, int type, uint32_t value)
{
	nl_u32(&f->nl, type, htonl(value));
}

void
nft_table(struct nft *f, int family)
{
	f->family = family;
	nft_start(f, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_ACK);
	nl_text(&f->nl, NFTA_TABLE_NAME, f->table);
}

/* Made so that it can be taken away. */
void
nft_table_remove(struct nft *f, int family)
{
	nft_table(f, family);
	nft_start(f, NFT_MSG_DELTABLE, NLM_F_ACK);
	nl_text(&f->nl, NFTA_TABLE_NAME, f->table);
}

void
nft_chain(struct nft *f, const char *name, int hook, int priority,
    const char *device, bool drop)
{
	size_t nest;

	nft_start(f, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_ACK);
	nl_text(&f->nl, NFTA_CHAIN_TABLE, f->table);
	nl_text(&f->nl, NFTA_CHAIN_NAME, name);
	nl_text(&f->nl, NFTA_CHAIN_TYPE, "filter");
	nft_number(f, NFTA_CHAIN_POLICY, drop ? NF_DROP : NF_ACCEPT);
	nest = nl_nest(&f->nl, NFTA_CHAIN_HOOK);
	nft_number(f, NFTA_HOOK_HOOKNUM, (uint32_t)hook);
	nft_number(f, NFTA_HOOK_PRIORITY, (uint32_t)priority);
	if (device != NULL)
		nl_text(&f->nl, NFTA_HOOK_DEV, device);
	nl_end(&f->nl, nest);
	nft_start(f, NFT_MSG_DELRULE, NLM_F_ACK);
	nl_text(&f->nl, NFTA_RULE_TABLE, f->table);
	nl_text(&f->nl, NFTA_RULE_CHAIN, name);
}

void
nft_chain_remove(struct nft *f, const char *name)
{
	nft_start(f, NFT_MSG_DELCHAIN, NLM_F_ACK);
	nl_text(&f->nl, NFTA_CHAIN_TABLE, f->table);
	nl_text(&f->nl, NFTA_CHAIN_NAME, name);
}

struct chains {
	const char *table;
	void (*take)(void *arg, const char *chain);
	void *arg;
};

static int
chain_take(void *arg, const struct nlmsghdr *h)
{
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(struct nfgenmsg));
	const char *first = (const char *)NLMSG_DATA(h) +
	    NLMSG_ALIGN(sizeof(struct nfgenmsg));
	const struct chains *to = arg;
	const struct nlattr *table, *name;
	size_t size;

	table = nl_find(first, len, NFTA_CHAIN_TABLE, &size);
	name = nl_find(first, len, NFTA_CHAIN_NAME, &size);
	if (table != NULL && name != NULL &&
	    strcmp((const char *)(table + 1), to->table) == 0)
		to->take(to->arg, (const char *)(name + 1));
	return 0;
}

int
nft_chains(const char *table, int family,
    void (*take)(void *arg, const char *chain), void *arg)
{
	struct nfgenmsg g = { .nfgen_family = (uint8_t)family };
	struct chains to = { table, take, arg };
	struct nl m = { .len = 0 };

	nl_start(&m, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN,
	    NLM_F_DUMP, &g, sizeof(g));
	return nl_dump_of(NETLINK_NETFILTER, &m, chain_take, &to);
}

/* The name of the set that comes next: the kernel puts a number for %d. */
#define NAMELESS "__set%d"

uint32_t
nft_set(struct nft *f, const void *keys, size_t len, size_t n)
{
	size_t list, element, key;
	struct nl *m = &f->nl;

	f->sets++;
	nft_start(f, NFT_MSG_NEWSET, NLM_F_CREATE | NLM_F_ACK);
	nl_text(m, NFTA_SET_TABLE, f->table);
	nl_text(m, NFTA_SET_NAME, NAMELESS);
	nft_number(f, NFTA_SET_FLAGS, NFT_SET_ANONYMOUS | NFT_SET_CONSTANT);
	nft_number(f, NFTA_SET_KEY_TYPE, 0);
	nft_number(f, NFTA_SET_KEY_LEN, (uint32_t)len);
	nft_number(f, NFTA_SET_ID, f->sets);
	nft_start(f, NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_ACK);
	nl_text(m, NFTA_SET_ELEM_LIST_TABLE, f->table);
	nl_text(m, NFTA_SET_ELEM_LIST_SET, NAMELESS);
	nft_number(f, NFTA_SET_ELEM_LIST_SET_ID, f->sets);
	list = nl_nest(m, NFTA_SET_ELEM_LIST_ELEMENTS);
	for (size_t i = 0; i < n; i++) {
		element = nl_nest(m, NFTA_LIST_ELEM);
		key = nl_nest(m, NFTA_SET_ELEM_KEY);
		nl_put(m, NFTA_DATA_VALUE, (const char *)keys + i * len, len);
		nl_end(m, key);
		nl_end(m, element);
	}
	nl_end(m, list);
	return f->sets;
}

/* A rule is a list of expressions; each is a name and attributes. */
size_t
nft_rule(struct nft *f, const char *chain)
{
	nft_start(f, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND |
	    NLM_F_ACK);
	nl_text(&f->nl, NFTA_RULE_TABLE, f->table);
	nl_text(&f->nl, NFTA_RULE_CHAIN, chain);
	return nl_nest(&f->nl, NFTA_RULE_EXPRESSIONS);
}

struct nft_expr
nft_expr(struct nft *f, const char *name)
{
	struct nft_expr x;

	x.element = nl_nest(&f->nl, NFTA_LIST_ELEM);
	nl_text(&f->nl, NFTA_EXPR_NAME, name);
	x.data = nl_nest(&f->nl, NFTA_EXPR_DATA);
	return x;
}

void
nft_expr_end(struct nft *f, struct nft_expr x)
{
	nl_end(&f->nl, x.data);
	nl_end(&f->nl, x.element);
}

void
nft_rule_end(struct nft *f, size_t rule, uint32_t verdict)
{
	struct nft_expr x = nft_expr(f, "immediate");
	size_t data, nest;

	nft_number(f, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nl_nest(&f->nl, NFTA_IMMEDIATE_DATA);
	nest = nl_nest(&f->nl, NFTA_DATA_VERDICT);
	nft_number(f, NFTA_VERDICT_CODE, verdict);
	nl_end(&f->nl, nest);
	nl_end(&f->nl, data);
	nft_expr_end(f, x);
	nl_end(&f->nl, rule);
}

void
nft_load(struct nft *f, struct nft_at at)
{
	struct nft_expr x = nft_expr(f, "payload");

	nft_number(f, NFTA_PAYLOAD_DREG, NFT_REG_1);
	nft_number(f, NFTA_PAYLOAD_BASE, at.base);
	nft_number(f, NFTA_PAYLOAD_OFFSET, at.offset);
	nft_number(f, NFTA_PAYLOAD_LEN, at.len);
	nft_expr_end(f, x);
}

static void
compare(struct nft *f, uint32_t how, const void *value, size_t len)
{
	struct nft_expr x = nft_expr(f, "cmp");
	size_t nest;

	nft_number(f, NFTA_CMP_SREG, NFT_REG_1);
	nft_number(f, NFTA_CMP_OP, how);
	nest = nl_nest(&f->nl, NFTA_CMP_DATA);
	nl_put(&f->nl, NFTA_DATA_VALUE, value, len);
	nl_end(&f->nl, nest);
	nft_expr_end(f, x);
}

void
nft_is(struct nft *f, struct nft_at at, const void *value)
{
	nft_load(f, at);
	compare(f, NFT_CMP_EQ, value, at.len);
}

void
nft_is_not(struct nft *f, struct nft_at at, const void *value)
{
	nft_load(f, at);
	compare(f, NFT_CMP_NEQ, value, at.len);
}

void
nft_is_in(struct nft *f, struct nft_at at, uint32_t set)
{
	struct nft_expr x;

	nft_load(f, at);
	x = nft_expr(f, "lookup");
	nl_text(&f->nl, NFTA_LOOKUP_SET, NAMELESS);
	nft_number(f, NFTA_LOOKUP_SREG, NFT_REG_1);
	nft_number(f, NFTA_LOOKUP_SET_ID, set);
	nft_expr_end(f, x);
}

static void
load_meta(struct nft *f, uint32_t key)
{
	struct nft_expr x = nft_expr(f, "meta");

	nft_number(f, NFTA_META_DREG, NFT_REG_1);
	nft_number(f, NFTA_META_KEY, key);
	nft_expr_end(f, x);
}

void
nft_meta_is(struct nft *f, uint32_t key, const void *value, size_t len)
{
	load_meta(f, key);
	compare(f, NFT_CMP_EQ, value, len);
}

void
nft_meta_is_not(struct nft *f, uint32_t key, const void *value, size_t len)
{
	load_meta(f, key);
	compare(f, NFT_CMP_NEQ, value, len);
}
