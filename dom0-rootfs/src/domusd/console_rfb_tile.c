/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "console_rfb.h"

/* RFC 6143, 7.7.4 */
enum { RAW = 1, BACKGROUND = 2, FOREGROUND = 4, SUBRECTS = 8, COLOURED = 16 };

static void
put_pixel(struct buf *b, const struct rfb_format *f, uint32_t colour)
{
	char bytes[4];
	uint32_t p = 0, part;

	for (int i = 0; i < 3; i++) {
		part = colour >> (16 - 8 * i) & 0xff;
		p |= (part * f->max[i] / 255) << f->shift[i];
	}
	for (unsigned int i = 0; i < f->bytes; i++)
		bytes[f->big_endian ? f->bytes - 1 - i : i] =
		    (char)(unsigned char)(p >> 8 * i);
	buf_add(b, bytes, f->bytes);
}

void
rfb_tile_raw(struct buf *b, const struct rfb_format *f,
    const struct rfb_tile *t)
{
	for (unsigned int y = 0; y < t->h; y++)
		for (unsigned int x = 0; x < t->w; x++)
			put_pixel(b, f, t->pixels[y][x]);
}

/* The two colours that text has, and whether there are more. */
struct colours {
	uint32_t back, fore;
	bool one, more;
};

static struct colours
colours_of(const struct rfb_tile *t)
{
	struct colours c = { .back = t->pixels[0][0], .one = true };

	for (unsigned int y = 0; y < t->h; y++)
		for (unsigned int x = 0; x < t->w; x++) {
			uint32_t p = t->pixels[y][x];

			if (p == c.back)
				continue;
			if (c.one)
				c.fore = p;
			c.one = false;
			c.more |= p != c.fore;
		}
	return c;
}

/* Runs of pixels that are not the background, each a subrectangle. */
static unsigned int
put_runs(struct buf *b, const struct rfb_format *f, const struct rfb_tile *t,
    const struct colours *c)
{
	unsigned int n = 0, end;

	for (unsigned int y = 0; y < t->h; y++)
		for (unsigned int x = 0; x < t->w; x = end) {
			uint32_t p = t->pixels[y][x];

			for (end = x + 1; end < t->w &&
			    t->pixels[y][end] == p; end++)
				;
			if (p == c->back)
				continue;
			if (c->more)
				put_pixel(b, f, p);
			buf_add(b, &(char){ (char)(x << 4 | y) }, 1);
			buf_add(b, &(char){ (char)((end - x - 1) << 4) }, 1);
			n++;
		}
	return n;
}

void
rfb_tile_hextile(struct buf *b, const struct rfb_format *f,
    const struct rfb_tile *t)
{
	struct colours c = colours_of(t);
	size_t start = b->len, count;
	unsigned int n;

	buf_add(b, &(char){ (char)(BACKGROUND | (c.one ? 0 : SUBRECTS) |
	    (c.more ? COLOURED : c.one ? 0 : FOREGROUND)) }, 1);
	put_pixel(b, f, c.back);
	if (c.one)
		return;
	if (!c.more)
		put_pixel(b, f, c.fore);
	count = b->len;
	buf_add(b, "", 1);
	n = put_runs(b, f, t, &c);
	if (b->failed)
		return;
	if (n < 256 && b->len - start <= (size_t)t->w * t->h * f->bytes) {
		b->data[count] = (char)(unsigned char)n;
		return;
	}
	b->len = start;
	buf_add(b, &(char){ RAW }, 1);
	rfb_tile_raw(b, f, t);
}
