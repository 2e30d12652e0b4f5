/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "cli.h"

#define COLUMNS 16

/* Characters, not bytes; close enough without combining ones. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
print_text(FILE *out, const char *s)
{
	for (; *s != '\0'; s++)
		fputc((unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s, out);
}

void
table_row(struct table *t)
{
	if (t->rows == NULL)
		t->rows = value_new_array();
	value_add(t->rows, value_new_array());
}

static struct value *
last_row(struct table *t)
{
	size_t n = value_len(t->rows);

	return n > 0 ? value_at(t->rows, n - 1) : NULL;
}

void
table_text(struct table *t, const char *s)
{
	value_add_str(last_row(t), s);
}

void
table_cell(struct table *t, const struct value *v)
{
	struct value *row = last_row(t);

	if (v == NULL || v->type == VALUE_ARRAY || v->type == VALUE_STRUCT)
		value_add_str(row, v == NULL || value_len(v) == 0 ? "-" : "...");
	else if (value_is(v, VALUE_BOOL))
		value_add_str(row, v->u.b ? "yes" : "no");
	else if (value_is(v, VALUE_INT) || value_is(v, VALUE_INT32))
		value_add(row, value_new_fmt("%" PRId64, v->u.i));
	else if (value_is(v, VALUE_FLOAT))
		value_add(row, value_new_fmt("%.2f", v->u.f));
	else if (value_len(v) == 0)
		value_add_str(row, "-");
	else
		value_add(row, value_copy(v));
}

static void
print_row(const struct value *row, const size_t widths[COLUMNS], FILE *out)
{
	size_t n = value_len(row);
	const char *s;

	for (size_t i = 0; i < n; i++) {
		s = value_str(value_at(row, i));
		print_text(out, s);
		if (i + 1 < n && i < COLUMNS)
			fprintf(out, "%*s", (int)(widths[i] - width(s) + 2),
			    "");
	}
	fputc('\n', out);
}

int
table_print(struct table *t, FILE *out, struct err *e)
{
	size_t widths[COLUMNS] = { 0 }, w;
	int rc = value_ok(t->rows, e);

	for (size_t i = 0; rc == 0 && i < value_len(t->rows); i++)
		for (size_t j = 0; j < COLUMNS; j++) {
			if (j >= value_len(value_at(t->rows, i)))
				break;
			w = width(value_str(value_at(value_at(t->rows, i),
			    j)));
			if (w > widths[j])
				widths[j] = w;
		}
	for (size_t i = 0; rc == 0 && i < value_len(t->rows); i++)
		print_row(value_at(t->rows, i), widths, out);
	value_free(t->rows);
	t->rows = NULL;
	return rc;
}
