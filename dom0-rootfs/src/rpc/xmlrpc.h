/* SPDX-License-Identifier: ISC */
#ifndef RPC_XMLRPC_H
#define RPC_XMLRPC_H

#include <stddef.h>

#include "buf.h"
#include "call.h"
#include "err.h"
#include "value.h"

/*
 * XML-RPC as XenAPI speaks it: 64-bit ints are decimal text, void is "", and
 * an answer is a struct {Status, Value | ErrorDescription}, except that of
 * system.listMethods, which is the bare value.
 *
 * Parsing: no network, no entities but the five of XML, no DOCTYPE.  Failing,
 * it says why with the line, and leaves nothing to free.
 */

/* <methodCall> to *c (protocol, method and params are set). */
int xmlrpc_call_parse(const char *xml, size_t len,
    const struct value_limits *limits, struct call *c, struct err *e);

/* <methodResponse> to *r; also a bare value, and <fault>. */
int xmlrpc_reply_parse(const char *xml, size_t len,
    const struct value_limits *limits, struct reply *r, struct err *e);

void xmlrpc_call_put(struct buf *to, const char *method,
    const struct value *params);

/* The answer to a call of that method. */
void xmlrpc_reply_put(struct buf *to, const char *method,
    const struct reply *r);

/* <value>...</value>: the form of task.result. */
void xmlrpc_value_put(struct buf *to, const struct value *v);

#endif
