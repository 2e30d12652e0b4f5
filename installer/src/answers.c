/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answers.h"
#include "check.h"
#include "elements.h"
#include "xml.h"

static bool
is_named(const char *name, const char *alias, const char *is)
{
	return strcmp(name, is) == 0 ||
	    (alias != NULL && strcmp(alias, is) == 0);
}

/* Whether "a|b|c" has this word; their installers fold case, so do we. */
static bool
is_listed(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	while (list != NULL && n > 0) {
		len = strcspn(list, "|");
		if (len == n && strncasecmp(list, word, n) == 0)
			return true;
		list = list[len] != '\0' ? list + len + 1 : NULL;
	}
	return false;
}

static const struct element *
element_find(const char *name, const char *parent)
{
	for (size_t i = 0; i < nelements; i++)
		if (strcmp(elements[i].parent, parent) == 0 &&
		    is_named(elements[i].name, elements[i].alias, name))
			return &elements[i];
	return NULL;
}

static const struct attribute *
attribute_find(const struct element *el, const char *name)
{
	for (size_t i = 0; i < nattributes; i++)
		if (strcmp(attributes[i].element, el->name) == 0 &&
		    is_named(attributes[i].name, attributes[i].alias, name))
			return &attributes[i];
	return NULL;
}

static void
unknown_element(struct reader *r, const struct xml_elem *x)
{
	struct nearest near = { .wanted = x->name };

	for (size_t i = 0; i < nelements; i++) {
		if (is_named(elements[i].name, elements[i].alias, x->name)) {
			finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: belongs inside <%s>, not inside <%s>",
			    x->name, elements[i].parent, x->parent->name);
			return;
		}
		nearest_try(&near, elements[i].name);
		if (elements[i].alias != NULL)
			nearest_try(&near, elements[i].alias);
	}
	finding_add(r->f, r->unknown, x->at, NULL,
	    near.best != NULL ? "<%s>: unknown element; <%s> is the nearest" :
	    "<%s>: unknown element", x->name, near.best);
}

static void
unknown_attribute(struct reader *r, const struct element *el,
    const struct xml_attr *xa)
{
	struct nearest near = { .wanted = xa->name };

	for (size_t i = 0; i < nattributes; i++)
		if (strcmp(attributes[i].element, el->name) == 0) {
			nearest_try(&near, attributes[i].name);
			if (attributes[i].alias != NULL)
				nearest_try(&near, attributes[i].alias);
		}
	finding_add(r->f, r->unknown, xa->at, NULL,
	    near.best != NULL ? "<%s %s>: unknown attribute; %s is the nearest"
	    : "<%s %s>: unknown attribute", el->name, xa->name, near.best);
}

static int
store(struct reader *r, size_t into, bool many, const char *text,
    struct place at)
{
	struct value *v = (struct value *)((char *)r->a + into);
	struct values *vs = (struct values *)((char *)r->a + into);
	struct value *more;

	if (many) {
		more = realloc(vs->list, (vs->n + 1) * sizeof(*more));
		if (more == NULL) {
			r->f->failed = true;
			return -1;
		}
		vs->list = more;
		v = &more[vs->n++];
		v->text = NULL;
	}
	free(v->text);
	v->text = strdup(text);
	v->at = at;
	if (v->text == NULL)
		r->f->failed = true;
	return v->text == NULL ? -1 : 0;
}

/* NO_EFFECT and LATER say so; true: nothing more to look at. */
static bool
is_set_aside(struct reader *r, enum status status, const char *why,
    struct place at, const char *what)
{
	if (status == NO_EFFECT)
		finding_add(r->f, SEVERITY_WARNING, at, NULL,
		    "%s: has no effect: %s", what, why);
	else if (status == LATER)
		finding_add(r->f, SEVERITY_ERROR, at, "take it out",
		    "%s: not supported: %s", what, why);
	return status != SUPPORTED;
}

static void
read_value(struct reader *r, const struct attribute *at,
    const struct xml_attr *xa, const char *element)
{
	const char *wrong = NULL;

	if (at->values != NULL && is_listed(at->later, xa->value))
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s=\"%s\">: not supported: %s", element, xa->name,
		    xa->value, at->why);
	else if (xa->value[0] == '\0') {
		if ((at->flags & MAY_BE_EMPTY) == 0)
			wrong = "is empty";
	} else if (at->values != NULL && !is_listed(at->values, xa->value))
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s=\"%s\">: must be one of %s", element, xa->name,
		    xa->value, at->values);
	else if (at->check != NULL)
		wrong = at->check(xa->value);
	if (wrong != NULL && (at->flags & SECRET) != 0)
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s>: its value %s", element, xa->name, wrong);
	else if (wrong != NULL)
		finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
		    "<%s %s>: \"%s\" %s", element, xa->name, xa->value, wrong);
	else if (at->into != NOWHERE)
		store(r, at->into, false, xa->value, xa->at);
}

static void
read_attributes(struct reader *r, const struct element *el,
    const struct xml_elem *x)
{
	bool seen[sizeof(unsigned long) * 32] = { false };
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
		if (i < sizeof(seen) && seen[i])
			finding_add(r->f, SEVERITY_ERROR, xa->at, NULL,
			    "<%s %s>: said twice, as %s and as %s", x->name,
			    xa->name, at->name, at->alias);
		if (i < sizeof(seen))
			seen[i] = true;
		snprintf(what, sizeof(what), "<%s %s>", x->name, xa->name);
		if (!is_set_aside(r, at->status, at->why, xa->at, what))
			read_value(r, at, xa, x->name);
	}
	for (i = 0; i < nattributes && i < sizeof(seen); i++)
		if (strcmp(attributes[i].element, el->name) == 0 &&
		    (attributes[i].flags & REQUIRED) != 0 && !seen[i])
			finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: attribute %s is missing", x->name,
			    attributes[i].name);
}

static void
read_text(struct reader *r, const struct element *el, const struct xml_elem *x)
{
	const char *wrong = NULL;

	if ((el->flags & NO_TEXT) != 0) {
		if (x->text[0] != '\0')
			finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: holds text where only elements may stand",
			    x->name);
		return;
	}
	if (x->text[0] == '\0') {
		if ((el->flags & MAY_BE_EMPTY) == 0)
			finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: is empty", x->name);
		return;
	}
	if (el->check != NULL)
		wrong = el->check(x->text);
	if (wrong != NULL)
		finding_add(r->f, SEVERITY_ERROR, x->at,
		    strpbrk(x->text, ", \n") != NULL &&
		    (el->flags & REPEAT) != 0 ? "write one element for each" :
		    NULL, "<%s>: \"%.80s\" %s", x->name, x->text, wrong);
	else if (el->into != NOWHERE)
		store(r, el->into, (el->flags & REPEAT) != 0, x->text, x->at);
}

static void
check_required(struct reader *r, const struct xml_elem *parent,
    const char *name, const bool seen[])
{
	for (size_t i = 0; i < nelements; i++)
		if ((elements[i].flags & REQUIRED) != 0 && !seen[i] &&
		    strcmp(elements[i].parent, name) == 0)
			finding_add(r->f, SEVERITY_ERROR, parent->at, NULL,
			    "<%s>: missing", elements[i].name);
}

static bool
installs_fresh(const struct xml_elem *top)
{
	const struct xml_attr *mode = xml_attr(top, "mode");

	return mode == NULL || mode->value[0] == '\0' ||
	    strcasecmp(mode->value, "fresh") == 0;
}

static void
read_element(struct reader *r, const struct element *el,
    const struct xml_elem *x)
{
	bool seen[128] = { false };
	const struct element *sub;
	char what[128];

	snprintf(what, sizeof(what), "<%s>", x->name);
	if (is_set_aside(r, el->status, el->why, x->at, what))
		return;
	read_attributes(r, el, x);
	read_text(r, el, x);
	for (const struct xml_elem *c = x->child; c != NULL; c = c->next) {
		sub = element_find(c->name, el->name);
		if (sub == NULL) {
			unknown_element(r, c);
			continue;
		}
		if (seen[sub - elements] && (sub->flags & REPEAT) == 0)
			finding_add(r->f, SEVERITY_ERROR, c->at, NULL,
			    "<%s>: said twice", c->name);
		seen[sub - elements] = true;
		/* Two levels at most: the table's parents say so. */
		read_element(r, sub, c);
	}
	if (x->parent != NULL || installs_fresh(x))
		check_required(r, x, el->name, seen);
	if (el->take != NULL)
		el->take(r, x);
}

void
answers_parse(struct answers *a, const char *text, size_t len,
    const struct answers_env *env, struct findings *f)
{
	struct reader r = { a, f, env, SEVERITY_ERROR };
	const struct xml_attr *strict;
	const struct element *el;
	struct xml_elem *top;

	*a = (struct answers){ .guest_storage = true, .ssh = true };
	hash_bytes(text, len, a->sha256);
	top = xml_parse(text, len, f);
	if (top == NULL)
		return;
	a->top = top->at;
	strict = xml_attr(top, "strict");
	if (strict != NULL && is_listed("no|false", strict->value))
		r.unknown = SEVERITY_WARNING;
	el = element_find(top->name, "");
	if (el != NULL)
		read_element(&r, el, top);
	else
		finding_add(f, SEVERITY_ERROR, top->at, NULL,
		    "<%s>: the top element must be <installation>", top->name);
	xml_free(top);
}

static void
value_free(struct value *v)
{
	if (v->text != NULL)
		explicit_bzero(v->text, strlen(v->text));
	free(v->text);
	v->text = NULL;
}

static void
values_free(struct values *vs)
{
	for (size_t i = 0; i < vs->n; i++)
		value_free(&vs->list[i]);
	free(vs->list);
	*vs = (struct values){ 0 };
}

void
answers_free(struct answers *a)
{
	struct value *one[] = { &a->primary_disk, &a->keymap, &a->timezone,
		&a->hostname, &a->password, &a->nic_name, &a->nic_mac,
		&a->address, &a->netmask, &a->gateway, &a->coordinator,
		&a->token, &a->fingerprint, &a->username, &a->pool_password };

	for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		value_free(one[i]);
	for (size_t i = 0; i < a->nscripts; i++)
		value_free(&a->scripts[i].url);
	free(a->scripts);
	a->scripts = NULL;
	a->nscripts = 0;
	values_free(&a->guest_disks);
	values_free(&a->name_servers);
	values_free(&a->ntp_servers);
	values_free(&a->ssh_keys);
}
