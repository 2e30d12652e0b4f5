/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CONSOLE_FONT_H
#define DOMUSD_CONSOLE_FONT_H

#include <stdint.h>

/* The built-in font: Terminus, from the console font in its package. */
#define FONT_WIDTH 8
#define FONT_HEIGHT 16

struct font;

struct font *font_open(void);	/* NULL: no memory */
void font_close(struct font *f);

/* FONT_HEIGHT rows, the left pixel in the highest bit; never NULL. */
const unsigned char *font_glyph(const struct font *f, uint32_t ch);

#endif
