/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "rows.h"

static struct row *
add(struct rows *r, enum row_kind kind, struct item *i, struct option_row *o)
{
	struct row *more;

	more = realloc(r->list, (r->n + 1) * sizeof(*more));
	if (more == NULL) {
		r->failed = true;
		return NULL;
	}
	r->list = more;
	more[r->n] = (struct row){ .kind = kind, .item = i, .option = o };
	return &more[r->n++];
}

/* Names come from devices: what no terminal should be sent becomes '?'. */
static void
set(struct row *row, const char *lead, const char *text, size_t len)
{
	if (row == NULL)
		return;
	snprintf(row->text, sizeof(row->text), "%s%.*s", lead, (int)len, text);
	for (char *c = row->text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
}

static void
add_text(struct rows *r, const char *lead, const char *text, size_t width)
{
	const char *next;
	size_t len, in = strlen(lead);

	for (; *text != '\0'; text = next) {
		len = text_wrap(text, width - in, &next);
		set(add(r, ROW_PLAIN, NULL, NULL), lead, text, len);
	}
}

static void
add_item(struct rows *r, struct item *i, size_t width)
{
	bool input = i->kind == ITEM_INPUT || i->kind == ITEM_SECRET;

	if (input) {
		set(add(r, ROW_INPUT, i, NULL), "", i->label,
		    strlen(i->label));
		return;
	}
	if (i->label[0] != '\0')
		set(add(r, ROW_HEAD, i, NULL), "", i->label,
		    strlen(i->label));
	for (size_t n = 0; n < i->noptions; n++) {
		set(add(r, ROW_OPTION, i, &i->options[n]), "",
		    i->options[n].label, width - 4);
		add_text(r, "        ", i->options[n].detail, width);
	}
}

void
rows_make(struct rows *r, const struct page *p, size_t width)
{
	struct item *before = NULL;

	*r = (struct rows){ 0 };
	add_text(r, "", buf_str(&p->text), width);
	for (size_t n = 0; n < p->nitems; n++) {
		struct item *i = (struct item *)&p->items[n];

		if (before == NULL ? r->n > 0 : before->noptions > 0 ||
		    i->noptions > 0)
			add(r, ROW_PLAIN, NULL, NULL);
		add_item(r, i, width);
		before = i;
	}
}

void
rows_free(struct rows *r)
{
	free(r->list);
	*r = (struct rows){ 0 };
}

static bool
can_go(const struct row *row)
{
	return row->kind == ROW_INPUT || (row->kind == ROW_OPTION &&
	    !row->option->disabled);
}

size_t
rows_next(const struct rows *r, size_t at, int direction)
{
	for (at += (size_t)direction; at < r->n; at += (size_t)direction)
		if (can_go(&r->list[at]))
			return at;
	return r->n;
}

static size_t
item_row(const struct rows *r, const struct item *i)
{
	size_t first = r->n;

	for (size_t n = 0; n < r->n; n++) {
		if (r->list[n].item != i || !can_go(&r->list[n]))
			continue;
		if (r->list[n].kind == ROW_INPUT ||
		    (i->kind == ITEM_CHOICE &&
		    item_picked(i, r->list[n].option)))
			return n;
		if (first == r->n)
			first = n;
	}
	return first;
}

size_t
rows_next_item(const struct rows *r, size_t at, int direction)
{
	const struct item *i = at < r->n ? r->list[at].item : NULL;

	for (at = rows_next(r, at, direction); at < r->n;
	    at = rows_next(r, at, direction))
		if (r->list[at].item != i)
			return item_row(r, r->list[at].item);
	return r->n;
}

size_t
rows_first(const struct rows *r)
{
	for (size_t n = 0; n < r->n; n++)
		if (can_go(&r->list[n]))
			return item_row(r, r->list[n].item);
	return r->n;
}

size_t
rows_letter(const struct rows *r, size_t at, int c)
{
	size_t n = at, tried;

	for (tried = 0; tried < r->n; tried++) {
		n = (n + 1) % r->n;
		if (r->list[n].item == r->list[at].item &&
		    r->list[n].kind == ROW_OPTION && can_go(&r->list[n]) &&
		    tolower((unsigned char)r->list[n].text[0]) == tolower(c))
			return n;
	}
	return at;
}
