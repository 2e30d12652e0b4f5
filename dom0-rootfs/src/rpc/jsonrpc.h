/* SPDX-License-Identifier: ISC */
#ifndef RPC_JSONRPC_H
#define RPC_JSONRPC_H

#include <stddef.h>

#include "buf.h"
#include "call.h"
#include "err.h"
#include "value.h"

/*
 * JSON-RPC 2.0 and 1.0 as XenAPI speaks them: positional parameters, ints as
 * numbers, dates as text, void as "".  A failure of 2.0 is {code: 1, message:
 * CODE, data: [parameters]}, one of 1.0 is [CODE, parameters].
 *
 * No batches: an array of calls is refused.  Parsing fails with a reason and
 * leaves nothing to free, except that jsonrpc_call_parse() sets c->protocol
 * and c->id as far as it came, for the answer.
 */
struct value *json_parse(const char *text, size_t len,
    const struct value_limits *limits, struct err *e);

/* One line; or indented, for people, with a newline at the end. */
void json_put(struct buf *to, const struct value *v);
void json_pretty_put(struct buf *to, const struct value *v);

/* The same, of an encoded value (value.h); what is none makes `to' fail. */
void json_encoded_put(struct buf *to, const void *data, size_t len);

int jsonrpc_call_parse(const char *text, size_t len,
    const struct value_limits *limits, struct call *c, struct err *e);
int jsonrpc_reply_parse(const char *text, size_t len,
    const struct value_limits *limits, struct reply *r, struct err *e);

/* A call of version 2.0. */
void jsonrpc_call_put(struct buf *to, const char *method,
    const struct value *params, int64_t id);

/* The answer to c, of which only protocol and id are looked at. */
void jsonrpc_reply_put(struct buf *to, const struct call *c,
    const struct reply *r);

#endif
