/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_SELFTEST_NET_H
#define DOMUSD_SELFTEST_NET_H

#include <stdbool.h>

#include "err.h"

struct vif_config;

/* Addresses of a link that leads nowhere (RFC 3927). */
#define SELFTEST_HOST "169.254.77.1"
#define SELFTEST_GUEST "169.254.77.2"

/* The guest's interface there: locked to SELFTEST_GUEST, so that a filter that
 * keeps right frames away is seen. */
void selftest_vif(const char *bridge, struct vif_config *c);

/*
 * From this bridge, without any address of dom0's: who has SELFTEST_GUEST,
 * and does it answer an echo request?  -1: not within so many milliseconds.
 */
int selftest_ping(const char *bridge, int ms, struct err *e);

/* Make a bridge and set it up, or take it away; fine when that is so. */
int selftest_bridge(const char *bridge, bool there, struct err *e);

#endif
