/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETPLAN_H
#define BOOT_NETPLAN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "err.h"

#define NIC_NAME 16		/* IFNAMSIZ */

/* A physical network card. */
struct nic {
	char name[NIC_NAME];
	char mac[18];		/* aa:bb:cc:dd:ee:ff */
};

struct nics {
	struct nic list[64];
	size_t n;
};

/* The cards below a sysfs ("/sys"), sorted by name; virtual interfaces and
 * guests' ones are left out. */
int nics_read(const char *sysfs, struct nics *n, struct err *e);

enum ipv4 { IPV4_NONE, IPV4_DHCP, IPV4_STATIC };

struct netplan {
	char nic[NIC_NAME];
	enum ipv4 ipv4;
	struct in_addr address, netmask, gateway;	/* gateway 0: none */
	char note[200];		/* why this card, when host.conf's is not
				   there; "" otherwise */
};

/*
 * Which card carries the management bridge, and with what address.  The card
 * is the one with nic-mac, else the one with the name nic, else the only one
 * there is.  An empty host (no host.conf): the first card, by DHCP.
 */
int netplan_make(const struct conf *host, const struct nics *n,
    struct netplan *p, struct err *e);

/* True when host.conf's own card is there: nothing better will appear. */
bool netplan_settled(const struct conf *host, const struct nics *n);

/* A netmask's length, or -1 when its ones are not together. */
int netmask_bits(struct in_addr netmask);

#endif
