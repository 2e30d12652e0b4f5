/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETCARDS_H
#define BOOT_NETCARDS_H

#include "conf.h"
#include "err.h"
#include "netboot.h"
#include "nics.h"

/*
 * Wait until the cards are there that host.conf names (host), or boot options
 * (boot, when host is NULL), or so many seconds have gone; then give all cards
 * the names that they are to have.
 */
int cards_take(const struct conf *host, const struct netboot *boot,
    double seconds, struct nics *n, struct err *e);

#endif
