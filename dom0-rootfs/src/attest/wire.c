/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "wire.h"

const unsigned char *
wire_bytes(struct wire *w, size_t len)
{
	const unsigned char *at = w->at;

	if (w->bad || len > w->left) {
		w->bad = true;
		return NULL;
	}
	w->at += len;
	w->left -= len;
	return at;
}

uint64_t
wire_get(struct wire *w, size_t bytes)
{
	const unsigned char *p = wire_bytes(w, bytes);
	uint64_t n = 0;

	for (size_t i = 0; p != NULL && i < bytes; i++)
		n = n << 8 | p[i];
	return n;
}

void
wire_blob(struct wire *w, struct blob *b)
{
	size_t len = (size_t)wire_get(w, 2);
	const unsigned char *p = wire_bytes(w, len);

	b->len = 0;
	if (p == NULL || len > sizeof(b->data)) {
		w->bad = true;
		return;
	}
	memcpy(b->data, p, len);
	b->len = len;
}

void
wire_put(struct buf *to, uint64_t number, size_t bytes)
{
	while (bytes-- > 0)
		buf_char(to, (char)(number >> 8 * bytes));
}

void
wire_put_blob(struct buf *to, const void *data, size_t len)
{
	wire_put(to, len, 2);
	buf_add(to, data, len);
}
