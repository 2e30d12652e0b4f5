/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CONSOLE_RFB_H
#define DOMUSD_CONSOLE_RFB_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/*
 * RFB 3.3, 3.7 and 3.8 (RFC 6143), the server's side of one viewer: a
 * terminal as pixels, keys as what they type.  Nobody is asked for a password:
 * the way here was.  No input or output of its own; it never holds more than a
 * screen, since a viewer asks for each.
 *
 * Shift with Page Up and Page Down shows what has left the screen.
 */
struct font;
struct term;

/* How a viewer wants its pixels. */
struct rfb_format {
	unsigned int bytes;	/* 1, 2, 4 */
	bool big_endian;
	unsigned int max[3], shift[3];	/* red, green, blue */
};

struct rfb {
	struct term *term;
	const struct font *font;
	enum rfb_state {
		RFB_VERSION, RFB_SECURITY, RFB_INIT, RFB_NORMAL, RFB_CUT,
	} state;
	unsigned int minor;	/* of its version: 3, 7, 8 */
	struct buf in, out;
	size_t in_at;
	uint32_t cut;		/* bytes of its clipboard still to come */
	struct rfb_format format;
	bool hextile, asked, back;	/* back: not the end of it is shown */
	uint64_t line;		/* when back: the first that is shown */
	uint64_t shown[24];	/* a row's clock, 0: never sent */
	unsigned int modifiers;
};

#define RFB_OUT ((size_t)96 << 10)	/* an update is not begun beyond it */

void rfb_init(struct rfb *r, struct term *term, const struct font *font);
void rfb_free(struct rfb *r);

/* What it sent.  -1: it does not speak RFB, or too much of it. */
int rfb_feed(struct rfb *r, const char *data, size_t len);

/* Put what it has asked for, and is new, into `out'. */
void rfb_update(struct rfb *r);

/* console_rfb_key.c: a key of X11's numbers goes down or up. */
void rfb_key(struct rfb *r, uint32_t keysym, bool down);

/* console_rfb_tile.c: w by h pixels (each at most 16), colours in 0xrrggbb. */
struct rfb_tile {
	unsigned int w, h;
	uint32_t pixels[16][16];
};
void rfb_tile_raw(struct buf *b, const struct rfb_format *f,
    const struct rfb_tile *t);
void rfb_tile_hextile(struct buf *b, const struct rfb_format *f,
    const struct rfb_tile *t);

#endif
