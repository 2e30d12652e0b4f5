/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

#include "jsonrpc.h"
#include "number.h"

/* More than any limit of ours; yajl's generator stops at 128. */
#define DEPTH 64

/* A tree that grows as yajl reads; open[] are the containers we are in. */
struct parser {
	struct value *root, *open[DEPTH];
	char *name[DEPTH];	/* of the member being read in open[i] */
	unsigned int depth, max_depth;
	uint32_t count;
	struct err *e;
};

static int
refuse(struct parser *p, const char *why)
{
	err_set(p->e, "%s", why);
	return 0;		/* yajl: stop */
}

/* Put a value where it belongs.  1, or 0 when it cannot be. */
static int
put(struct parser *p, struct value *v)
{
	struct value *in;
	char **name;

	if (v == NULL)
		return refuse(p, "out of memory");
	if (p->count == 0) {
		value_free(v);
		return refuse(p, "too many values");
	}
	p->count--;
	if (p->depth == 0) {
		p->root = v;
		return 1;
	}
	in = p->open[p->depth - 1];
	name = &p->name[p->depth - 1];
	if (in->type == VALUE_ARRAY)
		value_add(in, v);
	else
		value_append(in, *name, v);
	free(*name);
	*name = NULL;
	return in->failed ? refuse(p, "out of memory") : 1;
}

static int
open_container(struct parser *p, struct value *v)
{
	if (p->depth == p->max_depth) {
		value_free(v);
		return refuse(p, "too deep");
	}
	if (!put(p, v))
		return 0;
	p->open[p->depth++] = v;
	return 1;
}

static int
on_null(void *arg)
{
	return put(arg, value_new_null());
}

static int
on_bool(void *arg, int b)
{
	return put(arg, value_new_bool(b != 0));
}

/* Whole numbers that fit are ints; all others are floats. */
static int
on_number(void *arg, const char *s, size_t len)
{
	char text[64];
	int64_t i;

	if (len >= sizeof(text))
		return refuse(arg, "a number of too many digits");
	memcpy(text, s, len);
	text[len] = '\0';
	if (strpbrk(text, ".eE") == NULL) {
		errno = 0;
		i = strtoll(text, NULL, 10);
		if (errno == 0)
			return put(arg, value_new_int(i));
	}
	return put(arg, value_new_float(strtod(text, NULL)));
}

static int
on_string(void *arg, const unsigned char *s, size_t len)
{
	if (!value_utf8_ok((const char *)s, len))
		return refuse(arg, "text that is not UTF-8, or holds a NUL");
	return put(arg, value_new_text((const char *)s, len));
}

static int
on_name(void *arg, const unsigned char *s, size_t len)
{
	struct parser *p = arg;
	char **name = &p->name[p->depth - 1];

	if (!value_utf8_ok((const char *)s, len))
		return refuse(p, "text that is not UTF-8, or holds a NUL");
	*name = strndup((const char *)s, len);
	return *name != NULL ? 1 : refuse(p, "out of memory");
}

static int
on_array(void *arg)
{
	return open_container(arg, value_new_array());
}

static int
on_struct(void *arg)
{
	return open_container(arg, value_new_struct());
}

static int
on_close(void *arg)
{
	struct parser *p = arg;

	p->depth--;
	if (!value_index(p->open[p->depth]))
		return refuse(p, "a name stands twice");
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_map_key = on_name,
	.yajl_start_array = on_array,
	.yajl_end_array = on_close,
	.yajl_start_map = on_struct,
	.yajl_end_map = on_close,
};

static int
fail_yajl(yajl_handle y, yajl_status status, struct err *e)
{
	unsigned char *text;

	if (status == yajl_status_client_canceled)
		return -1;	/* refuse() has said why */
	text = yajl_get_error(y, 0, NULL, 0);
	err_set(e, "%.*s", (int)strcspn((char *)text, "\n"), (char *)text);
	yajl_free_error(y, text);
	return -1;
}

struct value *
json_parse(const char *text, size_t len, const struct value_limits *limits,
    struct err *e)
{
	struct parser p = { .count = limits->count, .e = e };
	yajl_status status;
	yajl_handle y;
	int rc = -1;

	if (len > limits->bytes) {
		err_set(e, "larger than %zu bytes", limits->bytes);
		return NULL;
	}
	p.max_depth = limits->depth < DEPTH ? limits->depth : DEPTH;
	err_set(e, "out of memory");
	y = yajl_alloc(&callbacks, NULL, &p);
	if (y == NULL)
		return NULL;
	status = yajl_parse(y, (const unsigned char *)text, len);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(y);
	rc = status == yajl_status_ok ? 0 : fail_yajl(y, status, e);
	yajl_free(y);
	for (unsigned int i = 0; i < DEPTH; i++)
		free(p.name[i]);
	if (rc == 0 && value_ok(p.root, e) == 0)
		return p.root;
	value_free(p.root);
	return NULL;
}

static void
gen_text(yajl_gen g, const char *s)
{
	yajl_gen_string(g, (const unsigned char *)s, strlen(s));
}

static void
gen_number(yajl_gen g, const char *s)
{
	yajl_gen_number(g, s, strlen(s));
}

static void
gen(yajl_gen g, const struct value *v)
{
	char number[NUMBER_SIZE];

	switch (v->type) {
	case VALUE_NULL:
		gen_text(g, "");
		break;
	case VALUE_STRING:
	case VALUE_DATETIME:
		yajl_gen_string(g, (unsigned char *)v->u.text, v->len);
		break;
	case VALUE_INT:
	case VALUE_INT32:
		snprintf(number, sizeof(number), "%" PRId64, v->u.i);
		gen_number(g, number);
		break;
	case VALUE_FLOAT:
		number_text(v->u.f, number);
		gen_number(g, number);
		break;
	case VALUE_BOOL:
		yajl_gen_bool(g, v->u.b);
		break;
	case VALUE_ARRAY:
		yajl_gen_array_open(g);
		for (size_t i = 0; i < value_len(v); i++)
			gen(g, value_at(v, i));
		yajl_gen_array_close(g);
		break;
	case VALUE_STRUCT:
		yajl_gen_map_open(g);
		for (size_t i = 0; i < value_len(v); i++) {
			gen_text(g, value_name_at(v, i));
			gen(g, value_at(v, i));
		}
		yajl_gen_map_close(g);
		break;
	}
}

static void
print(void *to, const char *s, size_t len)
{
	buf_add(to, s, len);
}

static void
put_json(struct buf *to, const struct value *v, bool pretty)
{
	yajl_gen g;

	if (v == NULL) {
		to->failed = true;
		return;
	}
	g = yajl_gen_alloc(NULL);
	if (g == NULL) {
		to->failed = true;
		return;
	}
	yajl_gen_config(g, yajl_gen_print_callback, print, to);
	if (pretty) {
		yajl_gen_config(g, yajl_gen_beautify, 1);
		yajl_gen_config(g, yajl_gen_indent_string, "  ");
	}
	gen(g, v);
	yajl_gen_free(g);
}

void
json_put(struct buf *to, const struct value *v)
{
	put_json(to, v, false);
}

void
json_pretty_put(struct buf *to, const struct value *v)
{
	put_json(to, v, true);
}
