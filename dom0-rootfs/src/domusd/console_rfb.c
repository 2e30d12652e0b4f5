/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "console_font.h"
#include "console_rfb.h"
#include "console_term.h"

#define WIDTH (TERM_COLS * FONT_WIDTH)
#define HEIGHT (TERM_ROWS * FONT_HEIGHT)
#define VERSION_LEN 12
#define ENCODINGS 1024		/* that a viewer may list */
#define NAME "console"

_Static_assert(sizeof(((struct rfb *)0)->shown) / sizeof(uint64_t) ==
    TERM_ROWS, "a clock for each row");

static void
put_u(struct buf *b, uint32_t n, size_t bytes)
{
	while (bytes-- > 0)
		buf_add(b, &(char){ (char)(unsigned char)(n >> 8 * bytes) },
		    1);
}

static uint32_t
get_u(const char *at, size_t bytes)
{
	uint32_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (unsigned char)at[i];
	return n;
}

void
rfb_init(struct rfb *r, struct term *term, const struct font *font)
{
	*r = (struct rfb){ .term = term, .font = font };
	r->format = (struct rfb_format){ 4, false, { 255, 255, 255 },
		{ 16, 8, 0 } };
	buf_str_add(&r->out, "RFB 003.008\n");
}

void
rfb_free(struct rfb *r)
{
	buf_free(&r->in);
	buf_free(&r->out);
}

/*
 * Each takes one message of which `len' bytes are there: how many it has, 0
 * when it is not whole yet, -1.
 */
static int
take_version(struct rfb *r, const char *at, size_t len)
{
	if (len < VERSION_LEN)
		return 0;
	if (memcmp(at, "RFB 003.00", 10) != 0 || at[11] != '\n')
		return -1;
	r->minor = at[10] == '8' ? 8 : at[10] == '7' ? 7 : 3;
	/* security type 1, none: told by 3.3, offered by the others */
	if (r->minor == 3) {
		put_u(&r->out, 1, 4);
		r->state = RFB_INIT;
	} else {
		put_u(&r->out, 0x0101, 2);
		r->state = RFB_SECURITY;
	}
	return VERSION_LEN;
}

static int
take_security(struct rfb *r, const char *at, size_t len)
{
	if (len < 1)
		return 0;
	if (at[0] != 1)
		return -1;
	if (r->minor == 8)
		put_u(&r->out, 0, 4);
	r->state = RFB_INIT;
	return 1;
}

static void
put_format(struct buf *b, const struct rfb_format *f)
{
	put_u(b, f->bytes * 8, 1);
	put_u(b, 24, 1);
	put_u(b, f->big_endian, 1);
	put_u(b, 1, 1);
	for (int i = 0; i < 3; i++)
		put_u(b, f->max[i], 2);
	for (int i = 0; i < 3; i++)
		put_u(b, f->shift[i], 1);
	put_u(b, 0, 3);
}

/* Whether it wants to be alone here is not for it to say. */
static int
take_init(struct rfb *r, const char *at, size_t len)
{
	(void)at;
	if (len < 1)
		return 0;
	put_u(&r->out, WIDTH, 2);
	put_u(&r->out, HEIGHT, 2);
	put_format(&r->out, &r->format);
	put_u(&r->out, sizeof(NAME) - 1, 4);
	buf_str_add(&r->out, NAME);
	r->state = RFB_NORMAL;
	return 1;
}

/* 7.5.1.  Colour maps are not offered: nobody has asked for one in years. */
static int
take_format(struct rfb *r, const char *at)
{
	struct rfb_format f = { .bytes = get_u(at + 4, 1) / 8,
		.big_endian = at[6] != 0 };

	if ((f.bytes != 1 && f.bytes != 2 && f.bytes != 4) ||
	    get_u(at + 4, 1) % 8 != 0 || at[7] == 0)
		return -1;
	for (int i = 0; i < 3; i++) {
		f.max[i] = get_u(at + 8 + 2 * i, 2);
		f.shift[i] = get_u(at + 14 + i, 1);
		if (f.shift[i] > 31)
			return -1;
	}
	r->format = f;
	memset(r->shown, 0, sizeof(r->shown));
	return 0;
}

static int
take_encodings(struct rfb *r, const char *at, size_t len)
{
	uint32_t n;

	if (len < 4)
		return 0;
	n = get_u(at + 2, 2);
	if (n > ENCODINGS)
		return -1;
	if (len < 4 + 4 * n)
		return 0;
	r->hextile = false;
	for (uint32_t i = 0; i < n; i++)
		r->hextile |= get_u(at + 4 + 4 * i, 4) == 5;
	return (int)(4 + 4 * n);
}

static int
take_normal(struct rfb *r, const char *at, size_t len)
{
	static const unsigned char lens[] = { 20, 0, 4, 10, 8, 6, 8 };
	size_t want;

	if (len < 1)
		return 0;
	want = (unsigned char)at[0] < sizeof(lens) ?
	    lens[(unsigned char)at[0]] : 0;
	if (want == 0)
		return -1;
	if (len < want)
		return 0;
	switch (at[0]) {
	case 0:
		if (take_format(r, at) == -1)
			return -1;
		break;
	case 2:
		return take_encodings(r, at, len);
	case 3:			/* not incremental: all of it again */
		r->asked = true;
		if (at[1] == 0)
			memset(r->shown, 0, sizeof(r->shown));
		break;
	case 4:
		rfb_key(r, get_u(at + 4, 4), at[1] != 0);
		break;
	case 6:
		r->cut = get_u(at + 4, 4);
		r->state = r->cut != 0 ? RFB_CUT : RFB_NORMAL;
		break;
	default:		/* 5: a text console has no pointer */
		break;
	}
	return (int)want;
}

/* Its clipboard stays where it is. */
static int
take_cut(struct rfb *r, const char *at, size_t len)
{
	uint32_t n = len < r->cut ? (uint32_t)len : r->cut;

	(void)at;
	r->cut -= n;
	if (r->cut == 0)
		r->state = RFB_NORMAL;
	return (int)n;
}

int
rfb_feed(struct rfb *r, const char *data, size_t len)
{
	static int (*const takes[])(struct rfb *, const char *, size_t) = {
		[RFB_VERSION] = take_version,
		[RFB_SECURITY] = take_security,
		[RFB_INIT] = take_init,
		[RFB_NORMAL] = take_normal,
		[RFB_CUT] = take_cut,
	};
	bool more = true;
	int n;

	buf_add(&r->in, data, len);
	while (more && !r->in.failed) {
		n = takes[r->state](r, buf_str(&r->in) + r->in_at,
		    r->in.len - r->in_at);
		if (n == -1)
			return -1;
		r->in_at += (size_t)n;
		more = n > 0;
	}
	buf_drop(&r->in, r->in_at);
	r->in_at = 0;
	return r->in.failed || r->out.failed ? -1 : 0;
}

static void
draw(const struct rfb *r, int row, int col, struct rfb_tile *t)
{
	uint64_t line = (r->back ? r->line : term_top(r->term)) +
	    (uint64_t)row;
	const unsigned char *glyph;
	struct term_cell c;

	for (int i = 0; i < 2; i++) {
		term_cell(r->term, line, col + i, &c);
		glyph = font_glyph(r->font, c.ch);
		for (int y = 0; y < FONT_HEIGHT; y++)
			for (int x = 0; x < FONT_WIDTH; x++)
				t->pixels[y][i * FONT_WIDTH + x] =
				    (glyph[y] >> (7 - x) & 1) != 0 ? c.fg :
				    c.bg;
	}
}

/* From and to which column a row is to be sent; false: none of it. */
static bool
span(const struct rfb *r, int row, int *from_r, int *to_r)
{
	int from = 0, to = TERM_COLS;

	if (r->shown[row] != 0 && r->back)
		return false;
	if (r->shown[row] != 0) {
		while (from < to &&
		    term_changed(r->term, row, from) <= r->shown[row])
			from++;
		while (to > from &&
		    term_changed(r->term, row, to - 1) <= r->shown[row])
			to--;
	}
	*from_r = from & ~1;
	*to_r = (to + 1) & ~1;
	return from < to;
}

static void
put_row(struct rfb *r, int row, int from, int to)
{
	struct rfb_tile t = { .w = 2 * FONT_WIDTH, .h = FONT_HEIGHT };

	/* raw is a row of pixels after the other: each tile a rectangle */
	for (int col = from; col < to; col += 2) {
		if (!r->hextile || col == from) {
			put_u(&r->out, (uint32_t)col * FONT_WIDTH, 2);
			put_u(&r->out, (uint32_t)row * FONT_HEIGHT, 2);
			put_u(&r->out, r->hextile ? (uint32_t)(to - from) *
			    FONT_WIDTH : t.w, 2);
			put_u(&r->out, t.h, 2);
			put_u(&r->out, r->hextile ? 5 : 0, 4);
		}
		draw(r, row, col, &t);
		if (r->hextile)
			rfb_tile_hextile(&r->out, &r->format, &t);
		else
			rfb_tile_raw(&r->out, &r->format, &t);
	}
}

/* What was on top when it looked back may be lost by now. */
static void
keep_line(struct rfb *r)
{
	if (!r->back || r->line >= term_first(r->term))
		return;
	r->line = term_first(r->term);
	memset(r->shown, 0, sizeof(r->shown));
}

void
rfb_update(struct rfb *r)
{
	size_t start = r->out.len, n = 0;
	int from, to;

	if (r->state < RFB_NORMAL || !r->asked || r->out.len > 0)
		return;
	keep_line(r);
	put_u(&r->out, 0, 4);
	for (int row = 0; row < TERM_ROWS && r->out.len < RFB_OUT; row++) {
		if (!span(r, row, &from, &to))
			continue;
		put_row(r, row, from, to);
		r->shown[row] = term_clock(r->term);
		n += r->hextile ? 1 : (size_t)(to - from) / 2;
	}
	if (r->out.failed || n == 0) {
		r->out.len = start;
		return;
	}
	r->asked = false;
	r->out.data[start + 2] = (char)(unsigned char)(n >> 8);
	r->out.data[start + 3] = (char)(unsigned char)n;
}
