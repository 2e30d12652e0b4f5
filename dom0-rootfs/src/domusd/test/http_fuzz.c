/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net_answer.h"
#include "net_http.h"
#include "net_page.h"
#include "rrd_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What /rrd_updates makes of any page's query. */
static void
statistics(const struct value *head)
{
	struct rrd_query q;
	const char *wrong;

	if (rrd_query(value_get(head, "query"), &q, &wrong) == 0 &&
	    (q.interval < 0 || q.vm == NULL))
		abort();
}

/* Serve the requests in `in', which comes in pieces of that size. */
static void
serve(const char *in, size_t len, size_t piece, enum service service,
    struct buf *out)
{
	struct http h;
	struct call c = { 0 };
	struct reply r = { 0 };
	size_t n, used;

	http_init(&h, 4096);
	h.is_page = page_is;
	while (len > 0 && h.state != HTTP_BAD) {
		n = piece < len ? piece : len;
		used = http_feed(&h, in, n);
		if (used > n || (used < n && h.state == HTTP_READING))
			abort();
		in += used;
		len -= used;
		if (h.state == HTTP_BAD)
			answer_status(out, h.status);
		if (h.state == HTTP_AT_BODY)
			http_body(&h);
		if (h.state != HTTP_DONE)
			continue;
		if (answer_request(out, service, 443, &h, &c)) {
			reply_set(&r, value_copy(c.params));
			if (c.protocol == PROTOCOL_HTTP) {
				statistics(value_at(c.params, 0));
				answer_stream(out, &h, value_at(c.params, 0),
				    (int64_t)h.body.len);
			}
			answer_reply(out, &h, &c, &r);
		}
		call_free(&c);
		reply_free(&r);
		if (!http_keep_alive(&h))
			break;
		http_next(&h);
	}
	if (out->failed)
		abort();
	http_free(&h);
}

/* However the bytes come in, the answers are the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf whole = { 0 }, pieces = { 0 };
	enum service service;
	size_t piece;

	if (len < 1 || len > 8192)
		return 0;
	service = data[0] & 1 ? SERVICE_API : SERVICE_REDIRECT;
	piece = 1 + (data[0] >> 1);
	serve((const char *)data + 1, len - 1, len, service, &whole);
	serve((const char *)data + 1, len - 1, piece, service, &pieces);
	if (whole.len != pieces.len ||
	    (whole.len > 0 && memcmp(whole.data, pieces.data, whole.len) != 0))
		abort();
	buf_free(&whole);
	buf_free(&pieces);
	return 0;
}
