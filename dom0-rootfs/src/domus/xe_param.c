/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "xe.h"

/* KIND-param-list, -get, -set, -add, -remove, -clear. */

/* The record that uuid= names, and its reference. */
static const struct value *
the_one(struct xe *x, const struct xe_kind *kind, const char **ref_r,
    struct err *e)
{
	const char *uuid = xe_get(x, "uuid");

	if (uuid == NULL) {
		err_set(e, "Required parameter not found: uuid");
		return NULL;
	}
	*ref_r = xe_find(x, kind->class, uuid, e);
	return *ref_r == NULL ? NULL :
	    value_get(xe_records(x, kind->class, e), *ref_r);
}

static int
param_get(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	const char *ref, *name = xe_get(x, "param-name"), *field, *s;
	const struct value *record = the_one(x, kind, &ref, e);
	const char *key = xe_get(x, "param-key");
	struct buf b = { 0 };
	int rc = 0;

	if (record == NULL)
		return -1;
	field = name != NULL ? xe_field(record, name, strlen(name)) : NULL;
	if (name == NULL)
		return err_set(e, "Required parameter not found: param-name");
	if (key != NULL) {
		s = value_get_str(value_get(record, field != NULL ? field :
		    ""), key);
		if (s == NULL)
			return err_set(e, "Error: Key %s not found in map",
			    key);
		buf_str_add(&b, s);
	} else if (xe_put_param(x, &b, record, name) == -1) {
		rc = err_set(e, "Unknown field: %s", name);
	}
	if (rc == 0) {
		print_text(x->cli->out, buf_str(&b));
		fputc('\n', x->cli->out);
	}
	buf_free(&b);
	return rc;
}

/* Text in the type that the field has. */
static struct value *
like(struct xe *x, const struct value *was, const char *text)
{
	struct value *v = value_new_str(text), *typed = NULL;
	const char *ref;
	struct err ignored;
	int64_t i;
	bool b;

	if (value_is(was, VALUE_BOOL) && value_as_bool(v, &b, &ignored) == 0)
		typed = value_new_bool(b);
	else if (value_is(was, VALUE_INT) && value_as_int(v, &i, &ignored) ==
	    0)
		typed = value_new_int(i);
	else if (value_str(was) != NULL && strncmp(value_str(was),
	    "OpaqueRef:", 10) == 0) {
		ref = xe_find(x, "host", text, &ignored);
		if (ref == NULL)
			ref = xe_find(x, "SR", text, &ignored);
		typed = value_new_str(ref != NULL ? ref : text);
	}
	if (typed == NULL)
		return v;
	value_free(v);
	return typed;
}

static int
send(struct xe *x, const struct xe_kind *kind, const char *verb,
    const char *field, const char *ref, const char *key, struct value *v,
    struct err *e)
{
	struct value *params = value_new_array();
	char method[160];

	snprintf(method, sizeof(method), "%s.%s%s", kind->class, verb, field);
	value_add_str(params, ref);
	if (key != NULL)
		value_add_str(params, key);
	if (v != NULL)
		value_add(params, v);
	return xe_call(x, method, params, NULL, e);
}

/* One word: "name-label=x", or "other-config:key=x". */
static int
set_one(struct xe *x, const struct xe_kind *kind, const char *ref,
    const struct value *record, const char *word, struct err *e)
{
	const char *equals = strchr(word, '=');
	const char *colon = memchr(word, ':', (size_t)(equals - word));
	const char *end = colon != NULL ? colon : equals;
	const char *field = xe_field(record, word, (size_t)(end - word));
	char key[256];

	if (field == NULL)
		return err_set(e, "Unknown field: %.*s", (int)(end - word),
		    word);
	if (colon == NULL)
		return send(x, kind, "set_", field, ref, NULL,
		    like(x, value_get(record, field), equals + 1), e);
	snprintf(key, sizeof(key), "%.*s", (int)(equals - colon) - 1,
	    colon + 1);
	if (send(x, kind, "remove_from_", field, ref, key, NULL, e) == -1)
		return -1;
	return send(x, kind, "add_to_", field, ref, key,
	    value_new_str(equals + 1), e);
}

static int
param_set(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	const char *ref;
	const struct value *record = the_one(x, kind, &ref, e);

	for (char *const *w = x->word; record != NULL && *w != NULL; w++)
		if (strchr(*w, '=') != NULL && strncmp(*w, "uuid=", 5) != 0 &&
		    set_one(x, kind, ref, record, *w, e) == -1)
			return -1;
	return record != NULL ? 0 : -1;
}

static int
param_list(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	const char *ref;

	if (the_one(x, kind, &ref, e) == NULL)
		return -1;
	x->params = "all";
	return xe_list(x, kind, e);
}

/* Of a map, or of a set when there is a param-key alone. */
static int
param_change(struct xe *x, const struct xe_kind *kind, bool add,
    struct err *e)
{
	const char *ref, *name = xe_get(x, "param-name"), *field, *equals;
	const struct value *record = the_one(x, kind, &ref, e);
	const char *key = xe_get(x, "param-key");
	char word[256];

	if (record == NULL)
		return -1;
	field = name != NULL ? xe_field(record, name, strlen(name)) : NULL;
	if (field == NULL)
		return err_set(e, "Unknown field: %s",
		    name != NULL ? name : "");
	if (value_is(value_get(record, field), VALUE_ARRAY))
		return send(x, kind, add ? "add_" : "remove_", field, ref,
		    NULL, value_new_str(key != NULL ? key : ""), e);
	if (!add)
		return send(x, kind, "remove_from_", field, ref,
		    key != NULL ? key : "", NULL, e);
	for (char *const *w = x->word; *w != NULL; w++) {
		equals = strchr(*w, '=');
		if (equals == NULL || strncmp(*w, "uuid=", 5) == 0 ||
		    strncmp(*w, "param-", 6) == 0)
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)(equals - *w), *w);
		if (send(x, kind, "add_to_", field, ref, word,
		    value_new_str(equals + 1), e) == -1)
			return -1;
	}
	return 0;
}

static int
param_add(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	return param_change(x, kind, true, e);
}

static int
param_remove(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	return param_change(x, kind, false, e);
}

static int
param_clear(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	const char *ref, *name = xe_get(x, "param-name"), *field;
	const struct value *record = the_one(x, kind, &ref, e), *was;
	struct value *nothing;

	if (record == NULL)
		return -1;
	field = name != NULL ? xe_field(record, name, strlen(name)) : NULL;
	if (field == NULL)
		return err_set(e, "Unknown field: %s",
		    name != NULL ? name : "");
	was = value_get(record, field);
	nothing = value_is(was, VALUE_ARRAY) ? value_new_array() :
	    value_is(was, VALUE_STRUCT) ? value_new_struct() :
	    value_new_str("");
	return send(x, kind, "set_", field, ref, NULL, nothing, e);
}

static const struct {
	const char *end;
	int (*run)(struct xe *, const struct xe_kind *, struct err *);
} generic[] = {
	{ "-list", xe_list }, { "-param-list", param_list },
	{ "-param-get", param_get }, { "-param-set", param_set },
	{ "-param-add", param_add }, { "-param-remove", param_remove },
	{ "-param-clear", param_clear },
};

int
xe_generic(struct xe *x, const char *command, struct err *e)
{
	size_t len = strlen(command), n;
	const struct xe_kind *kind;

	for (size_t i = 0; i < sizeof(generic) / sizeof(generic[0]); i++) {
		n = strlen(generic[i].end);
		if (len <= n || strcmp(command + len - n, generic[i].end) != 0)
			continue;
		kind = xe_kind(command, len - n);
		if (kind != NULL)
			return generic[i].run(x, kind, e);
	}
	return 1;
}
