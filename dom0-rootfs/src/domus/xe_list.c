/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "xe.h"

/* KIND-list and KIND-param-..., with xe's output. */

#define NULL_REF "OpaqueRef:NULL"
#define NONE "<not in database>"

/* Fields that refer to a class which their name does not say. */
static const struct {
	const char *field, *class;
} refers[] = {
	{ "resident_on", "host" }, { "affinity", "host" },
	{ "master", "host" }, { "default_SR", "SR" }, { "suspend_SR", "SR" },
	{ "suspend_image_SR", "SR" }, { "suspend_image_sr", "SR" },
	{ "crash_dump_SR", "SR" }, { "snapshot_of", "VM" },
	{ "snapshots", "VM" }, { "parent", "VM" }, { "children", "VM" },
	{ "suspend_VDI", "VDI" }, { "control_domain", "VM" },
	{ "resident_VMs", "VM" }, { "tagged_PIF", "PIF" },
	{ "untagged_PIF", "PIF" }, { "slaves", "PIF" },
	{ "host_CPUs", "host_cpu" }, { "VBDs", "VBD" }, { "VIFs", "VIF" },
	{ "VDIs", "VDI" }, { "PBDs", "PBD" }, { "PIFs", "PIF" },
	{ "VM", "VM" }, { "VDI", "VDI" }, { "SR", "SR" }, { "host", "host" },
	{ "network", "network" }, { "consoles", "console" },
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
xe_field(const struct value *record, const char *param, size_t len)
{
	const char *name;
	size_t j;

	for (size_t i = 0; i < value_len(record); i++) {
		name = value_name_at(record, i);
		if (strlen(name) != len)
			continue;
		for (j = 0; j < len; j++)
			if (strncasecmp(name + j, param + j, 1) != 0 &&
			    !(name[j] == '_' && param[j] == '-'))
				break;
		if (j == len)
			return name;
	}
	return NULL;
}

/* The uuid of what a reference leads to, or another field of it. */
static const char *
follow(struct xe *x, const char *field, const char *ref, const char *of)
{
	const struct value *all;
	const char *s = NULL;
	struct err ignored;

	if (strcmp(ref, NULL_REF) == 0)
		return NONE;
	for (size_t i = 0; i < COUNT(refers) && s == NULL; i++) {
		if (strcmp(refers[i].field, field) != 0)
			continue;
		all = xe_records(x, refers[i].class, &ignored);
		s = value_get_str(value_get(all, ref), of);
	}
	return s != NULL ? s : ref;
}

/* A value as xe writes it. */
static void
put(struct xe *x, struct buf *to, const char *field, const struct value *v)
{
	const char *s = value_str(v);

	if (value_is(v, VALUE_ARRAY)) {
		for (size_t i = 0; i < value_len(v); i++) {
			buf_str_add(to, i > 0 ? "; " : "");
			put(x, to, field, value_at(v, i));
		}
	} else if (value_is(v, VALUE_STRUCT)) {
		for (size_t i = 0; i < value_len(v); i++) {
			buf_printf(to, "%s%s: ", i > 0 ? "; " : "",
			    value_name_at(v, i));
			put(x, to, "", value_at(v, i));
		}
	} else if (value_is(v, VALUE_BOOL)) {
		buf_str_add(to, v->u.b ? "true" : "false");
	} else if (value_is(v, VALUE_INT)) {
		buf_printf(to, "%" PRId64, v->u.i);
	} else if (value_is(v, VALUE_FLOAT)) {
		buf_printf(to, "%.3f", v->u.f);
	} else if (s != NULL && strncmp(s, "OpaqueRef:", 10) == 0) {
		buf_str_add(to, follow(x, field, s, "uuid"));
	} else if (s != NULL && strcmp(field, "power_state") == 0) {
		for (; *s != '\0'; s++)
			buf_char(to, (char)(*s >= 'A' && *s <= 'Z' ?
			    *s - 'A' + 'a' : *s));
	} else
		buf_str_add(to, s != NULL ? s : "");
}

int
xe_put_param(struct xe *x, struct buf *to, const struct value *record,
    const char *param)
{
	static const char *const ends[][2] = { { "-uuid", "uuid" },
		{ "-name-label", "name_label" } };
	size_t len = strlen(param), n;
	const char *field = xe_field(record, param, len);

	if (field != NULL) {
		put(x, to, field, value_get(record, field));
		return 0;
	}
	for (size_t i = 0; i < 2; i++) {
		n = strlen(ends[i][0]);
		if (len <= n || strcmp(param + len - n, ends[i][0]) != 0)
			continue;
		field = xe_field(record, param, len - n);
		if (field == NULL || value_get_str(record, field) == NULL)
			continue;
		buf_str_add(to, follow(x, field, value_get_str(record, field),
		    ends[i][1]));
		return 0;
	}
	return -1;
}

static bool
only_ok(const struct xe_kind *kind, const struct value *record)
{
	const char *p = kind->only;
	char name[64];
	const struct value *v;
	size_t n;

	for (; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		snprintf(name, sizeof(name), "%.*s", (int)n - 1, p + 1);
		v = value_get(record, name);
		if ((value_is(v, VALUE_BOOL) && v->u.b) != (*p == '+'))
			return false;
	}
	return true;
}

/* All key=value that are params of it are as they say; other_config:k=v. */
static bool
chosen(struct xe *x, const struct value *record)
{
	struct buf have = { 0 };
	const char *equals, *colon, *field, *s;
	char key[256];
	bool ok = true;

	for (char *const *w = x->word; *w != NULL && ok; w++) {
		equals = strchr(*w, '=');
		if (equals == NULL || strncmp(*w, "params=", 7) == 0)
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)(equals - *w), *w);
		colon = strchr(key, ':');
		buf_reset(&have);
		if (colon != NULL) {
			field = xe_field(record, key, (size_t)(colon - key));
			s = field == NULL ? NULL : value_get_str(value_get(
			    record, field), colon + 1);
			ok = s != NULL && strcmp(s, equals + 1) == 0;
		} else if (xe_put_param(x, &have, record, key) == 0) {
			ok = strcasecmp(buf_str(&have), equals + 1) == 0;
		}
	}
	buf_free(&have);
	return ok;
}

struct value *
xe_select(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	const struct value *all = xe_records(x, kind->class, e);
	const char *which = xe_get(x, "uuid"), *ref;
	struct value *refs;

	if (all == NULL)
		return NULL;
	if (which == NULL)
		which = xe_get(x, kind->name);
	if (which != NULL) {
		ref = xe_find(x, kind->class, which, e);
		if (ref == NULL)
			return NULL;
		refs = value_new_array();
		value_add_str(refs, ref);
		return refs;
	}
	refs = value_new_array();
	for (size_t i = 0; i < value_len(all); i++)
		if (only_ok(kind, value_at(all, i)) &&
		    chosen(x, value_at(all, i)))
			value_add_str(refs, value_name_at(all, i));
	return refs;
}

/* "RO", "MRW"...: what a param may be done to. */
static void
rights(struct xe *x, const char *class, const char *field,
    const struct value *v, char to[4])
{
	char method[96];
	struct err ignored;
	bool set, map = value_is(v, VALUE_STRUCT);

	if (x->methods == NULL)
		x->methods = cli_get(x->cli, &ignored, "host.list_methods",
		    NULL);
	if (x->methods == NULL)
		x->methods = value_new_array();
	snprintf(method, sizeof(method), "%s.%s%s", class,
	    map ? "add_to_" : "set_", field);
	set = value_find_str(x->methods, method) != -1;
	snprintf(to, 4, "%sR%c", map ? "M" : value_is(v, VALUE_ARRAY) ? "S" :
	    "", set ? 'W' : 'O');
}

static int
title(struct xe *x, const struct xe_kind *kind, const struct value *record,
    const char *param, char *to, size_t size)
{
	const char *field = xe_field(record, param, strlen(param));
	char may[4] = "RO";

	if (field != NULL)
		rights(x, kind->class, field, value_get(record, field), may);
	return snprintf(to, size, "%s (%3s)", param, may);
}

/* The shown params of a record, in an array. */
static struct value *
params_of(const struct xe *x, const struct xe_kind *kind,
    const struct value *record)
{
	const char *p = x->params != NULL ? x->params : kind->shown;
	struct value *list = value_new_array();
	char name[128];
	size_t n;

	if (strcmp(p, "all") == 0) {
		value_add_str(list, "uuid");
		for (size_t i = 0; i < value_len(record); i++) {
			if (strcmp(value_name_at(record, i), "uuid") == 0)
				continue;
			snprintf(name, sizeof(name), "%s",
			    value_name_at(record, i));
			for (char *c = name; *c != '\0'; c++)
				*c = *c == '_' ? '-' : *c;
			value_add_str(list, name);
		}
		return list;
	}
	for (; *p != '\0'; p += n + (p[n] != '\0')) {
		n = strcspn(p, " ,");
		value_add(list, value_new_text(p, n));
	}
	return list;
}

/* xe's shape: names to the right of a column, but the first to its left. */
static void
print_record(struct xe *x, const struct xe_kind *kind,
    const struct value *record)
{
	struct value *params = params_of(x, kind, record);
	char text[160];
	struct buf b = { 0 };
	int width = 0, n;

	for (size_t i = 0; i < value_len(params); i++) {
		n = title(x, kind, record, value_str(value_at(params, i)),
		    text, sizeof(text));
		width = n > width ? n : width;
	}
	for (size_t i = 0; i < value_len(params); i++) {
		title(x, kind, record, value_str(value_at(params, i)), text,
		    sizeof(text));
		buf_reset(&b);
		if (xe_put_param(x, &b, record, value_str(value_at(params, i))) ==
		    -1)
			continue;
		fprintf(x->cli->out, i == 0 ? "%-*s: " : "%*s: ", width + 4,
		    text);
		print_text(x->cli->out, buf_str(&b));
		fputc('\n', x->cli->out);
	}
	fprintf(x->cli->out, "\n\n");
	buf_free(&b);
	value_free(params);
}

int
xe_list(struct xe *x, const struct xe_kind *kind, struct err *e)
{
	struct value *refs = xe_select(x, kind, e), *params;
	const struct value *record;
	struct buf b = { 0 };

	if (refs == NULL)
		return -1;
	if (x->params == NULL)
		x->params = xe_get(x, "params");
	for (size_t i = 0; i < value_len(refs); i++) {
		record = value_get(xe_records(x, kind->class, e),
		    value_str(value_at(refs, i)));
		if (!x->minimal) {
			print_record(x, kind, record);
			continue;
		}
		params = params_of(x, kind, record);
		buf_str_add(&b, i > 0 ? "," : "");
		xe_put_param(x, &b, record, value_str(value_at(params, 0)));
		value_free(params);
	}
	if (x->minimal) {
		print_text(x->cli->out, buf_str(&b));
		fputc('\n', x->cli->out);
	}
	buf_free(&b);
	value_free(refs);
	return 0;
}
