/* SPDX-License-Identifier: ISC */
#ifndef PROBE_NET_H
#define PROBE_NET_H

#include "device.h"
#include "packet.h"
#include "ring.h"

#include <xen/io/netif.h>

/* A vif: it answers ARP and echo requests, and forgets the rest. */
#define NET_RX 32
#define NET_TX 16

struct net {
	struct device d;
	struct packet_self self;
	netif_tx_front_ring_t tx;
	netif_rx_front_ring_t rx;
	grant_ref_t tx_ring_ref, rx_ring_ref;
	grant_ref_t tx_ref[NET_TX], rx_ref[NET_RX];
	bool tx_busy[NET_TX];
	uint64_t received, answered;
	struct net_pages *pages;
};

struct net_pages {
	uint8_t tx_ring[PAGE], rx_ring[PAGE];
	uint8_t tx[NET_TX][PAGE], rx[NET_RX][PAGE];
};

/* false: nobody is behind it.  The address is self.ip, all zeros: none. */
bool net_open(struct net *n, struct store *s, unsigned int id,
    struct net_pages *pages);
void net_close(struct net *n);

/* Do what there is to do; whether there was anything. */
bool net_run(struct net *n);

#endif
