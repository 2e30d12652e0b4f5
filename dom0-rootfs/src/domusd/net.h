/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_H
#define DOMUSD_NET_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"

struct log;

/*
 * [net]: the process that reads the network.  TLS, HTTP, XML-RPC and JSON-RPC
 * in; messages (msg.h) to [core] and back; answers out.  It has no rights: an
 * empty root, a uid of its own, a list of system calls.  It keeps nothing that
 * is worth keeping, so when it dies it is started again with the same
 * listening sockets.
 *
 * How to start it: net_listen() as root for each port, socketpair(SOCK_STREAM),
 * fork; the child closes what is not named here and returns net_main()'s
 * result as its exit status.  The parent waits for MSG_READY.  To end it,
 * close the other end of core_fd.  A new certificate is a MSG_CERT.
 */
struct net_config {
	int core_fd;		/* to [core], non-blocking */
	int tls_fd;		/* listens for HTTPS; -1: none */
	int http_fd;		/* listens for HTTP, redirects; -1: none */
	unsigned int https_port;	/* where it redirects to */
	const char *pem;	/* private key and certificate(s) */
	const char *root;	/* an empty directory */
	uid_t uid;		/* and gid; not 0 */
	bool sandbox;		/* false only in tests, under sanitizers */
	unsigned int max_conns;	/* 0: NET_MAX_CONNS */
	unsigned int max_per_peer;	/* 0: NET_MAX_PER_PEER */
	unsigned int idle_ms;	/* 0: five minutes; tests are shorter */
	unsigned int head_ms;	/* 0: thirty seconds for a whole request */
	unsigned int stream_ms;	/* 0: five minutes without a byte of a body */
	size_t max_out;		/* 0: NET_MAX_OUT */
	const struct log *log;
};

#define NET_MAX_CONNS 1000
#define NET_MAX_PER_PEER 250
#define NET_MAX_OUT ((size_t)32 << 20)	/* bytes of answers not read yet */
#define NET_MAX_BODY ((size_t)300 << 10)	/* xapi's */

/*
 * A listening socket on that numeric address (NULL: all, IPv6 and IPv4), with
 * *port 0 an ephemeral one that is told.  -1 and e.
 */
int net_listen(const char *address, unsigned int *port, struct err *e);

/* 0 when [core] closed the conversation, 1 when it could not go on (logged). */
int net_main(const struct net_config *conf);

#endif
