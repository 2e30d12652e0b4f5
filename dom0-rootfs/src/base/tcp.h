/* SPDX-License-Identifier: ISC */
#ifndef BASE_TCP_H
#define BASE_TCP_H

#include "err.h"

/*
 * The first of a server's addresses, as numbers, that takes a connection to
 * the port within ten seconds.  For what the kernel would wait for minutes.
 * 0; or -1 and e: e->sys is 0 when nobody knows the name, else why the last
 * address did not answer.
 */
int tcp_find(const char *server, unsigned int port, char address[64],
    struct err *e);

#endif
