/* SPDX-License-Identifier: ISC */
#ifndef BASE_NFT_H
#define BASE_NFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "nl.h"

/*
 * The kernel's packet filter, nf_tables, by netlink.  What is put together
 * between nft_begin() and nft_commit() happens whole or not at all.  A table
 * is one family's: NFPROTO_BRIDGE, NFPROTO_NETDEV.
 */
struct nft {
	struct nl nl;
	const char *table;
	int family;
	uint32_t sets;		/* nameless ones so far */
};

void nft_begin(struct nft *f, const char *table);
int nft_commit(struct nft *f, const char *what, struct err *e);

/* What follows is about that family's table: made, if it is not there. */
void nft_table(struct nft *f, int family);
/* Taken away, with all in it, though it may not have been there. */
void nft_table_remove(struct nft *f, int family);

/* A chain at a hook; device: NULL but for ingress.  What passes its rules is
 * let through, or with `drop' dropped.  Its rules of before go. */
void nft_chain(struct nft *f, const char *name, int hook, int priority,
    const char *device, bool drop);
void nft_chain_remove(struct nft *f, const char *name);

/* Each chain that the kernel has in that table, one after the other. */
int nft_chains(const char *table, int family,
    void (*take)(void *arg, const char *chain), void *arg);

/* A set without a name, for one rule that follows: its number. */
uint32_t nft_set(struct nft *f, const void *keys, size_t len, size_t n);

/* A rule: conditions, one after the other, and what is done. */
size_t nft_rule(struct nft *f, const char *chain);
void nft_rule_end(struct nft *f, size_t rule, uint32_t verdict);

/* Conditions.  base: NFT_PAYLOAD_LL_HEADER ... */
struct nft_at {
	uint32_t base, offset, len;
};
void nft_is(struct nft *f, struct nft_at at, const void *value);
void nft_is_not(struct nft *f, struct nft_at at, const void *value);
void nft_is_in(struct nft *f, struct nft_at at, uint32_t set);
void nft_meta_is(struct nft *f, uint32_t key, const void *value, size_t len);
void nft_meta_is_not(struct nft *f, uint32_t key, const void *value,
    size_t len);

/* For what has no word of its own here. */
struct nft_expr {
	size_t element, data;
};
void nft_start(struct nft *f, int what, int flags);
struct nft_expr nft_expr(struct nft *f, const char *name);
void nft_expr_end(struct nft *f, struct nft_expr x);
void nft_number(struct nft *f, int type, uint32_t value);
void nft_load(struct nft *f, struct nft_at at);

#endif
