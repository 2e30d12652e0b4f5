/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_ANSWER_H
#define DOMUSD_NET_ANSWER_H

#include <stdbool.h>

#include "buf.h"
#include "call.h"

struct http;

/* What is served on a listening socket. */
enum service { SERVICE_API, SERVICE_REDIRECT };

/*
 * What a whole request asks for.  true: *c is a call for [core]; false: the
 * answer has been put.
 */
bool answer_request(struct buf *to, enum service service,
    unsigned int https_port, const struct http *h, struct call *c);

/* The answer to a call. */
void answer_reply(struct buf *to, const struct http *h, const struct call *c,
    const struct reply *r);

/* The head of an answer whose body follows; length -1: in chunks, -2: to
 * the connection's end. */
void answer_stream(struct buf *to, const struct http *h,
    const struct value *v, int64_t length);

/* An answer of that status, after which the connection is closed. */
void answer_status(struct buf *to, int status);

#endif
