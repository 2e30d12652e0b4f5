/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_UI_H
#define INSTALLER_UI_H

#include <stdint.h>

#include "buf.h"
#include "err.h"

/*
 * What a person watches: every line goes to all consoles and into the log
 * that is kept in the state.  Secrets are never said.
 */
struct ui {
	int out[8];
	unsigned int nout;
	struct buf log;
	unsigned int percent;	/* last said */
	const char *prog;
};

/* Standard output alone. */
void ui_init(struct ui *ui, const char *prog);

/* All active consoles of the kernel instead: root/proc/consoles. */
void ui_open_consoles(struct ui *ui, const char *root);

/* One line, "prog: ..."; may hold newlines, each then begins a line. */
void ui_say(struct ui *ui, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Only into the log: what programs print.  A run.h line(). */
void ui_log_line(void *ui, const char *line);

/* Part of a step; said at every tenth. */
void ui_progress(struct ui *ui, uint64_t done, uint64_t all);

/* The last n lines of the log. */
const char *ui_tail(const struct ui *ui, unsigned int n);

void ui_free(struct ui *ui);

/* Seconds since some fixed moment. */
double ui_now(void);

#endif
