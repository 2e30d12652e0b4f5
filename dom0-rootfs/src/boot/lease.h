/* SPDX-License-Identifier: ISC */
#ifndef BOOT_LEASE_H
#define BOOT_LEASE_H

#include <netinet/in.h>
#include <stddef.h>

#include "buf.h"
#include "conf.h"
#include "err.h"

#define LEASE_SERVERS 4

/* What a DHCP server gave, out of the environment that udhcpc(8) makes. */
struct lease {
	char interface[16];
	struct in_addr address, netmask, router;	/* router 0: none */
	struct in_addr dns[LEASE_SERVERS], ntp[LEASE_SERVERS];
	size_t ndns, nntp;
	char domain[256], hostname[65];	/* "" when none or not a name */
};

/*
 * A DHCP server is a stranger: an address that is none, and a name with
 * anything but letters, digits, '-' and '.', are left out; without a usable
 * address and netmask it is an error.
 */
int lease_take(struct lease *l, struct err *e);

/* resolv.conf(5): host.conf's name servers, else the lease's (may be NULL). */
void resolv_make(const struct conf *host, const struct lease *l,
    struct buf *to);

#endif
