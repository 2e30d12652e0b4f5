/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_LISTEN_H
#define DOMUSD_NET_LISTEN_H

#include <stddef.h>

/*
 * The next client of a listening socket, non-blocking, set up for short
 * answers and for noticing dead ends; and its numeric address (IPv4 also when
 * it came over IPv6).  -1 when there is none.
 */
int net_accept(int fd, char *peer, size_t size);

#endif
