/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "value.h"

static struct value *
value_new(enum value_type type)
{
	struct value *v = calloc(1, sizeof(*v));

	if (v != NULL)
		v->type = type;
	return v;
}

struct value *
value_new_null(void)
{
	return value_new(VALUE_NULL);
}

struct value *
value_new_text(const char *s, size_t len)
{
	struct value *v;

	if (s == NULL || len >= UINT32_MAX)
		return NULL;
	v = value_new(VALUE_STRING);
	if (v == NULL)
		return NULL;
	v->u.text = malloc(len + 1);
	if (v->u.text == NULL) {
		free(v);
		return NULL;
	}
	memcpy(v->u.text, s, len);
	v->u.text[len] = '\0';
	v->len = (uint32_t)len;
	return v;
}

/* A character that was cut in two, or firmware's Latin-1. */
static void
mend(struct value *v)
{
	char *s = v->u.text;
	size_t i = 0, n;

	if (value_utf8_ok(s, v->len))
		return;
	while (i < v->len) {
		for (n = 1; n <= 4 && n <= v->len - i; n++)
			if (value_utf8_ok(s + i, n))
				break;
		if (n <= 4 && n <= v->len - i) {
			i += n;
		} else {
			s[i++] = '?';
		}
	}
}

struct value *
value_new_str(const char *s)
{
	struct value *v = value_new_text(s, s != NULL ? strlen(s) : 0);

	if (v != NULL)
		mend(v);
	return v;
}

struct value *
value_new_fmt(const char *fmt, ...)
{
	struct value *v;
	char *s = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	v = value_new_str(s);
	free(s);
	return v;
}

struct value *
value_new_int(int64_t i)
{
	struct value *v = value_new(VALUE_INT);

	if (v != NULL)
		v->u.i = i;
	return v;
}

struct value *
value_new_int32(int32_t i)
{
	struct value *v = value_new(VALUE_INT32);

	if (v != NULL)
		v->u.i = i;
	return v;
}

struct value *
value_new_float(double f)
{
	struct value *v = value_new(VALUE_FLOAT);

	if (v != NULL)
		v->u.f = f;
	return v;
}

struct value *
value_new_bool(bool b)
{
	struct value *v = value_new(VALUE_BOOL);

	if (v != NULL)
		v->u.b = b;
	return v;
}

struct value *
value_new_datetime(const char *s)
{
	struct value *v = value_new_str(s);

	if (v != NULL)
		v->type = VALUE_DATETIME;
	return v;
}

struct value *
value_new_time(int64_t unix_seconds)
{
	time_t t = (time_t)unix_seconds;
	char text[40];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y%m%dT%H:%M:%SZ", &tm) == 0)
		return NULL;
	return value_new_datetime(text);
}

struct value *
value_new_array(void)
{
	return value_new(VALUE_ARRAY);
}

struct value *
value_new_struct(void)
{
	return value_new(VALUE_STRUCT);
}

void
value_free(struct value *v)
{
	if (v == NULL)
		return;
	if (v->type == VALUE_STRING || v->type == VALUE_DATETIME)
		free(v->u.text);
	if (v->type == VALUE_ARRAY) {
		for (uint32_t i = 0; i < v->len; i++)
			value_free(v->u.items[i]);
		free(v->u.items);
	}
	if (v->type == VALUE_STRUCT) {
		for (uint32_t i = 0; i < v->len; i++) {
			free(v->u.members[i].name);
			value_free(v->u.members[i].value);
		}
		free(v->u.members);
		free(v->sorted);
	}
	free(v);
}

struct value *
value_copy(const struct value *v)
{
	struct value *copy;

	if (v == NULL)
		return NULL;
	if (v->type == VALUE_STRING || v->type == VALUE_DATETIME) {
		copy = value_new_text(v->u.text, v->len);
		if (copy != NULL)
			copy->type = v->type;
		return copy;
	}
	copy = value_new(v->type);
	if (copy == NULL)
		return NULL;
	copy->failed = v->failed;
	if (v->type == VALUE_ARRAY)
		for (uint32_t i = 0; i < v->len; i++)
			value_add(copy, value_copy(v->u.items[i]));
	else if (v->type == VALUE_STRUCT)
		for (uint32_t i = 0; i < v->len; i++)
			value_append(copy, v->u.members[i].name,
			    value_copy(v->u.members[i].value));
	else
		copy->u = v->u;
	if (v->sorted != NULL)
		value_index(copy);
	return copy;
}
