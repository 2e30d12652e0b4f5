/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "elements.h"
#include "explain.h"

#define WIDTH 80
#define LIST 31		/* where the sentences of the list begin */

/* What stands in for a row that says "a|b": help.c names the first. */
static const char *
first_of(const char *list, char to[64])
{
	snprintf(to, 64, "%.*s", (int)strcspn(list, "|"), list);
	return to;
}

/* Attributes are helped under their own element, or the row's first. */
static const char *
help_of(const struct attribute *at, const char *element)
{
	const char *what = help_find(element, at->name);
	char first[64];

	return what != NULL ? what :
	    help_find(first_of(at->element, first), at->name);
}

/* What of a line fits: to its last blank, or behind its last '|'. */
static size_t
fitting(const char *s, size_t len, size_t room)
{
	size_t best = 0;

	if (len <= room)
		return len;
	for (size_t i = 1; i <= room; i++)
		if (s[i] == ' ' || s[i - 1] == '|')
			best = i;
	return best > 0 ? best : len;
}

/* Each line on as many as a terminal needs; hang: what begins the others,
 * beyond the line's own blanks. */
static void
fold(const char *s, size_t hang, struct buf *to)
{
	size_t len, own, n;

	for (; *s != '\0'; s += *s == '\n') {
		own = strspn(s, " ");
		len = strcspn(s, "\n");
		n = own + fitting(s + own, len - own, WIDTH - own);
		for (;;) {
			buf_add(to, s, n);
			buf_char(to, '\n');
			s += n;
			len -= n;
			n = len > 0 ? strspn(s, " ") : 0;
			s += n;
			len -= n;
			if (len == 0)
				break;
			buf_printf(to, "%*s", (int)(own + hang), "");
			n = fitting(s, len, WIDTH - own - hang);
		}
	}
}

static void
say_status(enum status status, const char *why, const char *indent,
    struct buf *to)
{
	if (status == NO_EFFECT)
		buf_printf(to, "%sno effect: %s\n", indent, why);
	else if (status == LATER)
		buf_printf(to, "%snot supported: %s\n", indent, why);
}

static void
say_modes(unsigned int modes, struct buf *to)
{
	static const char *const names[] = { "fresh", "reinstall", "upgrade",
		"restore" };

	for (size_t i = 0; modes != 0 && i < 4; i++)
		if ((modes & 1U << i) != 0)
			buf_printf(to, "%s%s", (modes & ((1U << i) - 1)) == 0 ?
			    ", only with mode " : "|", names[i]);
}

static void
say_attribute(const struct attribute *at, const char *element, struct buf *to)
{
	const char *what = help_of(at, element);

	buf_printf(to, "  %s%s%s=", at->name, at->alias != NULL ? ", " : "",
	    at->alias != NULL ? at->alias : "");
	if (at->kind == BOOL)
		buf_str_add(to, "yes|no|true|false");
	else
		buf_str_add(to, at->values != NULL ? at->values :
		    at->kind == SIZE ? "SIZE" : "TEXT");
	buf_printf(to, "%s\n    %s\n", (at->flags & REQUIRED) != 0 ?
	    " (required)" : "", what != NULL ? what : "?");
	say_status(at->status, at->why, "    ", to);
}

static void
say_element(const struct element *el, struct buf *to)
{
	const char *what = help_find(el->name, NULL);
	bool any = false;
	size_t i;

	buf_printf(to, "<%s>%s%s%s: %s\n", el->name, el->alias != NULL ?
	    " or <" : "", el->alias != NULL ? el->alias : "",
	    el->alias != NULL ? ">" : "", what != NULL ? what : "?");
	if (el->parent[0] != '\0')
		buf_printf(to, "stands in %s, ", el->parent);
	buf_printf(to, "%s, %s", (el->flags & REQUIRED) != 0 ? "required" :
	    "optional", (el->flags & REPEAT) != 0 ? "may be repeated" :
	    "once");
	say_modes(el->modes, to);
	buf_char(to, '\n');
	say_status(el->status, el->why, "", to);
	for (i = 0; i < nattributes; i++)
		if (is_listed(attributes[i].element, el->name)) {
			if (!any)
				buf_str_add(to, "attributes:\n");
			any = true;
			say_attribute(&attributes[i], el->name, to);
		}
	any = false;
	for (i = 0; i < nelements; i++)
		if (is_inside(&elements[i], el->name)) {
			buf_printf(to, "%s%s", any ? ", " : "elements: ",
			    elements[i].name);
			any = true;
		}
	if (any)
		buf_char(to, '\n');
}

static void
say_list(struct buf *to)
{
	for (size_t i = 0; i < nelements; i++) {
		const char *what = help_find(elements[i].name, NULL);

		buf_printf(to, "%-30s %s\n", elements[i].name,
		    what != NULL ? what : "?");
	}
}

bool
explain(const char *name, struct buf *to, const char **near_r)
{
	struct nearest near = { .wanted = name };
	const struct element *found = NULL;
	struct buf text = { 0 };

	for (size_t i = 0; name != NULL && found == NULL && i < nelements;
	    i++) {
		const struct element *el = &elements[i];

		if (strcmp(el->name, name) == 0 || (el->alias != NULL &&
		    strcmp(el->alias, name) == 0))
			found = el;
		else
			nearest_try(&near, el->name);
	}
	*near_r = found != NULL ? NULL : near.best;
	if (found != NULL)
		say_element(found, &text);
	else if (name == NULL)
		say_list(&text);
	fold(buf_str(&text), name == NULL ? LIST : 2, to);
	buf_free(&text);
	return name == NULL || found != NULL;
}
