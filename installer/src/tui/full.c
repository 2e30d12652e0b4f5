/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "form.h"
#include "full.h"

#define ESC 27
#define CTRL(c) ((c) & 31)

static size_t
scrolled(size_t top, int c, size_t n, size_t height)
{
	size_t last = n > height ? n - height : 0;

	switch (c) {
	case KEY_DOWN:
		return top < last ? top + 1 : last;
	case KEY_UP:
		return top > 0 ? top - 1 : 0;
	case KEY_NPAGE:
		return top + height < last ? top + height : last;
	case KEY_PPAGE:
		return top > height ? top - height : 0;
	default:
		return top;
	}
}

static bool
closes(int c)
{
	return c == '\n' || c == '\r' || c == ESC || c == KEY_ENTER ||
	    c == KEY_F(1) || c == KEY_F(2) || c == 'q';
}

/* One showing of the text, until a key or a second has gone. */
static int
read_once(struct full *f, const char *title, const char *text, size_t *top,
    bool *follow, bool *lost_r)
{
	size_t height = (size_t)LINES - 4;
	struct page p = { .title = title };
	struct rows r;
	int c;

	buf_str_add(&p.text, text);
	rows_make(&r, &p, full_width());
	if (*follow)
		*top = scrolled(r.n, KEY_NPAGE, r.n, height);
	full_frame(title, "Up, Down, PgUp, PgDn: scroll   Enter: close");
	for (size_t n = *top; n < r.n && n < *top + height; n++)
		mvaddstr(2 + (int)(n - *top), 1, r.list[n].text);
	refresh();
	c = full_key(f, lost_r);
	*top = scrolled(*top, c, r.n, height);
	if (c != ERR)
		*follow = r.n > height && *top == r.n - height;
	rows_free(&r);
	page_free(&p);
	return c;
}

int
full_read(struct full *f, const char *title, const char *text, struct job *j)
{
	bool lost = false, follow = j != NULL;
	size_t top = 0;
	int c;

	do {
		c = read_once(f, title, j != NULL ? buf_str(&j->log) : text,
		    &top, &follow, &lost);
		if (j != NULL)
			job_read(j);
	} while (!lost && !closes(c) && (j == NULL || !j->ended));
	return lost ? -1 : 0;
}

/* Forward or back by one thing, the buttons among them. */
static void
go(struct full *f, int direction, bool by_item)
{
	size_t from = f->spot == SPOT_ROW ? f->row : f->rows.n, to;

	if (f->spot != SPOT_ROW && direction > 0) {
		if (f->spot == SPOT_NEXT) {
			f->spot = SPOT_BACK;
			return;
		}
		from = (size_t)-1;
	} else if (f->spot == SPOT_BACK) {
		f->spot = SPOT_NEXT;
		return;
	}
	to = by_item ? rows_next_item(&f->rows, from, direction) :
	    rows_next(&f->rows, from, direction);
	if (to < f->rows.n) {
		f->row = to;
		f->spot = SPOT_ROW;
	} else {
		f->spot = direction > 0 ? SPOT_NEXT : SPOT_BACK;
	}
}

static void
scroll_text(struct full *f, int c)
{
	size_t height = (size_t)full_height();

	if (c == KEY_NPAGE && f->top + height < f->rows.n)
		f->top += height - 1;
	else if (c == KEY_PPAGE)
		f->top = f->top > height ? f->top - height + 1 : 0;
}

/* Pages of a list; of a text when there is nothing to go to. */
static void
page_key(struct full *f, int c)
{
	int direction = c == KEY_NPAGE ? 1 : -1;
	size_t to;

	if (rows_first(&f->rows) == f->rows.n) {
		scroll_text(f, c);
		return;
	}
	for (int i = 0; f->spot == SPOT_ROW && i < full_height() - 2; i++) {
		to = rows_next(&f->rows, f->row, direction);
		if (to == f->rows.n)
			return;
		f->row = to;
	}
}

static void
edit(struct item *i, int c)
{
	size_t len = strlen(i->value);

	if (c == KEY_BACKSPACE || c == 127 || c == CTRL('H')) {
		if (len > 0)
			i->value[len - 1] = '\0';
	} else if (c == CTRL('U')) {
		i->value[0] = '\0';
	} else if (c >= ' ' && c <= '~' && len + 1 < FORM_TEXT) {
		i->value[len] = (char)c;
		i->value[len + 1] = '\0';
	}
}

static void
row_key(struct full *f, int c)
{
	struct row *row = &f->rows.list[f->row];

	if (row->kind == ROW_INPUT)
		edit(row->item, c);
	else if (c == ' ')
		item_pick(row->item, row->option);
	else if (c > ' ' && c <= '~')
		f->row = rows_letter(&f->rows, f->row, c);
}

/* Enter chooses and goes on: to the next item, at last to the button. */
static bool
enter(struct full *f, enum reply *reply_r)
{
	struct row *row;
	size_t to;

	if (f->spot != SPOT_ROW) {
		*reply_r = f->spot == SPOT_BACK ? REPLY_BACK : REPLY_NEXT;
		return true;
	}
	row = &f->rows.list[f->row];
	if (row->kind == ROW_OPTION && row->item->kind == ITEM_CHOICE)
		item_pick(row->item, row->option);
	to = rows_next_item(&f->rows, f->row, 1);
	if (to < f->rows.n) {
		f->row = to;
		return false;
	}
	f->spot = SPOT_NEXT;
	return false;
}

/* What is wrong first: there may be more of it than the screen has room for. */
static int
help(struct full *f, const struct page *p)
{
	struct buf text = { 0 };
	int rc;

	if (p->complaint.len > 0)
		buf_printf(&text, "%s\n", buf_str(&p->complaint));
	buf_str_add(&text, p->help);
	rc = full_read(f, p->title, buf_str(&text), NULL);
	buf_free(&text);
	return rc;
}

static void
lay_out(struct full *f, struct page *p)
{
	rows_free(&f->rows);
	rows_make(&f->rows, p, full_width());
	if (f->row >= f->rows.n)
		f->row = rows_first(&f->rows);
	if (f->row >= f->rows.n && f->spot == SPOT_ROW)
		f->spot = p->danger ? SPOT_BACK : SPOT_NEXT;
}

/* What the page shows may have changed since it was drawn. */
static void
update(struct full *f, struct page *p)
{
	if (p->refresh != NULL && p->refresh(p->arg, p))
		lay_out(f, p);
}

/* True when the page is done with. */
static bool
key(struct full *f, struct page *p, int c, enum reply *reply_r)
{
	switch (c) {
	case ESC:
		*reply_r = REPLY_BACK;
		return true;
	case '\n':
	case '\r':
	case KEY_ENTER:
		return enter(f, reply_r);
	case '\t':
	case KEY_BTAB:
		go(f, c == '\t' ? 1 : -1, true);
		break;
	case KEY_UP:
	case KEY_DOWN:
		go(f, c == KEY_DOWN ? 1 : -1, false);
		break;
	case KEY_LEFT:
	case KEY_RIGHT:
		if (f->spot != SPOT_ROW)
			f->spot = c == KEY_LEFT ? SPOT_BACK : SPOT_NEXT;
		break;
	case KEY_NPAGE:
	case KEY_PPAGE:
		page_key(f, c);
		break;
	case CTRL('L'):
		update(f, p);
		clearok(curscr, TRUE);
		break;
	case KEY_F(1):
		if (help(f, p) == -1) {
			*reply_r = REPLY_LOST;
			return true;
		}
		break;
	default:
		if (f->spot == SPOT_ROW && f->row < f->rows.n)
			row_key(f, c);
	}
	return false;
}

static bool
hear(struct full *f, struct page *p, int c, enum reply *reply_r)
{
	struct claim *claim = f->front.claim;

	if (c == ERR) {
		if (!claim->ours && claim->taken != NULL &&
		    claim->taken(claim->arg)) {
			*reply_r = REPLY_TAKEN;
			return true;
		}
		update(f, p);
		return false;
	}
	if (!claim->ours && claim->take != NULL && !claim->take(claim->arg)) {
		*reply_r = REPLY_TAKEN;
		return true;
	}
	claim->ours = true;
	return key(f, p, c, reply_r);
}

static enum reply
full_ask(struct front *front, struct page *p)
{
	struct full *f = (struct full *)front;
	enum reply reply = REPLY_LOST;
	bool lost = false, done = false;
	int c;

	set_term(f->screen);
	f->row = f->top = 0;
	f->spot = SPOT_ROW;
	f->rows = (struct rows){ 0 };
	rows_make(&f->rows, p, full_width());
	if (p->from_end && f->rows.n > (size_t)full_height())
		f->top = f->rows.n - (size_t)full_height();
	f->row = rows_first(&f->rows);
	if (f->row == f->rows.n || p->danger)
		f->spot = p->danger ? SPOT_BACK : SPOT_NEXT;
	while (!done) {
		full_draw(f, p);
		c = full_key(f, &lost);
		if (lost)
			break;
		if (c == KEY_RESIZE)
			lay_out(f, p);
		else
			done = hear(f, p, c, &reply);
	}
	rows_free(&f->rows);
	return reply;
}

static void
full_close(struct front *front)
{
	struct full *f = (struct full *)front;

	endwin();
	delscreen(f->screen);
	fclose(f->in);
	fclose(f->out);
	free(f);
}

static const struct front_ops ops = { full_ask, full_watch, full_close };

static int
start(struct full *f, const char *term, struct err *e)
{
	if (f->in == NULL || f->out == NULL)
		return err_sys(e, "terminal");
	f->screen = newterm(term, f->out, f->in);
	if (f->screen == NULL)
		return err_set(e, "terminal type %s: not known", term);
	if (tigetstr("cup") == NULL || LINES < 24 || COLS < 80) {
		endwin();
		delscreen(f->screen);
		return err_set(e, "terminal type %s, %d rows of %d: too "
		    "little for a full screen", term, LINES, COLS);
	}
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(200);
	full_add_keys();
	return 0;
}

struct front *
full_open(int in, int out, const char *term, struct claim *claim,
    struct err *e)
{
	struct full *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	f->front = (struct front){ &ops, claim };
	f->fd = dup(in);
	f->in = fdopen(f->fd, "r");
	f->out = fdopen(dup(out), "w");
	if (start(f, term, e) == 0)
		return &f->front;
	if (f->in != NULL)
		fclose(f->in);
	if (f->out != NULL)
		fclose(f->out);
	free(f);
	return NULL;
}
