/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_UI_H
#define INSTALLER_UI_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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
	int events;		/* a pipe, or -1; see ui_events() */
	int post;		/* the same for progress.c, and its process */
	pid_t poster;
	int watch;		/* for carry.c, another such pipe, or -1 */
};

/* A step as it begins; weights: of those before, its own, of all. */
struct ui_step {
	size_t nr, all;
	unsigned int before, weight, sum;
	const char *name, *title;
};

/* Standard output alone. */
void ui_init(struct ui *ui, const char *prog);

/* The names of all active consoles of the kernel, "tty0", at most max. */
size_t ui_console_names(const char *root, char names[][32], size_t max);

/* All of them instead. */
void ui_open_consoles(struct ui *ui, const char *root);

/* A pipe instead, for tui/job.h: a line each, "L text", "P percent", and
 * "S nr all before weight sum name title". */
void ui_events(struct ui *ui, int fd);

/* A line of that kind to progress.c; lost when nobody takes it. */
void ui_post(struct ui *ui, char kind, const char *text, size_t len);

/* A line of that kind to carry.c. */
void ui_watch(struct ui *ui, char kind, const char *text);

void ui_step(struct ui *ui, const struct ui_step *s);

/* One line, "prog: ..."; may hold newlines, each then begins a line. */
void ui_say(struct ui *ui, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Only into the log: what programs print.  A run.h line(). */
void ui_log_line(void *ui, const char *line);

/* Part of a step; said at every tenth. */
void ui_progress(struct ui *ui, uint64_t done, uint64_t all);

/* The same of what comes over the network. */
void ui_fetched(struct ui *ui, uint64_t done, uint64_t all);

/* The last n lines of the log. */
const char *ui_tail(const struct ui *ui, unsigned int n);

void ui_free(struct ui *ui);

/* Seconds since some fixed moment. */
double ui_now(void);

#endif
