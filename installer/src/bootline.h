/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_BOOTLINE_H
#define INSTALLER_BOOTLINE_H

#include <stdbool.h>

#include "answer_url.h"
#include "err.h"
#include "ui.h"

/* What the kernel's command line tells the installer. */
enum end { END_UNSET, END_SHELL, END_REBOOT, END_POWEROFF };

struct bootline {
	struct answer_url url;	/* answerfile= and such */
	enum end end;		/* atexit= */
	char source[2048];	/* domus.source=, or "" */
	char progress[2048];	/* progress-url=, or "" */
	bool net;		/* booted over the network */
};

int bootline_read(struct bootline *b, const char *root, struct err *e);

/*
 * Booted over the network: what the servers there say, where the command line
 * says nothing.  What hinders is a warning.
 */
void bootline_ask(struct bootline *b, struct ui *ui);

#endif
