/* SPDX-License-Identifier: ISC */
#ifndef TUI_FULL_H
#define TUI_FULL_H

#define NCURSES_NOMACROS
#include <ncursesw/curses.h>
#include <stdio.h>

#include "front.h"
#include "rows.h"

/* full.c's own, shared with full_draw.c and full_watch.c. */
enum spot { SPOT_ROW, SPOT_BACK, SPOT_NEXT };

struct full {
	struct front front;
	SCREEN *screen;
	FILE *in, *out;
	int fd;			/* in */
	struct rows rows;
	enum spot spot;		/* where the person is */
	size_t row;		/* when on a row */
	size_t top;		/* the first row shown */
};

/* Rows of the screen for the page's rows. */
int full_height(void);
size_t full_width(void);

/* The frame: a bar with the title, a bar with the keys. */
void full_frame(const char *title, const char *keys);

void full_draw(struct full *f, const struct page *p);

/* A text over the whole screen until it is closed; a job's log, which grows,
 * instead when j is not NULL.  -1: the terminal is gone. */
int full_read(struct full *f, const char *title, const char *text,
    struct job *j);

/* Once for each terminal. */
void full_add_keys(void);

/* A key, or ERR after a second.  *lost_r: the terminal is gone. */
int full_key(struct full *f, bool *lost_r);

void full_watch(struct front *front, const char *title, struct job *j);

#endif
