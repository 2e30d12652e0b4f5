/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "xe.h"

/* From a spec (xe.h) and key=value to the parameters of a message. */

#define NULL_REF "OpaqueRef:NULL"

/* "8GiB", "512MiB" or bytes; -1: neither. */
static int64_t
bytes(const char *s)
{
	static const char *const units[] = { "", "KiB", "MiB", "GiB", "TiB" };
	char *end;
	int64_t n = strtoll(s, &end, 10);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (end != s && strcmp(end, units[i]) == 0 && n >= 0 &&
		    n <= INT64_MAX >> (10 * i))
			return n << (10 * i);
	return -1;
}

static struct value *
missing(const char *key, struct err *e)
{
	err_set(e, "Required parameter not found: %s", key);
	return NULL;
}

static struct value *
object(struct xe *x, const char *key, const char *class, bool may_miss,
    struct err *e)
{
	const char *which = xe_get(x, key), *ref;

	if (which == NULL)
		return may_miss ? value_new_str(NULL_REF) : missing(key, e);
	ref = xe_find(x, class, which, e);
	return ref != NULL ? value_new_str(ref) : NULL;
}

static struct value *
selected(struct xe *x, const char *name, struct err *e)
{
	const struct xe_kind *kind = xe_kind(name, strlen(name));
	struct value *refs = xe_select(x, kind, e), *one = NULL;

	if (value_len(refs) == 1)
		one = value_copy(value_at(refs, 0));
	else if (refs != NULL)
		err_set(e, "%s: %zu match; uuid= names one", name,
		    value_len(refs));
	value_free(refs);
	return one;
}

static struct value *
truth(const struct xe *x, const char *key)
{
	const char *s = xe_get(x, key);

	return value_new_bool(s != NULL && (strcmp(s, "true") == 0 ||
	    strcmp(s, "1") == 0 || strcmp(s, "yes") == 0));
}

static struct value *
size_of(const struct xe *x, const char *key, struct err *e)
{
	const char *s = xe_get(x, key);

	if (s == NULL)
		return missing(key, e);
	if (bytes(s) == -1) {
		err_set(e, "%s: %s is no number of bytes", key, s);
		return NULL;
	}
	return value_new_int(bytes(s));
}

static struct value *
plain(const struct xe *x, char *word, struct err *e)
{
	char *deflt = strchr(word, '?');
	const char *s;

	if (deflt != NULL)
		*deflt++ = '\0';
	s = xe_get(x, word);
	if (s == NULL && deflt == NULL)
		return missing(word, e);
	return value_new_str(s != NULL ? s : deflt);
}

/* One word of a spec, which is written over. */
static struct value *
take(struct xe *x, char *word, struct err *e)
{
	char *colon = strchr(word, ':');
	size_t len = strlen(word);
	bool may_miss = word[len - 1] == '?';

	if (*word == '@')
		return selected(x, word + 1, e);
	if (*word == '=')
		return value_new_str(word + 1);
	if (*word == '%')
		return truth(x, word + 1);
	if (*word == '#')
		return size_of(x, word + 1, e);
	if (*word == '{') {
		word[len - 1] = '\0';
		return xe_map(x, word + 1);
	}
	if (colon == NULL)
		return plain(x, word, e);
	if (may_miss)
		word[len - 1] = '\0';
	*colon = '\0';
	return object(x, word, colon + 1, may_miss, e);
}

struct value *
xe_params(struct xe *x, const char *spec, struct err *e)
{
	struct value *params = value_new_array(), *record = NULL, *v;
	char word[128], *equals;
	size_t n;

	for (; *spec != '\0'; spec += n + (spec[n] == ' ')) {
		n = strcspn(spec, " ");
		snprintf(word, sizeof(word), "%.*s", (int)n, spec);
		equals = *word == '=' ? NULL : strchr(word, '=');
		v = take(x, equals != NULL ? equals + 1 : word, e);
		if (v == NULL)
			goto fail;
		if (equals == NULL) {
			value_add(params, v);
			continue;
		}
		*equals = '\0';
		if (record == NULL)
			record = value_new_struct();
		value_set(record, word, v);
	}
	if (record != NULL)
		value_add(params, record);
	return params;
fail:
	value_free(record);
	value_free(params);
	return NULL;
}
