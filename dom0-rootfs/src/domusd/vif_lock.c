/* SPDX-License-Identifier: ISC */
#include "vif_lock.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "nft.h"

#define TABLE "domus-vif"
#define INGRESS 0		/* of NFPROTO_NETDEV: linux/netfilter.h */
#define UDP 17
#define ICMP6 58

#define LINK NFT_PAYLOAD_LL_HEADER
#define NET NFT_PAYLOAD_NETWORK_HEADER
#define TRANSPORT NFT_PAYLOAD_TRANSPORT_HEADER

/* A tag of a VLAN reads as a type here. */
static const struct nft_at ether_source = { LINK, 6, 6 },
    ether_type = { LINK, 12, 2 },
    /* RFC 826 */
    arp_kind = { NET, 0, 6 }, arp_mac = { NET, 8, 6 },
    arp_from = { NET, 14, 4 }, arp_of = { NET, 24, 4 },
    ip4_from = { NET, 12, 4 }, ip4_to = { NET, 16, 4 },
    ip6_from = { NET, 8, 16 },
    ports = { TRANSPORT, 0, 4 }, port_from = { TRANSPORT, 0, 2 },
    /* RFC 4861 */
    icmp6_type = { TRANSPORT, 0, 1 }, icmp6_target = { TRANSPORT, 8, 16 };

static const unsigned char nobody[16] = { 0 };

/* What all rules of one interface are about. */
struct lock {
	struct nft *f;
	const char *chain;
	const struct vif_config *c;
	unsigned char ip6[VIF_ADDRESSES + 1][16];	/* its own, too */
};

static size_t
rule_of(struct nft *f, const char *chain, uint16_t type)
{
	size_t rule = nft_rule(f, chain);
	uint16_t wire = htons(type);

	nft_is(f, ether_type, &wire);
	return rule;
}

static void
is_protocol(struct nft *f, uint8_t number)
{
	nft_meta_is(f, NFT_META_L4PROTO, &number, 1);
}

/* RFC 4291, appendix A. */
static void
link_local(const unsigned char mac[6], unsigned char ip[16])
{
	memset(ip, 0, 16);
	ip[0] = 0xfe;
	ip[1] = 0x80;
	memcpy(ip + 8, mac, 3);
	ip[8] ^= 2;
	ip[11] = 0xff;
	ip[12] = 0xfe;
	memcpy(ip + 13, mac + 3, 3);
}

static uint32_t
set4(struct lock *l)
{
	return nft_set(l->f, l->c->ip4, 4, l->c->nip4);
}

static uint32_t
set6(struct lock *l)
{
	return nft_set(l->f, l->ip6, 16, l->c->nip6 + 1);
}

static void
own_mac(struct lock *l)
{
	size_t rule = nft_rule(l->f, l->chain);

	nft_is_not(l->f, ether_source, l->c->mac);
	nft_rule_end(l->f, rule, NF_DROP);
}

static void
no_server(struct lock *l, uint16_t type, uint16_t port)
{
	size_t rule = rule_of(l->f, l->chain, type);
	uint16_t wire = htons(port);

	is_protocol(l->f, UDP);
	nft_is(l->f, port_from, &wire);
	nft_rule_end(l->f, rule, NF_DROP);
}

/* probe: RFC 5227, whether somebody has the address already */
static void
arp(struct lock *l, bool probe)
{
	/* Ethernet, IPv4, and the lengths of their addresses */
	static const unsigned char kind[6] = { 0, 1, 8, 0, 6, 4 };
	uint32_t set = set4(l);
	size_t rule = rule_of(l->f, l->chain, ETH_P_ARP);

	nft_is(l->f, arp_kind, kind);
	nft_is(l->f, arp_mac, l->c->mac);
	if (probe)
		nft_is(l->f, arp_from, nobody);
	nft_is_in(l->f, probe ? arp_of : arp_from, set);
	nft_rule_end(l->f, rule, NF_ACCEPT);
}

static void
ip4(struct lock *l)
{
	static const unsigned char all[4] = { 255, 255, 255, 255 },
	    client[4] = { 0, 68, 0, 67 };
	uint32_t set;
	size_t rule;

	arp(l, false);
	arp(l, true);
	no_server(l, ETH_P_IP, 67);
	set = set4(l);
	rule = rule_of(l->f, l->chain, ETH_P_IP);
	nft_is_in(l->f, ip4_from, set);
	nft_rule_end(l->f, rule, NF_ACCEPT);
	rule = rule_of(l->f, l->chain, ETH_P_IP);
	nft_is(l->f, ip4_from, nobody);
	nft_is(l->f, ip4_to, all);
	is_protocol(l->f, UDP);
	nft_is(l->f, ports, client);
	nft_rule_end(l->f, rule, NF_ACCEPT);
}

/*
 * ICMPv6 of those types, from an address of its own or from none, and with
 * `own' about one.  What has its type in a later fragment has none here.
 */
static void
icmp6(struct lock *l, const char *types, bool from_own, bool own)
{
	uint32_t kinds = nft_set(l->f, types, 1, strlen(types));
	uint32_t from = from_own ? set6(l) : 0, target = own ? set6(l) : 0;
	size_t rule = rule_of(l->f, l->chain, ETH_P_IPV6);

	if (from_own)
		nft_is_in(l->f, ip6_from, from);
	else
		nft_is(l->f, ip6_from, nobody);
	is_protocol(l->f, ICMP6);
	nft_is_in(l->f, icmp6_type, kinds);
	if (own)
		nft_is_in(l->f, icmp6_target, target);
	nft_rule_end(l->f, rule, NF_ACCEPT);
}

static void
ip6(struct lock *l)
{
	uint8_t number = ICMP6;
	uint32_t set;
	size_t rule;

	no_server(l, ETH_P_IPV6, 547);
	set = set6(l);
	rule = rule_of(l->f, l->chain, ETH_P_IPV6);
	nft_is_in(l->f, ip6_from, set);
	nft_meta_is_not(l->f, NFT_META_L4PROTO, &number, 1);
	nft_rule_end(l->f, rule, NF_ACCEPT);
	/* errors, echoes, groups, router and neighbour solicitations */
	icmp6(l, "\1\2\3\4\200\201\203\204\205\207\217", true, false);
	icmp6(l, "\210", true, true);	/* neighbour advertisements */
	icmp6(l, "\207", false, true);	/* is this address free? */
	icmp6(l, "\205\217", false, false);
}

/* A chain is called as its interface and that one's number. */
static bool
is_stale(const char *chain)
{
	const char *dot = strrchr(chain, '.');
	char name[IFNAMSIZ] = "";

	if (dot == NULL || dot - chain >= IFNAMSIZ)
		return true;
	memcpy(name, chain, (size_t)(dot - chain));
	return if_nametoindex(name) != strtoul(dot + 1, NULL, 10);
}

static void
stale_remove(void *arg, const char *chain)
{
	if (is_stale(chain))
		nft_chain_remove(arg, chain);
}

int
vif_lock_sweep(struct err *e)
{
	struct nft *f = calloc(1, sizeof(*f));
	int rc = -1;

	if (f == NULL)
		return err_sys(e, TABLE);
	nft_begin(f, TABLE);
	nft_table(f, NFPROTO_NETDEV);
	if (nft_chains(TABLE, NFPROTO_NETDEV, stale_remove, f) == -1)
		err_sys(e, TABLE);
	else
		rc = nft_commit(f, TABLE, e);
	free(f);
	return rc;
}

int
vif_lock_apply(const char *name, const struct vif_config *c, struct err *e)
{
	bool locked = c->lock == VIF_LOCKED;
	char chain[IFNAMSIZ + 16];
	struct lock l = { .chain = chain, .c = c };
	int rc;

	if (vif_lock_sweep(e) == -1)
		return -1;
	l.f = calloc(1, sizeof(*l.f));
	if (l.f == NULL)
		return err_sys(e, "%s", name);
	snprintf(chain, sizeof(chain), "%s.%u", name, if_nametoindex(name));
	memcpy(l.ip6, c->ip6, sizeof(c->ip6));
	link_local(c->mac, l.ip6[c->nip6]);
	nft_begin(l.f, TABLE);
	nft_table(l.f, NFPROTO_NETDEV);
	/* made, if only to be taken away: with the policy of one that is */
	nft_chain(l.f, chain, INGRESS, 0, name, locked);
	if (!locked)
		nft_chain_remove(l.f, chain);
	if (locked && c->nip4 + c->nip6 > 0)
		own_mac(&l);
	if (locked && c->nip4 > 0)
		ip4(&l);
	if (locked && c->nip6 > 0)
		ip6(&l);
	rc = nft_commit(l.f, name, e);
	free(l.f);
	return rc;
}
