/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "console_font.h"
#include "console_rfb.h"
#include "console_term.h"

/*
 * A guest's words and a viewer's messages, in turns: a byte that says whose
 * (its highest bit) and how many, then as many.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ignore(void *arg, const char *data, size_t len)
{
	(void)arg;
	(void)data;
	(void)len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct term *t = term_new(ignore, NULL);
	struct font *font = font_open();
	struct rfb r;
	size_t n;
	int rc = 0;

	rfb_init(&r, t, font);
	while (size > 0 && rc == 0) {
		n = data[0] & 0x7f;
		if (n > size - 1)
			n = size - 1;
		if ((data[0] & 0x80) != 0)
			term_feed(t, (const char *)data + 1, n);
		else
			rc = rfb_feed(&r, (const char *)data + 1, n);
		rfb_update(&r);
		if (r.out.len > (1 << 18))
			abort();
		buf_reset(&r.out);
		data += n + 1;
		size -= n + 1;
	}
	rfb_free(&r);
	term_free(t);
	font_close(font);
	return 0;
}
