/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETIF_H
#define BOOT_NETIF_H

#include <netinet/in.h>
#include <stdbool.h>

#include "err.h"

/* Network interfaces by ioctl, netdevice(7).  Doing something twice is fine. */

int netif_up(const char *name, struct err *e);

/* An address of 0.0.0.0 takes the present one away. */
int netif_address(const char *name, struct in_addr address,
    struct in_addr netmask, struct err *e);

/* The present address; 0.0.0.0 when none. */
struct in_addr netif_address_get(const char *name);

/* Make `gateway' the way out by that interface; 0.0.0.0: no way out. */
int netif_gateway(const char *name, struct in_addr gateway, struct err *e);

/*
 * A bridge with one card in it and the card's hardware address, so that its
 * address does not change when guests come and go.  The card itself takes no
 * IPv6 address: the bridge has the host's.
 */
int netif_bridge(const char *bridge, const char *card, struct err *e);

#endif
