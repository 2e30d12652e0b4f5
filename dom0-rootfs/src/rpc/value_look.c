/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "value.h"

/* Looking at values, converting them, and the short forms of putting. */

static const char *const type_names[] = {
	[VALUE_NULL] = "null",
	[VALUE_STRING] = "string",
	[VALUE_INT] = "int",
	[VALUE_INT32] = "int",
	[VALUE_FLOAT] = "float",
	[VALUE_BOOL] = "bool",
	[VALUE_DATETIME] = "datetime",
	[VALUE_ARRAY] = "array",
	[VALUE_STRUCT] = "struct",
};

const char *
value_type_name(enum value_type type)
{
	return type_names[type];
}

bool
value_is(const struct value *v, enum value_type type)
{
	return v != NULL && v->type == type;
}

static bool
is_text(const struct value *v)
{
	return value_is(v, VALUE_STRING) || value_is(v, VALUE_DATETIME);
}

static bool
is_int(const struct value *v)
{
	return value_is(v, VALUE_INT) || value_is(v, VALUE_INT32);
}

const char *
value_str(const struct value *v)
{
	return is_text(v) ? v->u.text : NULL;
}

size_t
value_len(const struct value *v)
{
	return v != NULL ? v->len : 0;
}

struct value *
value_at(const struct value *v, size_t i)
{
	if (v == NULL || i >= v->len)
		return NULL;
	if (v->type == VALUE_ARRAY)
		return v->u.items[i];
	return v->type == VALUE_STRUCT ? v->u.members[i].value : NULL;
}

const char *
value_name_at(const struct value *v, size_t i)
{
	if (!value_is(v, VALUE_STRUCT) || i >= v->len)
		return NULL;
	return v->u.members[i].name;
}

const char *
value_get_str(const struct value *v, const char *name)
{
	return value_str(value_get(v, name));
}

int64_t
value_find_str(const struct value *a, const char *s)
{
	const char *item;

	if (!value_is(a, VALUE_ARRAY))
		return -1;
	for (uint32_t i = 0; i < a->len; i++) {
		item = value_str(a->u.items[i]);
		if (item != NULL && strcmp(item, s) == 0)
			return i;
	}
	return -1;
}

static bool
whole(const struct value *v)
{
	if (v == NULL || v->failed)
		return false;
	if (v->type != VALUE_ARRAY && v->type != VALUE_STRUCT)
		return true;
	for (uint32_t i = 0; i < v->len; i++)
		if (!whole(value_at(v, i)))
			return false;
	return true;
}

int
value_ok(const struct value *v, struct err *e)
{
	return whole(v) ? 0 : err_set(e, "out of memory");
}

static bool
containers_equal(const struct value *a, const struct value *b)
{
	const struct value *other;

	if (a->len != b->len)
		return false;
	for (uint32_t i = 0; i < a->len; i++) {
		other = a->type == VALUE_ARRAY ? value_at(b, i) :
		    value_get(b, a->u.members[i].name);
		if (other == NULL || !value_equal(value_at(a, i), other))
			return false;
	}
	return true;
}

bool
value_equal(const struct value *a, const struct value *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (is_int(a) && is_int(b))
		return a->u.i == b->u.i;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case VALUE_STRING:
	case VALUE_DATETIME:
		return a->len == b->len &&
		    memcmp(a->u.text, b->u.text, a->len) == 0;
	case VALUE_FLOAT:
		return a->u.f == b->u.f || (isnan(a->u.f) && isnan(b->u.f));
	case VALUE_BOOL:
		return a->u.b == b->u.b;
	case VALUE_ARRAY:
	case VALUE_STRUCT:
		return containers_equal(a, b);
	default:
		return true;
	}
}

static int
mismatch(const struct value *v, const char *wanted, struct err *e)
{
	if (v == NULL)
		return err_set(e, "nothing where %s is wanted", wanted);
	if (is_text(v))
		return err_set(e, "\"%.64s\" where %s is wanted", v->u.text,
		    wanted);
	return err_set(e, "%s where %s is wanted", value_type_name(v->type),
	    wanted);
}

int
value_as_int(const struct value *v, int64_t *i_r, struct err *e)
{
	long long i;
	char *end;

	if (is_int(v)) {
		*i_r = v->u.i;
		return 0;
	}
	/* 2^63 is a double, so these bounds are exact. */
	if (value_is(v, VALUE_FLOAT) && v->u.f == floor(v->u.f) &&
	    v->u.f >= -0x1p63 && v->u.f < 0x1p63) {
		*i_r = (int64_t)v->u.f;
		return 0;
	}
	if (value_is(v, VALUE_STRING) && v->len > 0 &&
	    strspn(v->u.text, "+-0123456789") == v->len) {
		errno = 0;
		i = strtoll(v->u.text, &end, 10);
		if (errno == 0 && *end == '\0' && end != v->u.text) {
			*i_r = i;
			return 0;
		}
	}
	return mismatch(v, "an int", e);
}

int
value_as_float(const struct value *v, double *f_r, struct err *e)
{
	char *end;
	double f;

	if (value_is(v, VALUE_FLOAT)) {
		*f_r = v->u.f;
		return 0;
	}
	if (is_int(v)) {
		*f_r = (double)v->u.i;
		return 0;
	}
	if (value_is(v, VALUE_STRING) && v->len > 0 &&
	    strspn(v->u.text, "+-.eE0123456789") == v->len) {
		f = strtod(v->u.text, &end);
		if (*end == '\0' && end != v->u.text) {
			*f_r = f;
			return 0;
		}
	}
	return mismatch(v, "a float", e);
}

int
value_as_bool(const struct value *v, bool *b_r, struct err *e)
{
	static const struct {
		const char *text;
		bool b;
	} words[] = {
		{ "true", true }, { "1", true },
		{ "false", false }, { "0", false },
	};

	if (value_is(v, VALUE_BOOL)) {
		*b_r = v->u.b;
		return 0;
	}
	if (is_int(v) && (v->u.i == 0 || v->u.i == 1)) {
		*b_r = v->u.i == 1;
		return 0;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (value_is(v, VALUE_STRING) &&
		    strcmp(v->u.text, words[i].text) == 0) {
			*b_r = words[i].b;
			return 0;
		}
	return mismatch(v, "a bool", e);
}

/* "Z", "+hh:mm", "-hhmm" or nothing, which is UTC. */
static bool
zone_parse(const char *s, int64_t *seconds_r)
{
	unsigned int h, m;
	int used = 0;

	*seconds_r = 0;
	if (strcmp(s, "Z") == 0 || *s == '\0')
		return true;
	if (*s != '+' && *s != '-')
		return false;
	if ((sscanf(s + 1, "%2u:%2u%n", &h, &m, &used) != 2 &&
	    sscanf(s + 1, "%2u%2u%n", &h, &m, &used) != 2) ||
	    s[1 + used] != '\0' || h > 14 || m > 59)
		return false;
	*seconds_r = (int64_t)(h * 3600 + m * 60) * (*s == '+' ? 1 : -1);
	return true;
}

int
value_as_time(const struct value *v, int64_t *unix_seconds_r, struct err *e)
{
	static const char *const formats[] = {
		"%Y%m%dT%H:%M:%S", "%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S",
	};
	const char *s = value_str(v), *rest;
	int64_t zone;
	struct tm tm;
	double f;

	if (s == NULL) {
		if (value_as_float(v, &f, e) == -1 || !(fabs(f) < 0x1p53))
			return mismatch(v, "a date", e);
		*unix_seconds_r = (int64_t)f;
		return 0;
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		memset(&tm, 0, sizeof(tm));
		rest = strptime(s, formats[i], &tm);
		if (rest == NULL)
			continue;
		if (*rest == '.')
			rest += 1 + strspn(rest + 1, "0123456789");
		if (!zone_parse(rest, &zone))
			continue;
		*unix_seconds_r = (int64_t)timegm(&tm) - zone;
		return 0;
	}
	return mismatch(v, "a date", e);
}

void
value_add_str(struct value *a, const char *s)
{
	value_add(a, value_new_str(s));
}

void
value_add_int(struct value *a, int64_t i)
{
	value_add(a, value_new_int(i));
}

void
value_set_str(struct value *v, const char *name, const char *s)
{
	value_set(v, name, value_new_str(s));
}

void
value_set_int(struct value *v, const char *name, int64_t i)
{
	value_set(v, name, value_new_int(i));
}

void
value_set_bool(struct value *v, const char *name, bool b)
{
	value_set(v, name, value_new_bool(b));
}

void
value_set_float(struct value *v, const char *name, double f)
{
	value_set(v, name, value_new_float(f));
}

void
value_set_time(struct value *v, const char *name, int64_t unix_seconds)
{
	value_set(v, name, value_new_time(unix_seconds));
}
