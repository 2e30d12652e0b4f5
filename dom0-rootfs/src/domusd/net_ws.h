/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_WS_H
#define DOMUSD_NET_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * WebSocket (RFC 6455), a server's side, behind the handshake.  Frames are
 * passed on as their bytes come, so none is too large; bounds are the
 * caller's.  No input or output of its own.
 */
struct ws {
	unsigned char head[14];
	size_t nhead;		/* of which we have */
	bool in_frame, in_message, closed;
	unsigned int opcode;
	uint64_t left;		/* of the frame's payload */
	size_t at;		/* of its mask */
	unsigned char control[125];
	size_t ncontrol;
};

/*
 * Bytes from the client: payloads go to `to', answers to its pings and its
 * end to `reply'.  -1: not such frames; close the connection.  After its end
 * w->closed is set and the rest is ignored.
 */
int ws_feed(struct ws *w, const char *data, size_t len, struct buf *to,
    struct buf *reply);

/* A binary message to the client; and the end, with that status. */
void ws_put(struct buf *b, const char *data, size_t len);
void ws_put_close(struct buf *b, unsigned int status);

/* Sec-WebSocket-Accept of a Sec-WebSocket-Key.  -1: that is none. */
int ws_accept(const char *key, char accept[32]);

#endif
