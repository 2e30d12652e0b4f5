/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "value.h"

/* The binary form; value.h says what it looks like. */

const struct value_limits value_limits_request = { 16, 200000, 2 << 20 };
const struct value_limits value_limits_reply = { 32, 8 << 20, 64 << 20 };

bool
value_utf8_ok(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	/* The least code point that needs so many bytes. */
	static const uint32_t least[] = { 1, 0x80, 0x800, 0x10000 };
	uint32_t c;
	int more;

	while (p < end) {
		more = *p < 0x80 ? 0 : *p < 0xc2 ? -1 : *p < 0xe0 ? 1 :
		    *p < 0xf0 ? 2 : *p < 0xf5 ? 3 : -1;
		if (more == -1 || end - p <= more)
			return false;
		c = more == 0 ? *p : *p & (0x3fu >> more);
		for (int i = 1; i <= more; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (p[i] & 0x3f);
		}
		if (c < least[more] || c > 0x10ffff ||
		    (c >= 0xd800 && c < 0xe000))
			return false;
		p += more + 1;
	}
	return true;
}

static void
put_u64(struct buf *to, uint64_t n, size_t bytes)
{
	unsigned char b[8];

	for (size_t i = 0; i < bytes; i++)
		b[i] = (unsigned char)(n >> (8 * i));
	buf_add(to, b, bytes);
}

static void
put_head(struct buf *to, enum value_type type, uint32_t n)
{
	buf_char(to, (char)type);
	put_u64(to, n, 4);
}

void
value_encode_array(struct buf *to, uint32_t count)
{
	put_head(to, VALUE_ARRAY, count);
}

void
value_encode_struct(struct buf *to, uint32_t count)
{
	put_head(to, VALUE_STRUCT, count);
}

void
value_encode_name(struct buf *to, const char *name)
{
	size_t len = strlen(name);

	put_u64(to, len, 4);
	buf_add(to, name, len);
}

void
value_encode_str(struct buf *to, const char *s)
{
	size_t len = strlen(s);

	put_head(to, VALUE_STRING, (uint32_t)len);
	buf_add(to, s, len);
}

void
value_encode_int(struct buf *to, int64_t i)
{
	buf_char(to, VALUE_INT);
	put_u64(to, (uint64_t)i, 8);
}

void
value_encode(struct buf *to, const struct value *v)
{
	uint64_t bits;

	if (v == NULL || v->failed) {
		to->failed = true;
		return;
	}
	switch (v->type) {
	case VALUE_NULL:
		buf_char(to, VALUE_NULL);
		break;
	case VALUE_STRING:
	case VALUE_DATETIME:
		put_head(to, v->type, v->len);
		buf_add(to, v->u.text, v->len);
		break;
	case VALUE_INT:
	case VALUE_INT32:
	case VALUE_FLOAT:
		memcpy(&bits, &v->u.i, sizeof(bits));
		buf_char(to, (char)v->type);
		put_u64(to, bits, 8);
		break;
	case VALUE_BOOL:
		buf_char(to, VALUE_BOOL);
		buf_char(to, v->u.b);
		break;
	case VALUE_ARRAY:
		value_encode_array(to, v->len);
		for (uint32_t i = 0; i < v->len; i++)
			value_encode(to, v->u.items[i]);
		break;
	case VALUE_STRUCT:
		value_encode_struct(to, v->len);
		for (uint32_t i = 0; i < v->len; i++) {
			value_encode_name(to, v->u.members[i].name);
			value_encode(to, v->u.members[i].value);
		}
		break;
	}
}

/* What is left to decode, and what may still come. */
struct decoder {
	const unsigned char *at, *end;
	uint32_t count;
	unsigned int depth;
	struct err *e;
};

static bool
take(struct decoder *d, uint64_t *n_r, size_t bytes)
{
	*n_r = 0;
	if ((size_t)(d->end - d->at) < bytes) {
		err_set(d->e, "value: cut short");
		return false;
	}
	for (size_t i = 0; i < bytes; i++)
		*n_r |= (uint64_t)d->at[i] << (8 * i);
	d->at += bytes;
	return true;
}

/* A length and so many bytes of good text. */
static const char *
take_text(struct decoder *d, uint64_t *len_r)
{
	const char *s;

	if (!take(d, len_r, 4))
		return NULL;
	if (*len_r > (size_t)(d->end - d->at)) {
		err_set(d->e, "value: cut short");
		return NULL;
	}
	s = (const char *)d->at;
	if (!value_utf8_ok(s, (size_t)*len_r)) {
		err_set(d->e, "value: text that is not UTF-8");
		return NULL;
	}
	d->at += *len_r;
	return s;
}

static struct value *decode(struct decoder *d);

static struct value *
decode_array(struct decoder *d, uint64_t count)
{
	struct value *v = value_new_array(), *item;

	for (uint64_t i = 0; i < count; i++) {
		item = decode(d);
		if (item == NULL) {
			value_free(v);
			return NULL;
		}
		value_add(v, item);
	}
	return v;
}

static struct value *
decode_struct(struct decoder *d, uint64_t count)
{
	struct value *v = value_new_struct(), *item;
	char *name = NULL;
	const char *s;
	uint64_t len;

	for (uint64_t i = 0; i < count; i++) {
		s = take_text(d, &len);
		name = s != NULL ? strndup(s, (size_t)len) : NULL;
		item = name != NULL ? decode(d) : NULL;
		if (item == NULL)
			goto fail;
		value_append(v, name, item);
		free(name);
		name = NULL;
	}
	if (value_index(v))
		return v;
	err_set(d->e, "value: a name stands twice");
fail:
	free(name);
	value_free(v);
	return NULL;
}

static struct value *
decode_container(struct decoder *d, enum value_type type)
{
	struct value *v;
	uint64_t count;

	if (!take(d, &count, 4))
		return NULL;
	if (d->depth == 0 || count > d->count) {
		err_set(d->e, "value: %s", d->depth == 0 ? "too deep" :
		    "too many values");
		return NULL;
	}
	d->depth--;
	v = type == VALUE_ARRAY ? decode_array(d, count) :
	    decode_struct(d, count);
	d->depth++;
	return v;
}

static struct value *
decode_scalar(struct decoder *d, enum value_type type)
{
	struct value *v = NULL;
	const char *s;
	uint64_t n;
	double f;

	switch (type) {
	case VALUE_NULL:
		return value_new_null();
	case VALUE_STRING:
	case VALUE_DATETIME:
		s = take_text(d, &n);
		v = s != NULL ? value_new_text(s, (size_t)n) : NULL;
		if (v != NULL)
			v->type = type;
		return v;
	case VALUE_BOOL:
		if (!take(d, &n, 1))
			return NULL;
		if (n > 1) {
			err_set(d->e, "value: a bool of %d", (int)n);
			return NULL;
		}
		return value_new_bool(n == 1);
	case VALUE_FLOAT:
		if (!take(d, &n, 8))
			return NULL;
		memcpy(&f, &n, sizeof(f));
		return value_new_float(f);
	default:
		if (!take(d, &n, 8))
			return NULL;
		v = value_new_int((int64_t)n);
		if (v != NULL)
			v->type = type;
		return v;
	}
}

static struct value *
decode(struct decoder *d)
{
	uint64_t type;

	if (!take(d, &type, 1))
		return NULL;
	if (type > VALUE_STRUCT) {
		err_set(d->e, "value: unknown type %d", (int)type);
		return NULL;
	}
	if (d->count == 0) {
		err_set(d->e, "value: too many values");
		return NULL;
	}
	d->count--;
	if (type == VALUE_ARRAY || type == VALUE_STRUCT)
		return decode_container(d, (enum value_type)type);
	return decode_scalar(d, (enum value_type)type);
}

struct value *
value_decode(const void *data, size_t len, const struct value_limits *limits,
    size_t *used_r, struct err *e)
{
	struct decoder d = { .at = data, .count = limits->count,
	    .depth = limits->depth, .e = e };
	struct value *v;

	if (len > limits->bytes) {
		err_set(e, "value: larger than %zu bytes", limits->bytes);
		return NULL;
	}
	d.end = d.at + len;
	err_set(e, "out of memory");
	v = decode(&d);
	if (v == NULL)
		return NULL;
	if (value_ok(v, e) == -1) {
		value_free(v);
		return NULL;
	}
	if (used_r != NULL)
		*used_r = (size_t)(d.at - (const unsigned char *)data);
	else if (d.at != d.end) {
		err_set(e, "value: %zu bytes too many",
		    (size_t)(d.end - d.at));
		value_free(v);
		return NULL;
	}
	return v;
}
