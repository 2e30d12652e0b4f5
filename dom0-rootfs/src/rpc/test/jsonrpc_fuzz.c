/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>

#include "jsonrpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is read and written once reads and writes the same again. */
static void
round_trip(const struct value *v)
{
	struct buf once = { 0 }, twice = { 0 };
	struct value *again;
	struct err e;

	json_put(&once, v);
	again = json_parse(buf_str(&once), once.len, &value_limits_reply, &e);
	if (again == NULL)
		abort();
	json_put(&twice, again);
	if (once.len != twice.len)
		abort();
	value_free(again);
	buf_free(&once);
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct call c;
	struct reply r;
	struct err e;

	if (jsonrpc_call_parse((const char *)data, len, &value_limits_request,
	    &c, &e) == 0)
		round_trip(c.params);
	call_free(&c);
	if (jsonrpc_reply_parse((const char *)data, len, &value_limits_reply,
	    &r, &e) == 0)
		reply_free(&r);
	return 0;
}
