/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "jsonrpc.h"
#include "number.h"

/*
 * From the encoded form (value.h) to JSON, without a tree in between: an
 * answer with all records of a class has 100,000 values.  So bytes are written
 * at a pointer of our own, and counted in the buffer now and then.
 */
struct encoded {
	const unsigned char *at, *end;
	unsigned int depth;
	struct buf *to;
	char *put, *full;	/* where the next byte goes, and none */
};

#define MORE ((size_t)16 << 10)

static bool put_value(struct encoded *x);

/* Room for that many bytes. */
static bool
room(struct encoded *x, size_t len)
{
	if ((size_t)(x->full - x->put) >= len)
		return true;
	if (x->put != NULL)
		x->to->len = (size_t)(x->put - x->to->data);
	x->put = buf_room(x->to, len + MORE);
	x->full = x->put != NULL ? x->to->data + x->to->cap - 1 : NULL;
	return x->put != NULL;
}

static bool
put_bytes(struct encoded *x, const char *s, size_t len)
{
	if (!room(x, len))
		return false;
	memcpy(x->put, s, len);
	x->put += len;
	return true;
}

static bool
put_char(struct encoded *x, char c)
{
	return put_bytes(x, &c, 1);
}

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
static bool
put_escaped(struct encoded *x, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", as[] = "\"\\bfnrt";
	const char *p = memchr(from, c, sizeof(from) - 1);
	char text[8];

	if (p != NULL)
		return put_bytes(x, (char[]){ '\\', as[p - from] }, 2);
	snprintf(text, sizeof(text), "\\u%04X", c);
	return put_bytes(x, text, 6);
}

#define EACH UINT64_C(0x0101010101010101)
#define HIGH (EACH * 0x80)
#define HAS_ZERO(v) (((v) - EACH) & ~(v))

/* Whether eight bytes go as they are: ASCII, and nothing to be escaped.  It may
 * say no too often behind the first that does not. */
static bool
plain(uint64_t v)
{
	return ((v | (v - EACH * 0x20) | HAS_ZERO(v ^ EACH * '"') |
	    HAS_ZERO(v ^ EACH * '\\')) & HIGH) == 0;
}

/* From the first byte on that is not ASCII. */
static bool
put_foreign(struct encoded *x, const unsigned char *s,
    const unsigned char *end)
{
	if (!value_utf8_ok((const char *)s, (size_t)(end - s)))
		return false;
	for (; s < end; s++)
		if (*s < 0x20 || *s == '"' || *s == '\\' ?
		    !put_escaped(x, *s) : !put_char(x, (char)*s))
			return false;
	return true;
}

static bool
put_text(struct encoded *x)
{
	const unsigned char *s, *end;
	uint64_t len, eight;

	if (!take(x, &len, 4) || len > (size_t)(x->end - x->at) ||
	    !room(x, (size_t)len + 2))
		return false;
	s = x->at;
	x->at = end = s + len;
	*x->put++ = '"';
	for (; end - s >= 8; s += 8) {
		memcpy(&eight, s, 8);
		if (!plain(eight))
			break;
		memcpy(x->put, s, 8);
		x->put += 8;
	}
	for (; s < end && *s < 0x80; s++) {
		if (*s < 0x20 || *s == '"' || *s == '\\') {
			if (!put_escaped(x, *s) ||
			    !room(x, (size_t)(end - s) + 1))
				return false;
		} else
			*x->put++ = (char)*s;
	}
	if (s < end && !put_foreign(x, s, end))
		return false;
	return put_char(x, '"');
}

static bool
put_container(struct encoded *x, bool is_struct)
{
	uint64_t count;

	if (!take(x, &count, 4) || x->depth == 0)
		return false;
	x->depth--;
	if (!put_char(x, is_struct ? '{' : '['))
		return false;
	for (uint64_t i = 0; i < count; i++) {
		if (i > 0 && !put_char(x, ','))
			return false;
		if (is_struct && (!put_text(x) || !put_char(x, ':')))
			return false;
		if (!put_value(x))
			return false;
	}
	x->depth++;
	return put_char(x, is_struct ? '}' : ']');
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
	return put_bytes(x, number, strlen(number));
}

static bool
put_value(struct encoded *x)
{
	uint64_t type, b;

	if (!take(x, &type, 1))
		return false;
	switch ((enum value_type)type) {
	case VALUE_NULL:
		return put_bytes(x, "\"\"", 2);
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
		return b == 1 ? put_bytes(x, "true", 4) :
		    put_bytes(x, "false", 5);
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
	if (!room(&x, len) || !put_value(&x) || x.at != x.end)
		to->failed = true;
	if (x.put == NULL)
		return;
	*x.put = '\0';
	to->len = (size_t)(x.put - to->data);
}
