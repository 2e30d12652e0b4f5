/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>

#include <vterm.h>

#include "console_term.h"

/* A line that has left the screen, as far as there is something on it. */
struct line {
	size_t n;
	struct term_cell cells[];
};

struct term {
	VTerm *vt;
	VTermScreen *screen;
	uint64_t clock, changed[TERM_ROWS][TERM_COLS];
	struct line *kept[TERM_KEPT];	/* line i at i % TERM_KEPT */
	uint64_t top;
	VTermPos cursor;
	bool cursor_shown;
	term_out_fn *out;
	void *arg;
};

static uint32_t
rgb(const VTermScreen *screen, VTermColor color)
{
	vterm_screen_convert_color_to_rgb(screen, &color);
	return (uint32_t)color.rgb.red << 16 |
	    (uint32_t)color.rgb.green << 8 | color.rgb.blue;
}

static struct term_cell
convert(const VTermScreen *screen, const VTermScreenCell *from)
{
	struct term_cell c = { .ch = from->chars[0],
		.fg = rgb(screen, from->fg), .bg = rgb(screen, from->bg) };
	uint32_t swap = c.fg;

	if (c.ch == 0 || c.ch == UINT32_MAX || from->attrs.conceal)
		c.ch = ' ';
	if (from->attrs.reverse) {
		c.fg = c.bg;
		c.bg = swap;
	}
	return c;
}

static int
damaged(VTermRect r, void *user)
{
	struct term *t = user;

	for (int row = r.start_row; row < r.end_row; row++)
		for (int col = r.start_col; col < r.end_col; col++)
			t->changed[row][col] = t->clock;
	return 1;
}

static int
moved(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct term *t = user;

	(void)visible;
	t->changed[old.row][old.col] = t->clock;
	t->changed[pos.row][pos.col] = t->clock;
	t->cursor = pos;
	return 1;
}

static int
property(VTermProp prop, VTermValue *value, void *user)
{
	struct term *t = user;

	if (prop == VTERM_PROP_CURSORVISIBLE) {
		t->cursor_shown = value->boolean;
		t->changed[t->cursor.row][t->cursor.col] = t->clock;
	}
	return 1;
}

static int
push(int cols, const VTermScreenCell *cells, void *user)
{
	struct term *t = user;
	size_t n = (size_t)cols;
	struct line *line, **at = &t->kept[t->top++ % TERM_KEPT];

	while (n > 0 && cells[n - 1].chars[0] == 0)
		n--;
	free(*at);
	*at = line = malloc(sizeof(*line) + n * sizeof(line->cells[0]));
	if (line == NULL)
		return 1;
	line->n = n;
	for (size_t i = 0; i < n; i++)
		line->cells[i] = convert(t->screen, &cells[i]);
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.damage = damaged,
	.movecursor = moved,
	.settermprop = property,
	.sb_pushline = push,
};

static void
said(const char *data, size_t len, void *user)
{
	const struct term *t = user;

	t->out(t->arg, data, len);
}

struct term *
term_new(term_out_fn *out, void *arg)
{
	struct term *t = calloc(1, sizeof(*t));
	VTermColor fg, bg;

	if (t == NULL)
		return NULL;
	t->vt = vterm_new(TERM_ROWS, TERM_COLS);
	if (t->vt == NULL) {
		free(t);
		return NULL;
	}
	t->clock = 1;
	t->cursor_shown = true;
	vterm_set_utf8(t->vt, 1);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_color_rgb(&fg, 0xc0, 0xc0, 0xc0);
	vterm_color_rgb(&bg, 0, 0, 0);
	vterm_screen_set_default_colors(t->screen, &fg, &bg);
	vterm_state_set_bold_highbright(vterm_obtain_state(t->vt), 1);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_set_damage_merge(t->screen, VTERM_DAMAGE_ROW);
	vterm_screen_reset(t->screen, 1);
	/* only now: what a reset says is nobody's business */
	t->out = out;
	t->arg = arg;
	vterm_output_set_callback(t->vt, said, t);
	return t;
}

void
term_free(struct term *t)
{
	if (t == NULL)
		return;
	vterm_free(t->vt);
	for (size_t i = 0; i < TERM_KEPT; i++)
		free(t->kept[i]);
	free(t);
}

void
term_feed(struct term *t, const char *data, size_t len)
{
	t->clock++;
	vterm_input_write(t->vt, data, len);
	vterm_screen_flush_damage(t->screen);
}

uint64_t
term_top(const struct term *t)
{
	return t->top;
}

uint64_t
term_first(const struct term *t)
{
	return t->top > TERM_KEPT ? t->top - TERM_KEPT : 0;
}

static void
on_screen(const struct term *t, int row, int col, struct term_cell *c)
{
	VTermScreenCell cell;
	uint32_t swap;

	vterm_screen_get_cell(t->screen, (VTermPos){ row, col }, &cell);
	*c = convert(t->screen, &cell);
	if (!t->cursor_shown || t->cursor.row != row || t->cursor.col != col)
		return;
	swap = c->fg;
	c->fg = c->bg;
	c->bg = swap;
}

void
term_cell(const struct term *t, uint64_t line, int col, struct term_cell *c)
{
	const struct line *kept;

	if (line >= t->top && line - t->top < TERM_ROWS) {
		on_screen(t, (int)(line - t->top), col, c);
		return;
	}
	kept = line < t->top && line >= term_first(t) ?
	    t->kept[line % TERM_KEPT] : NULL;
	if (kept != NULL && (size_t)col < kept->n)
		*c = kept->cells[col];
	else
		*c = (struct term_cell){ .ch = ' ', .fg = 0xc0c0c0 };
}

uint64_t
term_clock(const struct term *t)
{
	return t->clock;
}

uint64_t
term_changed(const struct term *t, int row, int col)
{
	return t->changed[row][col];
}

void
term_type(struct term *t, uint32_t ch, unsigned int modifiers)
{
	vterm_keyboard_unichar(t->vt, ch, (VTermModifier)modifiers);
}

void
term_key(struct term *t, unsigned int key, unsigned int modifiers)
{
	vterm_keyboard_key(t->vt, (VTermKey)key, (VTermModifier)modifiers);
}
