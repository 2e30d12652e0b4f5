/* SPDX-License-Identifier: ISC */
#ifndef RPC_MSG_H
#define RPC_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "call.h"
#include "err.h"

/*
 * What the processes of domusd say to each other: frames on a stream socket.
 *
 *	u32 length of the payload, u32 kind, u64 id, payload
 *
 * little-endian.  The payload is one encoded value (value.h).  An id is chosen
 * by who asks and comes back in the answer; answers come in any order, and a
 * long poll's may come a minute later.
 *
 * Every reader says which kinds it takes and how large; anything else ends the
 * conversation, since only a broken or hostile process would send it.
 */
enum msg_kind {
	/* [net] to [core]; MSG_CALL and MSG_CANCEL also from local clients */
	MSG_READY,	/* null: listening, privileges dropped */
	MSG_CALL,	/* a struct call; answered by MSG_REPLY */
	MSG_CANCEL,	/* null: the client of this call is gone, forget it */
	/* [core] to [net] */
	MSG_REPLY,	/* a struct reply */
	MSG_CERT,	/* string: PEM of key and certificate to use from now */
	/* [net] to [core]: a page, not a method */
	MSG_HTTP,	/* a struct call; answered by MSG_REPLY */
	/* [core] to [net], with a descriptor */
	MSG_STREAM,	/* struct: the bytes of this call's body; http.h */
	/* both ways between [core] and those behind it */
	MSG_NOTE,	/* a value, about a question that is still open */
	MSG_KINDS
};

#define MSG_BIT(kind) (UINT64_C(1) << (kind))
#define MSG_FROM_NET (MSG_BIT(MSG_READY) | MSG_BIT(MSG_CALL) | \
    MSG_BIT(MSG_CANCEL) | MSG_BIT(MSG_HTTP))
#define MSG_FROM_LOCAL (MSG_BIT(MSG_CALL) | MSG_BIT(MSG_CANCEL))
#define MSG_FROM_CORE (MSG_BIT(MSG_REPLY) | MSG_BIT(MSG_CERT) | \
    MSG_BIT(MSG_STREAM))

/*
 * Largest payloads, by who sends.  300 KiB of JSON, "[1,1,1,...", become at
 * most 1.4 MiB of values; an answer of [core] holds all records of a class.
 */
#define MSG_MAX_FROM_NET ((size_t)2 << 20)
#define MSG_MAX_FROM_CORE ((size_t)64 << 20)

struct msg_port;

struct msg {
	enum msg_kind kind;
	uint64_t id;
	const void *data;	/* valid until the next msg_fill() */
	size_t len;
	struct msg_port *port;	/* that it came from; NULL: none */
};

/*
 * Descriptors on their way, in both directions, oldest first.  A message that
 * carries one says so in its payload; its reader takes it by msg_fd_take().
 */
#define MSG_FDS 64

struct msg_fds {
	struct {
		int fd;
		size_t at;	/* of its message's first byte, in `out' */
	} list[MSG_FDS];
	size_t n;
};

/* One end of a conversation.  fd is non-blocking and stays the caller's. */
struct msg_port {
	int fd;
	uint64_t accepts;	/* bits of kinds */
	size_t max_in, max_out;
	bool eof;		/* the other end has closed */
	struct buf in, out;
	size_t in_at, out_at;	/* what is done with */
	size_t begun;		/* where in out the open frame starts */
	bool takes_fds;		/* set it where they are expected */
	struct msg_fds fds_in, fds_out;
};

void msg_port_init(struct msg_port *p, int fd, uint64_t accepts,
    size_t max_in, size_t max_out);

/* p may be zeroed or freed before. */
void msg_port_free(struct msg_port *p);

/*
 * Read what is there.  1: something was read; 0: nothing now, or the end (eof
 * is set); -1: error.
 */
int msg_fill(struct msg_port *p, struct err *e);

/* The next whole message.  1: *m is set; 0: none; -1: not a message of ours. */
int msg_next(struct msg_port *p, struct msg *m, struct err *e);

/*
 * Queue a message.  Either at once, or by encoding its payload into the buf
 * that msg_begin() gives and calling msg_end(), which fails (and queues
 * nothing) when the payload is larger than max_out or memory ran out.
 */
int msg_put(struct msg_port *p, enum msg_kind kind, uint64_t id,
    const struct value *v, struct err *e);
struct buf *msg_begin(struct msg_port *p, enum msg_kind kind, uint64_t id);
int msg_end(struct msg_port *p, struct err *e);

/*
 * The message queued last carries fd, which is taken, also on failure: the
 * message has to be unsaid then, so ask msg_fd_room() first.
 */
int msg_attach(struct msg_port *p, int fd, struct err *e);
bool msg_fd_room(const struct msg_port *p);

/* The oldest descriptor that has come, from now on the caller's; -1: none. */
int msg_fd_take(struct msg_port *p);

/* Write what can be written.  1: all of it; 0: some is left; -1: error. */
int msg_flush(struct msg_port *p, struct err *e);

/* Whether something is waiting to be written. */
bool msg_waiting(const struct msg_port *p);

/*
 * The payloads.  A reply that is too large to send becomes a failure of code
 * INTERNAL_ERROR.  msg_reply_encoded_put() is for a success whose value is
 * encoded already.  On success *c and *r are the caller's to free.
 */
int msg_call_put(struct msg_port *p, uint64_t id, const struct call *c,
    struct err *e);
int msg_http_put(struct msg_port *p, uint64_t id, const struct call *c,
    struct err *e);
int msg_call_get(const struct msg *m, struct call *c, struct err *e);
int msg_reply_put(struct msg_port *p, uint64_t id, const struct reply *r,
    struct err *e);
int msg_reply_encoded_put(struct msg_port *p, uint64_t id, const void *value,
    size_t len, struct err *e);
/* A success whose value is null, with a descriptor, which is taken. */
int msg_reply_fd_put(struct msg_port *p, uint64_t id, int fd, struct err *e);
int msg_reply_get(const struct msg *m, struct reply *r, struct err *e);
/* The same, but a success stays encoded, and unchecked, in the message. */
int msg_reply_peek(const struct msg *m, struct reply *r, struct err *e);

#endif
