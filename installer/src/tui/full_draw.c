/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "form.h"
#include "full.h"

/*
 * The screen: a bar, a blank row, the body, three rows for complaints, the
 * buttons, a bar.  No colours: reverse and bold say it on every terminal.
 */
#define HEAD 2
#define FOOT 5
#define COMPLAINT 3
#define LABEL 22		/* columns before an input */

int
full_height(void)
{
	return LINES - HEAD - FOOT;
}

size_t
full_width(void)
{
	return COLS > 80 ? 78 : (size_t)COLS - 2;
}

static void
bar(int y, const char *left, const char *right)
{
	attron(A_REVERSE);
	move(y, 0);
	/* Not the last column of the last row: some terminals would scroll. */
	for (int x = 0; x < COLS - (y == LINES - 1); x++)
		addch(' ');
	mvaddnstr(y, 1, left, COLS - 2);
	if (right[0] != '\0')
		mvaddnstr(y, COLS - 1 - (int)strlen(right), right, COLS - 2);
	attroff(A_REVERSE);
}

void
full_frame(const char *title, const char *keys)
{
	erase();
	bar(0, title, "Domus " DOMUS_VERSION);
	bar(LINES - 1, keys, "");
}

static void
draw_input(int y, const struct row *row, bool here)
{
	const char *value = row->item->value;
	int room = (int)full_width() - LABEL - 2;
	size_t len = strlen(value), from;

	from = len > (size_t)room - 1 ? len - (size_t)room + 1 : 0;
	mvaddnstr(y, 1, row->text, LABEL - 1);
	mvaddch(y, LABEL, '[');
	attron(here ? A_REVERSE : A_NORMAL);
	for (int x = 0; x < room; x++)
		addch((size_t)x + from >= len ? ' ' :
		    row->item->kind == ITEM_SECRET ? '*' :
		    (chtype)(unsigned char)value[from + (size_t)x]);
	attroff(A_REVERSE);
	addch(']');
}

static void
draw_option(int y, const struct row *row, bool here)
{
	bool picked = item_picked(row->item, row->option);
	bool checks = row->item->kind == ITEM_CHECKS;

	move(y, 1);
	attron(here ? A_REVERSE : A_NORMAL);
	addstr(row->option->disabled ? " -  " : checks ?
	    picked ? "[*] " : "[ ] " : picked ? "(*) " : "( ) ");
	addnstr(row->text, (int)full_width() - 4);
	attroff(A_REVERSE);
}

static void
draw_row(struct full *f, size_t n, int y)
{
	const struct row *row = &f->rows.list[n];
	bool here = f->spot == SPOT_ROW && f->row == n;

	switch (row->kind) {
	case ROW_PLAIN:
		mvaddstr(y, 1, row->text);
		break;
	case ROW_HEAD:
		attron(A_BOLD);
		mvaddstr(y, 1, row->text);
		attroff(A_BOLD);
		break;
	case ROW_INPUT:
		draw_input(y, row, here);
		break;
	case ROW_OPTION:
		draw_option(y, row, here);
		break;
	}
}

static void
draw_complaint(const struct page *p)
{
	const char *text = buf_str(&p->complaint), *next;
	int y = LINES - FOOT, last = y + COMPLAINT;
	size_t len;

	attron(A_BOLD);
	for (; *text != '\0' && y < last; text = next, y++) {
		len = text_wrap(text, full_width(), &next);
		if (y + 1 == last && *next != '\0')
			mvaddstr(y, 1, "... F1 shows all of it.");
		else
			mvaddnstr(y, 1, text, (int)len);
	}
	attroff(A_BOLD);
}

static void
button(int y, int x, const char *word, bool here)
{
	attron(here ? A_REVERSE : A_NORMAL);
	mvprintw(y, x, "< %s >", word);
	attroff(A_REVERSE);
}

/* The row the person is on is always seen, what is said of it, and what stands
 * above the first. */
static void
scroll_to(struct full *f)
{
	size_t height = (size_t)full_height(), last = f->row;

	while (last + 1 < f->rows.n && f->rows.list[f->row].option != NULL &&
	    f->rows.list[last + 1].kind == ROW_PLAIN &&
	    f->rows.list[last + 1].text[0] != '\0' && last < f->row + 4)
		last++;
	if (f->spot != SPOT_ROW)
		return;
	if (f->row < f->top)
		f->top = f->row;
	while (last >= f->top + height)
		f->top++;
	if (rows_next(&f->rows, f->row, -1) == f->rows.n && f->row < height)
		f->top = 0;
}

static void
draw_marks(const struct full *f)
{
	size_t height = (size_t)full_height();

	if (f->top > 0)
		mvaddstr(HEAD - 1, COLS - 8, "(more)");
	if (f->top + height < f->rows.n)
		mvaddstr(LINES - 2, COLS - 8, "(more)");
}

void
full_draw(struct full *f, const struct page *p)
{
	int y = LINES - 2;

	scroll_to(f);
	full_frame(p->title, "Tab, arrows: move   Enter: choose   Esc: back   "
	    "F1: help   PgDn: more");
	for (size_t n = f->top; n < f->rows.n &&
	    n < f->top + (size_t)full_height(); n++)
		draw_row(f, n, HEAD + (int)(n - f->top));
	draw_marks(f);
	draw_complaint(p);
	button(y, 2, "Back", f->spot == SPOT_BACK);
	button(y, 14, p->next, f->spot == SPOT_NEXT);
	move(y, f->spot == SPOT_BACK ? 4 : 16);
	if (f->spot == SPOT_ROW)
		move(HEAD + (int)(f->row - f->top), 2);
	refresh();
}
