/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "check.h"
#include "elements.h"
#include "xml.h"

static bool
is_named(const char *name, const char *alias, const char *is)
{
	return strcmp(name, is) == 0 ||
	    (alias != NULL && strcmp(alias, is) == 0);
}

/* Their installers fold case, so do we. */
int
word_index(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	for (int i = 0; list != NULL && n > 0; i++) {
		len = strcspn(list, "|");
		if (len == n && strncasecmp(list, word, n) == 0)
			return i;
		list = list[len] != '\0' ? list + len + 1 : NULL;
	}
	return -1;
}

bool
is_listed(const char *list, const char *word)
{
	return word_index(list, word) != -1;
}

bool
is_inside(const struct element *el, const char *parent)
{
	return parent[0] == '\0' ? el->parent[0] == '\0' :
	    is_listed(el->parent, parent);
}

const struct element *
element_find(const char *name, const char *parent)
{
	for (size_t i = 0; i < nelements; i++)
		if (is_inside(&elements[i], parent) &&
		    is_named(elements[i].name, elements[i].alias, name))
			return &elements[i];
	return NULL;
}

const struct attribute *
attribute_find(const struct element *el, const char *name)
{
	for (size_t i = 0; i < nattributes; i++)
		if (is_named(attributes[i].name, attributes[i].alias, name) &&
		    is_listed(attributes[i].element, el->name))
			return &attributes[i];
	return NULL;
}

const char *
template_remedy(const char *text)
{
	const char *s = strchr(text, '$');

	return s != NULL && (s[1] == '{' || (s[1] >= 'a' && s[1] <= 'z') ||
	    (s[1] >= 'A' && s[1] <= 'Z')) ? "it looks like a template that "
	    "was not filled in" : NULL;
}

void
unknown_element(struct reader *r, const struct xml_elem *x)
{
	struct nearest near = { .wanted = x->name };

	if (r->f->n >= FINDINGS_MAX) {
		finding_add(r->f, r->unknown, x->at, NULL, "unknown");
		return;
	}
	for (size_t i = 0; i < nelements; i++) {
		if (is_named(elements[i].name, elements[i].alias, x->name)) {
			finding_add(r->f, r->unknown, x->at, NULL,
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

void
unknown_attribute(struct reader *r, const struct element *el,
    const struct xml_attr *xa)
{
	struct nearest near = { .wanted = xa->name };

	for (size_t i = 0; i < nattributes; i++)
		if (is_listed(attributes[i].element, el->name)) {
			nearest_try(&near, attributes[i].name);
			if (attributes[i].alias != NULL)
				nearest_try(&near, attributes[i].alias);
		}
	finding_add(r->f, r->unknown, xa->at, NULL,
	    near.best != NULL ? "<%s %s>: unknown attribute; %s is the nearest"
	    : "<%s %s>: unknown attribute", el->name, xa->name, near.best);
}
