/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "net_http.h"

/* A body in chunks may be this much larger than what it says. */
#define MAX_RAW(h) (2 * HTTP_MAX_HEAD + 4 * (h)->max_body)

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HEADER(name, field) { name, offsetof(struct http, field), \
    sizeof(((struct http *)0)->field) }

static const struct {
	const char *name;
	size_t at, size;
} headers[] = {
	HEADER("host", host),
	HEADER("expect", expect),
	HEADER("cookie", cookie),
	HEADER("authorization", authorization),
	HEADER("range", range),
	HEADER("accept-encoding", accept_encoding),
	HEADER("if-none-match", if_none_match),
	HEADER("upgrade", upgrade),
	HEADER("sec-websocket-key", ws_key),
	HEADER("sec-websocket-protocol", ws_protocol),
	HEADER("sec-websocket-version", ws_version),
};

static int
on_begin(llhttp_t *p)
{
	struct http *h = p->data;

	buf_reset(&h->url);
	buf_reset(&h->body);
	h->head_done = h->want_continue = h->too_much = h->whole = false;
	h->page = false;
	h->field[0] = '\0';
	for (size_t i = 0; i < COUNT(headers); i++)
		((char *)h)[headers[i].at] = '\0';
	h->raw = 0;
	h->begun = true;
	return 0;
}

static int
on_url(llhttp_t *p, const char *at, size_t len)
{
	struct http *h = p->data;

	buf_add(&h->url, at, len);
	return 0;
}

/* Append to a text of fixed size, cutting it. */
static void
append(char *to, size_t size, const char *at, size_t len)
{
	size_t have = strlen(to);

	if (len > size - 1 - have)
		len = size - 1 - have;
	memcpy(to + have, at, len);
	to[have + len] = '\0';
}

static int
on_field(llhttp_t *p, const char *at, size_t len)
{
	struct http *h = p->data;

	append(h->field, sizeof(h->field), at, len);
	return 0;
}

static int
on_value(llhttp_t *p, const char *at, size_t len)
{
	struct http *h = p->data;

	for (size_t i = 0; i < COUNT(headers); i++)
		if (strcasecmp(h->field, headers[i].name) == 0)
			append((char *)h + headers[i].at, headers[i].size, at,
			    len);
	return 0;
}

static int
on_value_end(llhttp_t *p)
{
	struct http *h = p->data;

	h->field[0] = '\0';
	return 0;
}

static int
on_head(llhttp_t *p)
{
	struct http *h = p->data;
	bool chunked = (p->flags & F_CHUNKED) != 0;

	h->head_done = true;
	h->length = p->content_length;
	h->page = h->is_page != NULL && h->is_page(h);
	h->too_much = !h->page && p->content_length > h->max_body;
	if (h->too_much)
		return -1;
	h->want_continue = p->http_major == 1 && p->http_minor >= 1 &&
	    (p->content_length > 0 || chunked) &&
	    strcasecmp(h->expect, "100-continue") == 0;
	return h->page && (p->content_length > 0 || chunked) ? HPE_PAUSED : 0;
}

static int
on_body(llhttp_t *p, const char *at, size_t len)
{
	struct http *h = p->data;

	h->want_continue = false;
	h->too_much = !h->page && len > h->max_body - h->body.len;
	if (h->too_much)
		return -1;
	buf_add(&h->body, at, len);
	return 0;
}

static int
on_end(llhttp_t *p)
{
	struct http *h = p->data;

	h->want_continue = false;
	h->whole = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_message_begin = on_begin,
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_end,
	.on_headers_complete = on_head,
	.on_body = on_body,
	.on_message_complete = on_end,
};

void
http_init(struct http *h, size_t max_body)
{
	*h = (struct http){ .max_body = max_body };
	llhttp_init(&h->parser, HTTP_REQUEST, &settings);
	h->parser.data = h;
}

void
http_free(struct http *h)
{
	buf_free(&h->url);
	buf_free(&h->body);
}

static void
bad(struct http *h, int status)
{
	h->state = HTTP_BAD;
	h->status = status;
}

size_t
http_feed(struct http *h, const char *data, size_t len)
{
	llhttp_errno_t rc;
	size_t used = len;

	if (h->state != HTTP_READING)
		return 0;
	rc = llhttp_execute(&h->parser, data, len);
	if (rc != HPE_OK)
		used = (size_t)(llhttp_get_error_pos(&h->parser) - data);
	h->raw += used;
	if (rc == HPE_PAUSED && !h->whole)
		h->state = HTTP_AT_BODY;
	else if (rc == HPE_PAUSED || rc == HPE_PAUSED_UPGRADE)
		h->state = HTTP_DONE;
	else if (h->too_much)
		bad(h, 413);
	else if (rc != HPE_OK)
		bad(h, 400);
	if (h->url.failed || h->body.failed)
		bad(h, 503);
	if (!h->head_done && h->raw > HTTP_MAX_HEAD)
		bad(h, 431);
	else if (h->raw > MAX_RAW(h) && !h->page)
		bad(h, 413);
	return used;
}

void
http_body(struct http *h)
{
	llhttp_resume(&h->parser);
	h->state = HTTP_READING;
}

void
http_next(struct http *h)
{
	llhttp_resume(&h->parser);
	h->state = HTTP_READING;
	h->begun = h->head_done = false;
	h->raw = 0;
}

bool
http_keep_alive(const struct http *h)
{
	return h->state == HTTP_DONE && !h->parser.upgrade &&
	    llhttp_should_keep_alive(&h->parser) == 1;
}
