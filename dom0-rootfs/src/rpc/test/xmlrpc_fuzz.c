/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>

#include "xmlrpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is read as a call is written as one, and reads the same again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf b = { 0 };
	struct call c, again;
	struct reply r;
	struct err e;

	if (xmlrpc_call_parse((const char *)data, len, &value_limits_request,
	    &c, &e) == 0) {
		xmlrpc_call_put(&b, c.method, c.params);
		if (xmlrpc_call_parse(buf_str(&b), b.len, &value_limits_reply,
		    &again, &e) == -1)
			abort();
		call_free(&again);
		call_free(&c);
		buf_free(&b);
	}
	if (xmlrpc_reply_parse((const char *)data, len, &value_limits_reply,
	    &r, &e) == 0)
		reply_free(&r);
	return 0;
}
