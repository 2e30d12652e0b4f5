/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_HTTP_H
#define DOMUSD_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <llhttp.h>

#include "buf.h"

/*
 * Requests of one connection, one after the other, out of bytes as they come.
 * No input or output of its own.
 */
#define HTTP_MAX_HEAD ((size_t)16 << 10)

struct http {
	llhttp_t parser;
	enum { HTTP_READING, HTTP_AT_BODY, HTTP_DONE, HTTP_BAD } state;
	int status;		/* of the answer, when HTTP_BAD */
	bool begun;		/* something of this request has come */
	bool want_continue;	/* the client waits for "100 Continue" */
	bool head_done, too_much, whole;
	size_t max_body, raw;	/* raw: bytes of this request so far */
	struct buf url, body;
	char field[32];		/* the header being read */
	/* headers; what is longer is cut: the table is in net_http.c */
	char host[256], expect[32], cookie[512], authorization[512];
	char range[64], accept_encoding[128], if_none_match[64];
	char upgrade[32], ws_key[64], ws_protocol[128], ws_version[8];
	/* requests whose body is not collected: see HTTP_AT_BODY below */
	bool (*is_page)(const struct http *h);
	bool page;		/* this is one */
	uint64_t length;	/* of its body, as the head says */
};

void http_init(struct http *h, size_t max_body);
void http_free(struct http *h);

/*
 * Read on; how many bytes were used.  Fewer than len only when the state is
 * not HTTP_READING any more.
 */
size_t http_feed(struct http *h, const char *data, size_t len);

/*
 * A page with a body stops at HTTP_AT_BODY, when its head has been read.  After
 * this its body comes in any length: the caller takes it out of h->body, until
 * HTTP_DONE.
 */
void http_body(struct http *h);

/* After HTTP_DONE has been answered: the next request. */
void http_next(struct http *h);

/* Whether the connection may be used again after this request. */
bool http_keep_alive(const struct http *h);

#endif
