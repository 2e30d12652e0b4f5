/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CONSOLE_TERM_H
#define DOMUSD_CONSOLE_TERM_H

#include <stddef.h>
#include <stdint.h>

/*
 * A guest's text console as a terminal (libvterm): bytes in, cells out.  What
 * a guest writes can at worst make its own screen ugly.
 *
 * Lines are counted from the guest's start: term_top() is the first one on the
 * screen, term_first() the oldest that is kept.
 */
#define TERM_COLS 80
#define TERM_ROWS 24
#define TERM_KEPT 500

struct term;

struct term_cell {
	uint32_t ch;
	uint32_t fg, bg;	/* 0xrrggbb */
};

/* Where what the terminal says to the guest goes: keys, answers. */
typedef void term_out_fn(void *arg, const char *data, size_t len);

struct term *term_new(term_out_fn *out, void *arg);	/* NULL: no memory */
void term_free(struct term *t);		/* t may be NULL */

void term_feed(struct term *t, const char *data, size_t len);

uint64_t term_top(const struct term *t);
uint64_t term_first(const struct term *t);

/* A cell as it is to be seen, the cursor included. */
void term_cell(const struct term *t, uint64_t line, int col,
    struct term_cell *c);

/*
 * Counts what is fed; and what it was when that cell of the screen has last
 * changed.
 */
uint64_t term_clock(const struct term *t);
uint64_t term_changed(const struct term *t, int row, int col);

/* Keys, with libvterm's modifiers and names. */
void term_type(struct term *t, uint32_t ch, unsigned int modifiers);
void term_key(struct term *t, unsigned int key, unsigned int modifiers);

#endif
