/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "console_font.h"

/*
 * PSF1, as Linux's console reads it: 0x36 0x04, mode, bytes a glyph; the
 * glyphs; and when mode has bit 1, for each glyph the characters (16 bits,
 * little-endian) that it stands for, up to 0xffff; what follows 0xfffe is
 * sequences of them.
 */
#define HEADER 4
#define GLYPHS 512
#define CHARS 4096

__asm__(".section .rodata\n"
    "font_psf:\n.incbin \"" FONT_PSF "\"\n"
    "font_psf_end:\n.byte 0\n"
    ".previous\n");
extern const unsigned char font_psf[] __asm__("font_psf");
extern const unsigned char font_psf_end[] __asm__("font_psf_end");

struct font {
	struct one {
		uint16_t ch, glyph;
	} chars[CHARS];
	size_t n;
};

static int
by_char(const void *a, const void *b)
{
	const struct one *one = a, *other = b;

	return (one->ch > other->ch) - (one->ch < other->ch);
}

struct font *
font_open(void)
{
	const unsigned char *p = font_psf + HEADER + GLYPHS * FONT_HEIGHT;
	struct font *f = calloc(1, sizeof(*f));
	uint16_t glyph = 0, ch;
	int sequences = 0;

	if (f == NULL)
		return NULL;
	for (; p + 1 < font_psf_end && glyph < GLYPHS; p += 2) {
		ch = (uint16_t)(p[0] | p[1] << 8);
		if (ch == 0xffff) {
			glyph++;
			sequences = 0;
		} else if (ch == 0xfffe) {
			sequences = 1;
		} else if (!sequences && f->n < CHARS) {
			f->chars[f->n++] = (struct one){ ch, glyph };
		}
	}
	qsort(f->chars, f->n, sizeof(f->chars[0]), by_char);
	return f;
}

void
font_close(struct font *f)
{
	free(f);
}

const unsigned char *
font_glyph(const struct font *f, uint32_t ch)
{
	struct one key = { (uint16_t)ch, 0 }, *found = NULL;

	if (ch <= 0xffff)
		found = bsearch(&key, f->chars, f->n, sizeof(key), by_char);
	if (found == NULL && ch != '?')
		return font_glyph(f, '?');
	return font_psf + HEADER +
	    (found != NULL ? found->glyph : 0) * FONT_HEIGHT;
}
