/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_TLS_H
#define DOMUSD_NET_TLS_H

#include <stddef.h>
#include <sys/types.h>

#include <openssl/types.h>

#include "err.h"

/* TLS 1.2 and 1.3 for a server, on non-blocking sockets. */

/* A context of that key and those certificates.  NULL and e. */
SSL_CTX *net_tls_ctx(const char *pem, struct err *e);

/*
 * What an operation came to, besides a count of bytes: it waits for the socket
 * to become readable or writable, or the connection is over (an orderly end,
 * a reset and a fault of protocol are the same to us).
 */
enum { TLS_WANT_READ = -1, TLS_WANT_WRITE = -2, TLS_OVER = -3 };

int net_tls_accept(SSL *ssl);	/* 0 when done */
ssize_t net_tls_read(SSL *ssl, char *data, size_t len);
ssize_t net_tls_write(SSL *ssl, const char *data, size_t len);

#endif
