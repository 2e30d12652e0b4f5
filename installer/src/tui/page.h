/* SPDX-License-Identifier: ISC */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * One screen's content, the same for full-screen terminals and for lines: a
 * text, then items that a person fills in.  Their values are the form's.
 */
enum item_kind {
	ITEM_INPUT,		/* a line of text */
	ITEM_SECRET,		/* the same, unseen */
	ITEM_CHOICE,		/* one of the options */
	ITEM_CHECKS,		/* any of the options: a list of words */
};

struct option_row {
	char *value, *label;
	char *detail;		/* more lines below it; "" for none */
	bool disabled;		/* shown, but cannot be chosen */
};

struct item {
	enum item_kind kind;
	const char *label;
	char *value;		/* FORM_TEXT bytes */
	struct option_row *options;
	size_t noptions;
	bool unset;		/* a choice that nothing is chosen for */
};

#define PAGE_ITEMS 8

struct page {
	const char *title, *help, *next;	/* next: the button's word */
	bool from_end;		/* the text's end is seen first */
	bool danger;		/* Back is what Enter does at first */
	struct buf text;	/* above the items; paragraphs are wrapped */
	struct buf complaint;	/* what is wrong; lines */
	struct item items[PAGE_ITEMS];
	size_t nitems;
	bool failed;		/* out of memory */
	struct option_row nowhere;	/* what could not be added */

	/* Called every second while the page is shown; true: draw it again. */
	bool (*refresh)(void *arg, struct page *p);
	void *arg;
};

/* The item added last is what page_option() adds to. */
struct item *page_item(struct page *p, enum item_kind kind, const char *label,
    char *value);
struct option_row *page_option(struct page *p, const char *value,
    const char *label, const char *detail);

/* A value that is none of a choice's options becomes the first that can be. */
void page_settle(struct page *p);

/* Choose, check or uncheck. */
void item_pick(struct item *i, const struct option_row *o);
bool item_picked(const struct item *i, const struct option_row *o);

/* Where text must break to fit into width: the length of its first line; what
 * follows it is *next_r. */
size_t text_wrap(const char *text, size_t width, const char **next_r);

void page_free(struct page *p);

#endif
