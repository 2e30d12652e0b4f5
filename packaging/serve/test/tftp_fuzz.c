/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "tftp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
on_packet(void *arg, const void *data, size_t len)
{
	const unsigned char *p = data;
	const struct tftp *t = arg;

	if (len < 4 || len > 4 + (size_t)t->how.blksize + 128 || p[0] != 0)
		abort();
}

/* A request, then packets of the other side: a byte says how long each is. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char text[100000];
	struct tftp t = { .fd = -1, .text = text, .size = sizeof(text),
		.send = on_packet };
	enum tftp_error code;
	const char *why;
	size_t n;

	if (len < 1)
		return 0;
	n = data[0] < len - 1 ? data[0] : len - 1;
	t.arg = &t;
	if (tftp_parse(data + 1, n, &t.how, &code, &why) == -1)
		return 0;
	tftp_begin(&t);
	for (data += n + 1, len -= n + 1; len > 0; data += n, len -= n) {
		n = (data[0] & 7u) + 1 < len ? (data[0] & 7u) + 1 : len;
		if (n == 1)
			tftp_again(&t);
		else
			tftp_take(&t, data + 1, n - 1);
		if (t.acked > t.blocks)
			abort();
	}
	return 0;
}
