/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "jsonrpc.h"
#include "number.h"

/*
 * From the encoded form (value.h) to JSON, without a tree in between: an
 * answer with all records of a class has 100,000 values.
 */
struct encoded {
	const unsigned char *at, *end;
	unsigned int depth;
	struct buf *to;
};

static bool put(struct encoded *x);

static bool
take(struct encoded *x, uint64_t *n_r, size_t bytes)
{
	*n_r = 0;
	if ((size_t)(x->end - x->at) < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		*n_r |= (uint64_t)x->at[i] << (8 * i);
	x->at += bytes;
	return true;
}

/* RFC 8259, 7: what must be escaped, and what has a short form. */
static void
put_escaped(struct buf *to, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", as[] = "\"\\bfnrt";
	const char *p = memchr(from, c, sizeof(from) - 1);

	if (p != NULL) {
		buf_char(to, '\\');
		buf_char(to, as[p - from]);
	} else
		buf_printf(to, "\\u%04X", c);
}

static bool
put_text(struct encoded *x)
{
	const unsigned char *s, *plain;
	uint64_t len;

	if (!take(x, &len, 4) || len > (size_t)(x->end - x->at) ||
	    !value_utf8_ok((const char *)x->at, (size_t)len))
		return false;
	buf_char(x->to, '"');
	plain = x->at;
	x->at += len;
	for (s = plain; s < x->at; s++) {
		if (*s >= 0x20 && *s != '"' && *s != '\\')
			continue;
		buf_add(x->to, plain, (size_t)(s - plain));
		put_escaped(x->to, *s);
		plain = s + 1;
	}
	buf_add(x->to, plain, (size_t)(s - plain));
	buf_char(x->to, '"');
	return true;
}

static bool
put_container(struct encoded *x, bool is_struct)
{
	uint64_t count;

	if (!take(x, &count, 4) || x->depth == 0)
		return false;
	x->depth--;
	buf_char(x->to, is_struct ? '{' : '[');
	for (uint64_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(x->to, ',');
		if (is_struct) {
			if (!put_text(x))
				return false;
			buf_char(x->to, ':');
		}
		if (!put(x))
			return false;
	}
	buf_char(x->to, is_struct ? '}' : ']');
	x->depth++;
	return true;
}

static bool
put_number(struct encoded *x, enum value_type type)
{
	char number[NUMBER_SIZE];
	uint64_t n;
	double f;

	if (!take(x, &n, 8))
		return false;
	memcpy(&f, &n, sizeof(f));
	if (type == VALUE_FLOAT)
		number_text(f, number);
	else
		snprintf(number, sizeof(number), "%" PRId64, (int64_t)n);
	buf_str_add(x->to, number);
	return true;
}

static bool
put(struct encoded *x)
{
	uint64_t type, b;

	if (!take(x, &type, 1))
		return false;
	switch ((enum value_type)type) {
	case VALUE_NULL:
		buf_str_add(x->to, "\"\"");
		return true;
	case VALUE_STRING:
	case VALUE_DATETIME:
		return put_text(x);
	case VALUE_INT:
	case VALUE_INT32:
	case VALUE_FLOAT:
		return put_number(x, (enum value_type)type);
	case VALUE_BOOL:
		if (!take(x, &b, 1) || b > 1)
			return false;
		buf_str_add(x->to, b == 1 ? "true" : "false");
		return true;
	case VALUE_ARRAY:
		return put_container(x, false);
	case VALUE_STRUCT:
		return put_container(x, true);
	}
	return false;
}

void
json_encoded_put(struct buf *to, const void *data, size_t len)
{
	struct encoded x = { .at = data, .depth = value_limits_reply.depth,
	    .to = to };

	x.end = x.at + len;
	to->failed |= !put(&x) || x.at != x.end;
}
