/* SPDX-License-Identifier: ISC */
#ifndef RPC_CLIENT_H
#define RPC_CLIENT_H

#include "call.h"
#include "err.h"
#include "value.h"

/*
 * A client of the XenAPI: JSON-RPC over HTTPS to any host, or our own messages
 * over a host's local socket.  It blocks, keeps its connection between calls,
 * and is for one thread.  Proxies and redirects are not followed.
 */
struct rpc_options {
	const char *socket;	/* a local socket; then nothing below counts
				   but timeout_ms */
	const char *host;	/* name or numeric address */
	unsigned int port;	/* 0: 443 */
	/*
	 * The server's certificate must have this fingerprint (see
	 * fingerprint.h).  NULL: any certificate will do for the first
	 * connection, and only that one for the next; rpc_client_seen() tells.
	 */
	const char *fingerprint;
	unsigned int connect_ms;	/* 0: 10 seconds */
	unsigned int timeout_ms;	/* of a call; 0: one hour */
	size_t answer_max;	/* bytes over HTTPS; 0: value_limits_reply's */
};

struct rpc_client;

/* No connection is made yet, except to a local socket. */
int rpc_client_open(const struct rpc_options *options,
    struct rpc_client **c_r, struct err *e);

/* c may be NULL. */
void rpc_client_close(struct rpc_client *c);

/*
 * Call.  params (an array) stays the caller's.  0: there is an answer in *r,
 * good or bad, that the caller frees; -1: there is none, and e says why, host
 * in front.
 */
int rpc_call(struct rpc_client *c, const char *method,
    const struct value *params, struct reply *r, struct err *e);

/*
 * The same for callers that take a XenAPI error as any other.  The value is
 * the caller's; NULL: e holds "CODE(...)" or what rpc_call() said.
 */
struct value *rpc_value(struct rpc_client *c, const char *method,
    const struct value *params, struct err *e);

/* The same with text parameters, ended by NULL. */
struct value *rpc_get(struct rpc_client *c, struct err *e, const char *method,
    ...) __attribute__((sentinel));

/* The fingerprint that the server last showed, "" before any connection. */
const char *rpc_client_seen(const struct rpc_client *c);

#endif
