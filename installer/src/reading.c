/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "check.h"
#include "elements.h"
#include "hide.h"
#include "xml.h"


void *
member(struct reader *r, size_t into)
{
	return (char *)r->object + into;
}

void
store_text(struct reader *r, size_t into, bool many, const char *text,
    struct place at)
{
	struct value *v = member(r, into);

	if (many)
		v = answers_item(r->a, v, sizeof(*v));
	if (v != NULL) {
		v->text = answers_text(r->a, text, strlen(text));
		v->at = at;
	}
	if (v == NULL || v->text == NULL)
		r->f->failed = true;
}

void
warn_of_same(struct reader *r, const struct values *vs, const char *element)
{
	const struct value *last = &vs->list[vs->n - 1];

	for (size_t i = 0; i + 1 < vs->n && i < 256; i++)
		if (strcmp(vs->list[i].text, last->text) == 0) {
			finding_add(r->f, SEVERITY_WARNING, last->at, NULL,
			    "<%s>: the same as on line %u", element,
			    vs->list[i].at.line);
			return;
		}
}

bool
is_set_aside(struct reader *r, enum status status, const char *why,
    struct place at, const char *what)
{
	if (status == NO_EFFECT)
		finding_add(r->f, r->env->theirs ? SEVERITY_NOTE :
		    SEVERITY_WARNING, at, NULL,
		    "%s: has no effect: %s", what, why);
	else if (status == LATER)
		finding_add(r->f, SEVERITY_ERROR, at, "take it out",
		    "%s: not supported: %s", what, why);
	return status == NO_EFFECT;
}

enum severity
if_theirs(const struct reader *r)
{
	return r->env->theirs ? SEVERITY_NOTE : SEVERITY_ERROR;
}

static const char *
values_of(const struct attribute *at)
{
	return at->kind == BOOL ? "yes|no|true|false" : at->values;
}

/* What is wrong with a value by its kind, or NULL when it is stored. */
static const char *
store_kind(struct reader *r, const struct attribute *at,
    const struct xml_attr *xa)
{
	unsigned long least = 0, most = 0;
	uint64_t bytes;
	unsigned int n;
	bool yes;

	switch (at->kind) {
	case TEXT:
		store_text(r, at->into, false, xa->value, xa->at);
		break;
	case BOOL:
		yes = is_listed("yes|true", xa->value);
		memcpy(member(r, at->into), &yes, sizeof(yes));
		break;
	case WORD:
		n = (unsigned int)word_index(at->values, xa->value);
		memcpy(member(r, at->into), &n, sizeof(n));
		break;
	case NUMBER:
		if (sscanf(at->values, "%lu-%lu", &least, &most) != 2 ||
		    !check_number(xa->value, least, most, &n))
			return at->values;
		memcpy(member(r, at->into), &n, sizeof(n));
		break;
	case SIZE:
		if (check_size(xa->value) != NULL)
			return check_size(xa->value);
		bytes = size_parse(xa->value);
		memcpy(member(r, at->into), &bytes, sizeof(bytes));
		break;
	}
	return NULL;
}

static const char *
wrong_value(struct reader *r, const struct attribute *at,
    const struct xml_attr *xa)
{
	const char *wrong = at->check != NULL ? at->check(xa->value) : NULL;

	if (wrong == NULL && at->into != 0)
		wrong = store_kind(r, at, xa);
	return wrong;
}

static void
read_value(struct reader *r, const struct attribute *at,
    const struct xml_attr *xa, const char *element)
{
	bool words = at->kind == BOOL || at->kind == WORD;
	const char *wrong;
	char shown[512];

	if (xa->value[0] == '\0' && (at->flags & MAY_BE_EMPTY) != 0)
		return;
	if (xa->value[0] != '\0' && words &&
	    !is_listed(values_of(at), xa->value)) {
		finding_add(r->f, at->kind == BOOL ? if_theirs(r) :
		    SEVERITY_ERROR, xa->at, r->env->theirs &&
		    at->kind == BOOL ? "read as no, as there" : NULL,
		    "<%s %s=\"%s\">: must be one of %s", element, xa->name,
		    xa->value, values_of(at));
		return;
	}
	wrong = xa->value[0] == '\0' ? "is empty" : wrong_value(r, at, xa);
	if (wrong != NULL && (at->flags & SECRET) != 0)
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s>: its value %s", element, xa->name, wrong);
	else if (wrong != NULL && wrong == at->values)
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s>: \"%s\" is not a number in %s", element,
		    xa->name, xa->value, at->values);
	else if (wrong != NULL)
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s>: \"%s\" %s", element, xa->name,
		    hide_login(xa->value, shown, sizeof(shown)), wrong);
}

void
read_attributes(struct reader *r, const struct element *el,
    const struct xml_elem *x)
{
	bool seen[MAX_ROWS] = { false };
	const struct attribute *at;
	const struct xml_attr *xa;
	char what[128];
	size_t i;

	for (xa = x->attrs; xa != NULL; xa = xa->next) {
		at = attribute_find(el, xa->name);
		if (at == NULL) {
			unknown_attribute(r, el, xa);
			continue;
		}
		i = (size_t)(at - attributes);
		if (seen[i])
			finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
			    "<%s %s>: said twice, as %s and as %s", x->name,
			    xa->name, at->name, at->alias);
		seen[i] = true;
		snprintf(what, sizeof(what), "<%s %s>", x->name, xa->name);
		if (!is_set_aside(r, at->status, at->why, xa->at, what))
			read_value(r, at, xa, x->name);
	}
	for (i = 0; i < nattributes; i++)
		if ((attributes[i].flags & REQUIRED) != 0 && !seen[i] &&
		    is_listed(attributes[i].element, el->name))
			finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: attribute %s is missing", x->name,
			    attributes[i].name);
}
