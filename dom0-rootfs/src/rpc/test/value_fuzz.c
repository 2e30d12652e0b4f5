/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jsonrpc.h"
#include "msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The binary form has one way to say a thing: decoding undoes encoding.  And
 * both ways to JSON lead to the same. */
static void
as_value(const uint8_t *data, size_t len)
{
	struct buf b = { 0 }, short_way = { 0 };
	struct value *v;
	struct err e;

	v = value_decode(data, len, &value_limits_request, NULL, &e);
	json_encoded_put(&short_way, data, len);
	if (v != NULL) {
		value_encode(&b, v);
		if (b.len != len || memcmp(b.data, data, len) != 0)
			abort();
		buf_reset(&b);
		json_put(&b, v);
		if (short_way.failed != b.failed || (!b.failed &&
		    strcmp(buf_str(&b), buf_str(&short_way)) != 0))
			abort();
	}
	value_free(v);
	buf_free(&b);
	buf_free(&short_way);
}

/* The same bytes as what another process sends. */
static void
as_messages(const uint8_t *data, size_t len)
{
	struct msg_port p;
	struct msg m;
	struct call c;
	struct reply r;
	struct err e;

	msg_port_init(&p, -1, MSG_FROM_NET | MSG_FROM_CORE, MSG_MAX_FROM_NET,
	    MSG_MAX_FROM_CORE);
	buf_add(&p.in, data, len);
	while (msg_next(&p, &m, &e) == 1) {
		if (m.kind == MSG_CALL && msg_call_get(&m, &c, &e) == 0)
			call_free(&c);
		if (m.kind == MSG_REPLY && msg_reply_get(&m, &r, &e) == 0)
			reply_free(&r);
	}
	msg_port_free(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	as_value(data, len);
	as_messages(data, len);
	return 0;
}
