/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETBOOT_H
#define BOOT_NETBOOT_H

#include "err.h"
#include "lease.h"
#include "netplan.h"
#include "nics.h"

/*
 * The installer's network, as boot options say it:
 *
 *	network_device=all | CARD[,CARD]...	a name or a MAC; all if absent
 *	answerfile_device=			the same
 *	network_config=dhcp[:vlan=N][;mtu=N]
 *	network_config=static:ip=A;netmask=M[;gateway=A][;dns=A[,A]]
 *	    [;domain=D][;vlan=N][;mtu=N][;ipv6=A/LEN][;gatewayv6=A]
 *	map_netdev=ethN:CARD			repeatable, see nics.h
 *
 * Quotes may stand around a word or its value.
 */
struct netboot {
	char device[256];
	struct network shape;	/* what every network is to be like */
	struct lease told;	/* servers and domain that were given */
	struct nic_rules map;
};

/* A word that is wrong is an error that names it; the rest is read. */
int netboot_parse(const char *cmdline, struct netboot *b, struct err *e);

/* network_config='s value alone; used by netboot_parse(). */
int netboot_config(struct netboot *b, const char *text, struct err *e);

/* The networks to try, one for each card, without a bridge. */
int netboot_plan(const struct netboot *b, const struct nics *n,
    struct netplan *p, struct err *e);

/* True when the cards that are named are there. */
bool netboot_settled(const struct netboot *b, const struct nics *n);

#endif
