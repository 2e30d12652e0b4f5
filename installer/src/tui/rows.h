/* SPDX-License-Identifier: ISC */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "page.h"

/*
 * A page laid out for a screen: rows from top to bottom, some of which can be
 * gone to.  What is beyond a screen's height is scrolled.
 */
#define ROW_TEXT 100

enum row_kind { ROW_PLAIN, ROW_HEAD, ROW_INPUT, ROW_OPTION };

struct row {
	enum row_kind kind;
	struct item *item;
	struct option_row *option;
	char text[ROW_TEXT];
};

struct rows {
	struct row *list;
	size_t n;
	bool failed;		/* out of memory */
};

/* Lay out for that width (20 to 98); rows_free() in any case. */
void rows_make(struct rows *r, const struct page *p, size_t width);
void rows_free(struct rows *r);

/* The next row that can be gone to from at, in direction 1 or -1; r->n when
 * there is none. */
size_t rows_next(const struct rows *r, size_t at, int direction);

/* The first row of the next item; r->n: there is none. */
size_t rows_next_item(const struct rows *r, size_t at, int direction);

/* The row of the first thing to fill in: a picked option first. */
size_t rows_first(const struct rows *r);

/* The next option of at's item that begins with c, or at. */
size_t rows_letter(const struct rows *r, size_t at, int c);

#endif
