/* SPDX-License-Identifier: ISC */
#ifndef RPC_CALL_H
#define RPC_CALL_H

#include <stdbool.h>

#include "err.h"
#include "value.h"

/*
 * One call of the XenAPI and what became of it, whatever protocol it came in.
 */
enum protocol {
	PROTOCOL_XMLRPC,
	PROTOCOL_JSONRPC2,
	PROTOCOL_JSONRPC1,	/* no "jsonrpc" member; errors are an array */
	PROTOCOL_HTTP,		/* a page of its own, not a method */
};

#define CALL_PEER 64

struct call {
	enum protocol protocol;
	char *method;		/* as the client wrote it, e.g. Async.VM.start */
	struct value *params;	/* an array */
	struct value *id;	/* JSON-RPC's, for the answer; or NULL */
	char peer[CALL_PEER];	/* numeric address, no port; "" when local */
	/*
	 * [core] itself sets this, for what came over its local socket
	 * (local.h), whose peer the kernel says is uid 0: such a login needs
	 * no password.  It never travels in a message: [net] may be lying.
	 */
	bool local_root;
};

/* A zeroed struct is an empty call.  c may be empty or freed before. */
void call_free(struct call *c);

/*
 * The answer: a value, or one of XenAPI's codes with its parameters, which are
 * all text.
 */
struct reply {
	bool ok;
	struct value *value;	/* when ok, unless it is still encoded: */
	const void *encoded;	/* not the reply's, as long as its message */
	size_t encoded_len;
	bool has_fd;		/* when ok: a descriptor, the reply's */
	int fd;
	char *code;		/* when not */
	struct value *params;	/* when not: an array */
};

/*
 * Make *r a failure, forgetting what it was.  The parameters are strings
 * ended by NULL: reply_fail(r, "HANDLE_INVALID", "VM", ref, NULL).
 */
void reply_fail(struct reply *r, const char *code, ...)
    __attribute__((sentinel));

/* Make *r a success; v is the reply's from now on. */
void reply_set(struct reply *r, struct value *v);

/* Make *r a success that is a descriptor, which is taken. */
void reply_set_fd(struct reply *r, int fd);

/* The same taken out of it; -1: there is none. */
int reply_take_fd(struct reply *r);

/* "CODE(p1, p2)", for logs and for people. */
int reply_error(const struct reply *r, struct err *e);

/* r may be empty or freed before. */
void reply_free(struct reply *r);

#endif
