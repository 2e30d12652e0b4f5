/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "page.h"

struct item *
page_item(struct page *p, enum item_kind kind, const char *label, char *value)
{
	struct item *i = &p->items[p->nitems];

	if (p->nitems == PAGE_ITEMS)
		abort();
	p->nitems++;
	*i = (struct item){ .kind = kind, .label = label, .value = value };
	return i;
}

struct option_row *
page_option(struct page *p, const char *value, const char *label,
    const char *detail)
{
	struct item *i = &p->items[p->nitems - 1];
	struct option_row *more, *o;

	more = realloc(i->options, (i->noptions + 1) * sizeof(*more));
	if (more == NULL)
		goto fail;
	i->options = more;
	o = &more[i->noptions];
	*o = (struct option_row){ strdup(value), strdup(label),
		strdup(detail), false };
	i->noptions++;
	if (o->value != NULL && o->label != NULL && o->detail != NULL)
		return o;
fail:
	p->failed = true;
	return &p->nowhere;
}

void
item_pick(struct item *i, const struct option_row *o)
{
	if (o->disabled)
		return;
	if (i->kind == ITEM_CHECKS)
		form_toggle(i->value, o->value);
	else
		snprintf(i->value, FORM_TEXT, "%s", o->value);
}

bool
item_picked(const struct item *i, const struct option_row *o)
{
	return i->kind == ITEM_CHECKS ? form_has(i->value, o->value) :
	    strcmp(i->value, o->value) == 0;
}

static void
settle(struct item *i)
{
	const struct option_row *first = NULL;

	for (size_t n = 0; n < i->noptions; n++) {
		if (i->options[n].disabled)
			continue;
		if (item_picked(i, &i->options[n]))
			return;
		if (first == NULL)
			first = &i->options[n];
	}
	i->value[0] = '\0';
	if (first != NULL)
		item_pick(i, first);
}

void
page_settle(struct page *p)
{
	for (size_t n = 0; n < p->nitems; n++)
		if (p->items[n].kind == ITEM_CHOICE && !p->items[n].unset)
			settle(&p->items[n]);
}

size_t
text_wrap(const char *text, size_t width, const char **next_r)
{
	size_t n = strcspn(text, "\n"), cut;

	if (n > width) {
		for (cut = width; cut > 0 && text[cut] != ' '; cut--)
			;
		n = cut > 0 ? cut : width;
	}
	*next_r = text + n;
	if (**next_r == '\n' || **next_r == ' ')
		(*next_r)++;
	return n;
}

void
page_free(struct page *p)
{
	for (size_t n = 0; n < p->nitems; n++) {
		for (size_t k = 0; k < p->items[n].noptions; k++) {
			free(p->items[n].options[k].value);
			free(p->items[n].options[k].label);
			free(p->items[n].options[k].detail);
		}
		free(p->items[n].options);
	}
	buf_free(&p->text);
	buf_free(&p->complaint);
	*p = (struct page){ 0 };
}
