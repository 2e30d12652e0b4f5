/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_CONN_H
#define DOMUSD_NET_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/types.h>

#include "buf.h"
#include "call.h"
#include "msg.h"
#include "net.h"
#include "net_answer.h"
#include "net_http.h"

/* [net] as a whole, made in net_main(). */
struct net {
	const struct net_config *conf;
	int epoll;
	SSL_CTX *tls;
	struct msg_port core;
	struct conn **conns;	/* by slot; NULL: free */
	unsigned int slots, n;
	unsigned int max_per_peer, idle_ms, head_ms, stream_ms;
	size_t max_out;
	uint64_t calls;		/* counts up; part of each call's id */
	size_t held;		/* bytes of bodies being read */
	bool again;		/* some conn's `again' is set */
	int64_t now;		/* milliseconds, as of this round */
};

/*
 * One connection: handshake, then requests one after the other.  Only one is
 * on its way to [core] at a time; what a client sends meanwhile waits in `in'
 * or, beyond a limit, in the kernel.
 */
struct conn {
	struct net *net;
	int fd;
	unsigned int slot;
	enum service service;
	SSL *ssl;		/* NULL: plain */
	enum conn_state {
		CONN_HANDSHAKE,
		CONN_READ,	/* a request, or between two */
		CONN_CALL,	/* [core] works on it */
		CONN_WRITE,
		CONN_UPLOAD,	/* a body to a stream; net_stream.h */
		CONN_DOWNLOAD,	/* a stream to a body */
		CONN_RELAY,	/* bytes to and from another process */
		CONN_LINGER,	/* closed by us; the client may still send */
	} state;
	struct http http;
	struct buf in, out;
	size_t in_at, out_at;
	struct call call;
	uint64_t id;		/* of the call at [core], or 0 */
	int64_t deadline;
	uint32_t interest;	/* epoll's events */
	bool close_after;
	bool again;		/* it could go on, but others wait */
	char peer[CALL_PEER];
	struct stream *stream;	/* while a body is moved, or NULL */
	struct relay *relay;	/* of CONN_RELAY, made with its call; or NULL */
};

/* What a step leads to: go on at once, wait for the socket, or it is over. */
enum next { GO_ON, WAIT, OVER };

/* Steps' tools: bytes from and to the client, or what to wait for. */
enum next conn_wait(struct conn *c, uint32_t interest);
enum next conn_fill(struct conn *c);
enum next conn_send_out(struct conn *c);
/* The answer has been written, or there is none: on to the next request. */
enum next conn_written(struct conn *c);

/* Take over an accepted socket and start.  It may be gone on return. */
void conn_open(struct net *net, int fd, enum service service,
    const char *peer);

/* Go as far as it gets.  c may be gone on return. */
void conn_run(struct conn *c);

/* The answer to its call has come.  c may be gone on return. */
void conn_reply(struct conn *c, struct reply *r);

/* A body is to be moved between its client and fd, which is c's now. */
void conn_stream(struct conn *c, int fd, const struct value *v);

/* Give up whatever it does.  c is gone on return. */
void conn_close(struct conn *c);

/* For net_relay.c: how many bytes, or one of TLS_*. */
ssize_t conn_recv(struct conn *c, char *data, size_t len);
ssize_t conn_send(struct conn *c, const char *data, size_t len);
/* Answer with what is in `out'. */
void conn_answer(struct conn *c, bool keep_alive);

#endif
