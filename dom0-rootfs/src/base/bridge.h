/* SPDX-License-Identifier: ISC */
#ifndef BASE_BRIDGE_H
#define BASE_BRIDGE_H

#include "conf.h"

/* The names of the bridges that host.conf's networks are on. */

#define BRIDGE_NAME 16		/* IFNAMSIZ */
#define BRIDGE_PREFIX "xenbr"
#define BRIDGE "xenbr0"		/* the management network's, unless said */
/* The aliases of bridges: of those that host.conf says; and of those that
 * only guests of this host are in, which go with the last of them. */
#define BRIDGE_OURS "domus: host.conf"
#define BRIDGE_INTERNAL "domus: internal network"

/* The bridge of the management network; also as the host.conf below root
 * ("" but in tests) says, when there is one. */
const char *netplan_bridge(const struct conf *host);
void netplan_bridge_read(const char *root, char bridge[BRIDGE_NAME]);

/* The number of the network on that bridge; -1: host.conf has none. */
int netplan_number(const struct conf *host, const char *bridge);

#endif
