/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "expr.h"

/* Deeper than any person writes; keeps recursion small. */
#define DEPTH 32
#define OPERATORS 1000

enum op { OP_TRUE, OP_FALSE, OP_NOT, OP_AND, OP_OR, OP_SAME, OP_DIFFERENT };

struct term {
	enum field_id field;	/* or FIELDS: the text */
	char *text;
};

struct expr {
	enum op op;
	struct expr *a, *b;
	struct term left, right;
};

struct parser {
	const char *p;
	enum class_id cls;
	int depth, operators;
	struct err *e;
};

static struct expr *parse_or(struct parser *s);

void
expr_free(struct expr *x)
{
	if (x == NULL)
		return;
	expr_free(x->a);
	expr_free(x->b);
	free(x->left.text);
	free(x->right.text);
	free(x);
}

static struct expr *
node(enum op op, struct expr *a, struct expr *b)
{
	struct expr *x = calloc(1, sizeof(*x));

	if (x == NULL) {
		expr_free(a);
		expr_free(b);
		return NULL;
	}
	*x = (struct expr){ op, a, b, { FIELDS, NULL }, { FIELDS, NULL } };
	return x;
}

static struct expr *
fail(struct parser *s, const char *what)
{
	if (*s->p == '\0')
		err_set(s->e, "%s expected at the end", what);
	else
		err_set(s->e, "%s expected at \"%.20s\"", what, s->p);
	return NULL;
}

static void
blanks(struct parser *s)
{
	s->p += strspn(s->p, " \t\r\n");
}

static size_t
word_len(const char *p)
{
	size_t n = 0;

	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

/* Take this word if it is what comes next. */
static bool
word(struct parser *s, const char *w)
{
	blanks(s);
	if (word_len(s->p) != strlen(w) || strncmp(s->p, w, strlen(w)) != 0)
		return false;
	s->p += strlen(w);
	return true;
}

/* A quoted text; a backslash takes the next character as it is. */
static char *
quoted(struct parser *s)
{
	char end = *s->p, *text = malloc(strlen(s->p)), *to = text;
	const char *p = s->p + 1;

	if (text == NULL)
		return NULL;
	while (*p != end && *p != '\0') {
		if (*p == '\\' && p[1] != '\0')
			p++;
		*to++ = *p++;
	}
	*to = '\0';
	if (*p == '\0') {
		free(text);
		return NULL;
	}
	s->p = p + 1;
	return text;
}

static int
parse_term(struct parser *s, struct term *t)
{
	bool field = word(s, "field");
	size_t n;

	blanks(s);
	n = word_len(s->p);
	if (*s->p == '"' || *s->p == '\'') {
		t->text = quoted(s);
	} else if (n > 0) {
		t->text = strndup(s->p, n);
		s->p += n;
		field = true;
	}
	if (t->text == NULL) {
		fail(s, "a field or a text");
		return -1;
	}
	if (!field)
		return 0;
	/* xapi's own records call it name__label too */
	t->field = model_field(s->cls, strcmp(t->text, "name__label") == 0 ?
	    "name_label" : t->text);
	if (t->field == FIELDS)
		return err_set(s->e, "%s: no such field", t->text);
	return 0;
}

static struct expr *
parse_comparison(struct parser *s)
{
	struct expr *x = node(OP_SAME, NULL, NULL);

	if (x == NULL || parse_term(s, &x->left) == -1)
		goto fail;
	blanks(s);
	if (*s->p == '!')
		x->op = OP_DIFFERENT;
	s->p += *s->p == '!';
	if (*s->p != '=') {
		fail(s, "=");
		goto fail;
	}
	s->p++;
	if (parse_term(s, &x->right) == -1)
		goto fail;
	return x;
fail:
	expr_free(x);
	return NULL;
}

static struct expr *
parse_parens(struct parser *s)
{
	struct expr *x;

	s->p++;
	x = parse_or(s);
	if (x == NULL)
		return NULL;
	blanks(s);
	if (*s->p != ')') {
		expr_free(x);
		return fail(s, ")");
	}
	s->p++;
	return x;
}

static struct expr *
parse_not(struct parser *s)
{
	struct expr *x = NULL;

	if (s->depth == DEPTH) {
		err_set(s->e, "nested too deeply");
		return NULL;
	}
	s->depth++;
	blanks(s);
	if (word(s, "not")) {
		x = parse_not(s);
		x = x != NULL ? node(OP_NOT, x, NULL) : NULL;
	} else if (*s->p == '(') {
		x = parse_parens(s);
	} else if (word(s, "true")) {
		x = node(OP_TRUE, NULL, NULL);
	} else if (word(s, "false")) {
		x = node(OP_FALSE, NULL, NULL);
	} else {
		x = parse_comparison(s);
	}
	s->depth--;
	return x;
}

static struct expr *
parse_chain(struct parser *s, const char *w, enum op op,
    struct expr *(*part)(struct parser *))
{
	struct expr *x = part(s), *y;

	while (x != NULL && word(s, w)) {
		y = part(s);
		if (y != NULL && ++s->operators > OPERATORS) {
			err_set(s->e, "too long");
			expr_free(y);
			y = NULL;
		}
		if (y == NULL) {
			expr_free(x);
			return NULL;
		}
		x = node(op, x, y);
	}
	return x;
}

static struct expr *
parse_and(struct parser *s)
{
	return parse_chain(s, "and", OP_AND, parse_not);
}

static struct expr *
parse_or(struct parser *s)
{
	return parse_chain(s, "or", OP_OR, parse_and);
}

struct expr *
expr_parse(const char *text, enum class_id cls, struct err *e)
{
	struct parser s = { .p = text, .cls = cls, .e = e };
	struct expr *x;

	err_set(e, "out of memory");
	x = parse_or(&s);
	blanks(&s);
	if (x != NULL && *s.p != '\0') {
		expr_free(x);
		return fail(&s, "the end");
	}
	return x;
}

static const char *
term_text(const struct term *t, const struct record *r, char *b, size_t size)
{
	const struct value *v;

	if (t->field == FIELDS)
		return t->text;
	v = rec_get(r, t->field);
	if (value_str(v) != NULL)
		return value_str(v);
	if (value_is(v, VALUE_BOOL))
		return v->u.b ? "true" : "false";
	if (value_is(v, VALUE_FLOAT))
		snprintf(b, size, "%.17g", v->u.f);
	else if (value_is(v, VALUE_INT))
		snprintf(b, size, "%" PRId64, v->u.i);
	else
		return "";
	return b;
}

static bool
same(const struct expr *x, const struct record *r)
{
	char a[40], b[40];

	return strcmp(term_text(&x->left, r, a, sizeof(a)),
	    term_text(&x->right, r, b, sizeof(b))) == 0;
}

bool
expr_true(const struct expr *x, const struct record *r)
{
	switch (x->op) {
	case OP_TRUE:
		return true;
	case OP_FALSE:
		return false;
	case OP_NOT:
		return !expr_true(x->a, r);
	case OP_AND:
		return expr_true(x->a, r) && expr_true(x->b, r);
	case OP_OR:
		return expr_true(x->a, r) || expr_true(x->b, r);
	case OP_SAME:
		return same(x, r);
	case OP_DIFFERENT:
		return !same(x, r);
	}
	return false;
}
