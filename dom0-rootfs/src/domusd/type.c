/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "type.h"

const char *
type_end(const char *type)
{
	if (*type == '[')
		return type_end(type + 1) + 1;
	if (*type == '{')
		return type_end(type_end(type + 1) + 1) + 1;
	return type + strcspn(type, " ]}:");
}

static struct value *
take_int(const char *type, const struct value *v, struct err *e)
{
	int64_t i;

	(void)type;
	return value_as_int(v, &i, e) == 0 ? value_new_int(i) : NULL;
}

static struct value *
take_float(const char *type, const struct value *v, struct err *e)
{
	double f;

	(void)type;
	return value_as_float(v, &f, e) == 0 ? value_new_float(f) : NULL;
}

static struct value *
take_bool(const char *type, const struct value *v, struct err *e)
{
	bool b;

	(void)type;
	return value_as_bool(v, &b, e) == 0 ? value_new_bool(b) : NULL;
}

static struct value *
take_datetime(const char *type, const struct value *v, struct err *e)
{
	int64_t t;

	(void)type;
	return value_as_time(v, &t, e) == 0 ? value_new_time(t) : NULL;
}

static struct value *
take_string(const char *type, const struct value *v, struct err *e)
{
	(void)type;
	if (value_is(v, VALUE_NULL))
		return value_new_str("");
	if (value_str(v) != NULL)
		return value_new_text(value_str(v), value_len(v));
	err_set(e, "a %s, not a string",
	    v != NULL ? value_type_name(v->type) : "nothing");
	return NULL;
}

static struct value *
take_ref(const char *type, const struct value *v, struct err *e)
{
	const char *s = value_str(v);

	(void)type;
	if (s != NULL && *s == '\0')
		s = NULL_REF;
	if (s != NULL)
		return value_new_str(s);
	err_set(e, "a %s, not a reference",
	    v != NULL ? value_type_name(v->type) : "nothing");
	return NULL;
}

static struct value *
take_enum(const char *type, const struct value *v, struct err *e)
{
	const char *values, *s = value_str(v), *p;
	size_t n, len;

	values = model_enum(type + 1, (size_t)(type_end(type) - type - 1));
	len = s != NULL ? strlen(s) : 0;
	for (p = values; s != NULL && p != NULL && *p != '\0';
	    p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (n == len && strncmp(p, s, n) == 0)
			return value_new_str(s);
	}
	err_set(e, "%s is none of %s", s != NULL ? s : "nothing",
	    values != NULL ? values : "");
	return NULL;
}

static struct value *
take_set(const char *type, const struct value *v, struct err *e)
{
	struct value *set = value_new_array(), *item;

	if (!value_is(v, VALUE_ARRAY)) {
		err_set(e, "not an array");
		goto fail;
	}
	for (size_t i = 0; i < value_len(v); i++) {
		item = type_take(type + 1, value_at(v, i), e);
		if (item == NULL)
			goto fail;
		value_add(set, item);
	}
	return set;
fail:
	value_free(set);
	return NULL;
}

static struct value *
take_map(const char *type, const struct value *v, struct err *e)
{
	struct value *map = value_new_struct(), *item;

	if (!value_is(v, VALUE_STRUCT)) {
		err_set(e, "not a map");
		goto fail;
	}
	for (size_t i = 0; i < value_len(v); i++) {
		item = type_take(type_end(type + 1) + 1, value_at(v, i), e);
		if (item == NULL)
			goto fail;
		value_append(map, value_name_at(v, i), item);
	}
	if (!value_index(map)) {
		err_set(e, "a name twice");
		goto fail;
	}
	return map;
fail:
	value_free(map);
	return NULL;
}

static struct value *
take_record(const char *type, const struct value *v, struct err *e)
{
	(void)type;
	if (value_is(v, VALUE_STRUCT))
		return value_copy(v);
	err_set(e, "not a record");
	return NULL;
}

/* How a type starts; what takes it; what it is when nobody says. */
static const struct {
	const char *start;
	struct value *(*take)(const char *, const struct value *, struct err *);
	enum value_type type;
	const char *nothing;
} kinds[] = {
	{ "@", take_ref, VALUE_STRING, NULL_REF },
	{ "=", take_enum, VALUE_STRING, "" },
	{ "[", take_set, VALUE_ARRAY, "" },
	{ "{", take_map, VALUE_STRUCT, "" },
	{ "*", take_record, VALUE_STRUCT, "" },
	{ "string", take_string, VALUE_STRING, "" },
	{ "int", take_int, VALUE_INT, "0" },
	{ "float", take_float, VALUE_FLOAT, "0" },
	{ "bool", take_bool, VALUE_BOOL, "false" },
	{ "datetime", take_datetime, VALUE_DATETIME, "19700101T00:00:00Z" },
	{ "void", take_string, VALUE_NULL, "" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t
kind_of(const char *type)
{
	size_t k;

	for (k = 0; k < KINDS - 1; k++)
		if (strncmp(type, kinds[k].start, strlen(kinds[k].start)) == 0)
			break;
	return k;
}

struct value *
type_take(const char *type, const struct value *v, struct err *e)
{
	return kinds[kind_of(type)].take(type, v, e);
}

/* An enum without a default starts as its first value. */
static struct value *
first_of_enum(const char *type)
{
	const char *values;

	values = model_enum(type + 1, (size_t)(type_end(type) - type - 1));
	return values != NULL ? value_new_text(values, strcspn(values, " ")) :
	    value_new_str("");
}

static struct value *
default_set(const struct model_field *f)
{
	struct value *set = value_new_array(), *text;
	struct err ignored;

	if (f->deflt != NULL) {
		text = value_new_str(f->deflt);
		value_add(set, type_take(f->type + 1, text, &ignored));
		value_free(text);
	}
	return set;
}

struct value *
type_default(const struct model_field *f)
{
	size_t k = kind_of(f->type);
	struct value *text, *v;
	struct err ignored;

	if (kinds[k].type == VALUE_ARRAY)
		return default_set(f);
	if (kinds[k].type == VALUE_STRUCT)
		return value_new_struct();
	if (kinds[k].type == VALUE_NULL)
		return value_new_null();
	if (*f->type == '=' && f->deflt == NULL)
		return first_of_enum(f->type);
	text = value_new_str(f->deflt != NULL ? f->deflt : kinds[k].nothing);
	v = type_take(f->type, text, &ignored);
	value_free(text);
	return v;
}
