/* SPDX-License-Identifier: ISC */
#ifndef BOOT_LEASE_H
#define BOOT_LEASE_H

#include <stddef.h>

#include "buf.h"
#include "conf.h"
#include "err.h"
#include "ip.h"

#define LEASE_SERVERS 4
#define LEASE_DIR "/run/net"
#define LEASE_FAMILY "DOMUS_FAMILY"	/* in a client's environment: 4, 6 */
#define LEASE_METRIC "DOMUS_METRIC"	/* there, too: of its way out */

/* What the network told: out of the environment that udhcpc(8) and udhcpc6
 * make, or of a router's advertisement. */
struct lease {
	char interface[16];
	int family;
	bool router_said;	/* an advertisement: no address */
	struct ip address, router;	/* router's family 0: none */
	struct ip dns[LEASE_SERVERS], ntp[LEASE_SERVERS];
	size_t ndns, nntp;
	char domain[256], hostname[65];	/* "" when none or not a name */
};

/*
 * A DHCP server is a stranger: an address that is none, and a name with
 * anything but letters, digits, '-' and '.', are left out; without a usable
 * address (and netmask) it is an error.
 */
int lease_take(struct lease *l, struct err *e);

/*
 * The name servers and domain of a router's advertisement (RFC 8106), out of
 * the option's bytes; 1: there was something, 0: nothing of these.
 */
int lease_router(struct lease *l, const unsigned char *option, size_t len);

/* Copy a name when it is one. */
void lease_name(const char *text, char *to, size_t size);

/* Keep what it says of servers in dir; lease_forget() undoes that. */
int lease_save(const struct lease *l, const char *dir, struct err *e);
void lease_forget(const char *interface, int family, const char *dir);

/* The address that a kept DHCPv6 lease gave; false: none. */
bool lease_address6(const char *interface, const char *dir, struct ip *ip);

/* All of them. */
void leases_forget(const char *dir);

/*
 * All leases kept in dir, management's network first: every value of that key
 * ("name-server", "ntp-server", "domain"), each once, added to c.
 */
int leases_read(const char *dir, struct conf *c, struct err *e);

/* resolv.conf(5): host.conf's name servers, else those of the leases. */
void resolv_make(const struct conf *host, const struct conf *leases,
    struct buf *to);

#endif
