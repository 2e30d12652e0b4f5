/* SPDX-License-Identifier: ISC */
#ifndef RPC_ADDRESS_H
#define RPC_ADDRESS_H

#include <stddef.h>

#include "err.h"

/*
 * Where another host is, as people write it: "host", "host:port",
 * "[v6]:port", "[v6]", or a bare v6 address.  The host's part is copied without
 * brackets; *port_r (may be NULL) is 0 when there is none.  -1 and e when it is
 * none of these, or does not fit.
 */
int address_split(const char *address, char *host, size_t size,
    unsigned int *port_r, struct err *e);

#endif
