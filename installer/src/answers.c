/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "check.h"
#include "elements.h"
#include "hide.h"
#include "xml.h"

#define TOP "installation"

static void
read_text(struct reader *r, const struct element *el, const struct xml_elem *x)
{
	bool many = el->item == 0 && (el->flags & REPEAT) != 0;
	const char *wrong = NULL;
	char shown[128];

	if ((el->flags & NO_TEXT) != 0) {
		if (x->text[0] != '\0')
			finding_add(r->f, if_theirs(r), x->at, NULL,
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
	if (wrong != NULL && (el->flags & SECRET) != 0)
		finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
		    "<%s>: its value %s", x->name, wrong);
	else if (wrong != NULL)
		finding_add(r->f, SEVERITY_ERROR, x->at,
		    strpbrk(x->text, ", \n") != NULL &&
		    (el->flags & REPEAT) != 0 ? "write one element for each" :
		    template_remedy(x->text), "<%s>: \"%.80s\" %s", x->name,
		    hide_login(x->text, shown, sizeof(shown)), wrong);
	else if (el->into != 0)
		store_text(r, el->into, many, x->text, x->at);
	if (wrong == NULL && many && el->into != 0 && !r->f->failed)
		warn_of_same(r, member(r, el->into), x->name);
}

/* The structure that an element's members are in; it begins with its place. */
static void
open_object(struct reader *r, const struct element *el,
    const struct xml_elem *x)
{
	void *o = member(r, el->opens);

	if (el->item != 0)
		o = answers_item(r->a, o, el->item);
	if (o == NULL) {
		r->f->failed = true;
		return;
	}
	memcpy(o, &x->at, sizeof(x->at));
	r->object = o;
}

static bool
has_meaning(struct reader *r, const struct element *el,
    const struct xml_elem *x)
{
	static const char *const doing[] = {
		[MODE_FRESH] = "installing afresh",
		[MODE_REINSTALL] = "reinstalling",
		[MODE_UPGRADE] = "upgrading: what is installed is kept",
		[MODE_RESTORE] = "restoring: what is installed is kept",
	};

	if (el->modes == 0 || (el->modes & 1U << r->a->mode) != 0)
		return true;
	finding_add(r->f, SEVERITY_WARNING, x->at, NULL,
	    "<%s>: has no effect when %s", x->name, doing[r->a->mode]);
	return false;
}

static void read_element(struct reader *, const struct element *,
    const struct xml_elem *);

/*
 * Theirs find an element at any depth.  With strict="no", what an unknown
 * element holds is read as if it stood where that stands.
 */
static void
read_children(struct reader *r, const char *inside, const struct xml_elem *x,
    bool seen[MAX_ROWS])
{
	const struct element *el;

	for (const struct xml_elem *c = x->child; c != NULL; c = c->next) {
		el = element_find(c->name, inside);
		if (el == NULL) {
			unknown_element(r, c);
			if (r->unknown != SEVERITY_ERROR)
				read_children(r, inside, c, seen);
			continue;
		}
		if (seen[el - elements] && (el->flags & REPEAT) == 0) {
			finding_add(r->f, if_theirs(r), c->at, r->env->theirs ?
			    "the first counts, as there" : NULL,
			    "<%s>: said twice", c->name);
			if (r->env->theirs)
				continue;	/* the first counts */
		}
		seen[el - elements] = true;
		read_element(r, el, c);
	}
}

static void
check_required(struct reader *r, const struct xml_elem *x, const char *inside,
    const bool seen[MAX_ROWS])
{
	for (size_t i = 0; i < nelements; i++) {
		const struct element *el = &elements[i];

		if ((el->flags & REQUIRED) == 0 || seen[i] ||
		    !is_inside(el, inside) || (el->modes != 0 &&
		    (el->modes & 1U << r->a->mode) == 0))
			continue;
		finding_add(r->f, SEVERITY_ERROR, x->at, NULL,
		    "<%s>: missing", el->name);
	}
}

static void
read_element(struct reader *r, const struct element *el,
    const struct xml_elem *x)
{
	/* What <restore> may hold are rows of <installation>, too. */
	const char *inside = x->parent == NULL ? TOP : el->name;
	bool seen[MAX_ROWS] = { false };
	void *around = r->object;
	char what[128];

	snprintf(what, sizeof(what), "<%s>", x->name);
	if (is_set_aside(r, el->status, el->why, x->at, what) ||
	    !has_meaning(r, el, x))
		return;
	if (el->opens != 0)
		open_object(r, el, x);
	if (r->f->failed)
		return;
	read_attributes(r, el, x);
	read_text(r, el, x);
	if ((el->flags & SECRET) == 0)
		read_children(r, inside, x, seen);
	else if (x->child != NULL)
		/* Its name may be a piece of the secret. */
		finding_add(r->f, SEVERITY_ERROR, x->child->at,
		    "write &lt; for <", "<%s>: holds an element", x->name);
	check_required(r, x, inside, seen);
	if (el->take != NULL)
		el->take(r, x);
	r->object = around;
}

enum mode
mode_of(const struct xml_elem *top)
{
	const struct xml_attr *mode = xml_attr(top, "mode");
	int n = mode == NULL ? -1 :
	    word_index("fresh|reinstall|upgrade", mode->value);

	if (strcmp(top->name, "restore") == 0)
		return MODE_RESTORE;
	return n == -1 ? MODE_FRESH : (enum mode)n;
}

void
answers_parse(struct answers *a, const char *text, size_t len,
    const struct answers_env *env, struct findings *f)
{
	struct reader r = { a, f, env, env->theirs ? SEVERITY_NOTE :
		SEVERITY_ERROR, a };
	const struct xml_attr *strict;
	const struct element *el;
	struct xml_elem *top;

	*a = (struct answers){ .guest_storage = true, .ssh = true,
		.primary.count = 1 };
	hash_bytes(text, len, a->sha256);
	top = xml_parse(text, len, f);
	if (top == NULL)
		return;
	a->top = top->at;
	a->mode = mode_of(top);
	strict = xml_attr(top, "strict");
	if (strict != NULL && is_listed("no|false", strict->value) &&
	    !env->theirs)
		r.unknown = SEVERITY_WARNING;
	el = element_find(top->name, "");
	if (el != NULL)
		read_element(&r, el, top);
	else
		finding_add(f, SEVERITY_ERROR, top->at, NULL,
		    "<%s>: the top element must be <installation>, <upgrade> "
		    "or <restore>", top->name);
	xml_free(top);
}

const struct network *
answers_management(const struct answers *a)
{
	return a->networks.n > 0 && a->networks.list[0].management ?
	    &a->networks.list[0] : NULL;
}
