/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_PROGRESS_H
#define INSTALLER_PROGRESS_H

#include <stdbool.h>

#include "ui.h"

/*
 * Tell a server how far the installation is: what ui says goes by a pipe to a
 * process that POSTs it as JSON, a few times a second at most; each post holds
 * all that is known, so one that is lost is made good by the next.  A server
 * that is away or slow never holds the installation up.
 *
 * Members: run, seq, mac, serial, uuid, event (begin, step, done, failed),
 * step, steps, name, title, permille, text, version.
 */

/* To url, unless it is told already; what hinders is a warning.  bootif as in
 * url_words.h. */
void progress_begin(struct ui *ui, const char *url, const char *root,
    const char *bootif);

/* The end, which is waited for a little; nothing when it is not told. */
void progress_end(struct ui *ui, bool done);

/* What is known so far, out of ui's lines; for progress_begin()'s process. */
struct told {
	char mac[128], serial[128], uuid[128], run[33];
	unsigned long seq;
	unsigned int step, steps, before, weight, sum, percent;
	char name[32], title[80], text[200], failure[200];
	bool ended, done;
};
void told_line(struct told *t, const char *line);

/* The next post's body, added to a buf. */
void told_json(struct told *t, struct buf *to);

#endif
