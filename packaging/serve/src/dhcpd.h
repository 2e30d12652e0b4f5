/* SPDX-License-Identifier: ISC */
#ifndef SERVE_DHCPD_H
#define SERVE_DHCPD_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "dhcp.h"
#include "err.h"
#include "machines.h"
#include "site.h"

/*
 * What machines are answered that ask for an address or for a file to boot.
 * A pure function of the question and the leases; serve.c has the sockets.
 *
 * As a DHCP server it is the only one on its network.  As a proxy (PXE 2.1) it
 * gives no addresses and only adds what to boot to the other server's answer.
 */
#define DHCPD_MAX 1024

struct dhcpd {
	const struct site *site;
	bool proxy;
	const struct machines *once;	/* whose done ones boot no more, or
					 * NULL */
	uint32_t netmask, router, dns;	/* 0: not told */
	uint32_t first, n;		/* addresses: host order, how many */
	struct dhcpd_lease {
		unsigned char mac[DHCP_MAC];
		time_t until;		/* 0: never given */
		bool bad;		/* somebody else has it */
	} leases[DHCPD_MAX];
};

/* "192.0.2.100-192.0.2.150" */
int dhcpd_range(struct dhcpd *d, const char *text, struct err *e);

/* Where a reply goes. */
enum dhcpd_to { DHCPD_BROADCAST, DHCPD_CLIENT, DHCPD_RELAY };

/*
 * True: out is the reply.  boot_port: it came to the proxy's own port, 4011.
 * kind_r says what the machine is.
 */
bool dhcpd_answer(struct dhcpd *d, const struct dhcp *in, bool boot_port,
    time_t now, struct dhcp_out *out, enum dhcpd_to *to, enum boot *kind_r);

#endif
