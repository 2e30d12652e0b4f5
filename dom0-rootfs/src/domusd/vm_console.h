/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_CONSOLE_H
#define DOMUSD_VM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct value;

/*
 * What guests say on their consoles: the end of it, as much as fits.  xenconsoled
 * gives each a terminal; nobody else reads them.
 */
#define CONSOLE_KEPT 16384

struct console {
	int domid, fd;
	bool seen;		/* in the present look: see consoles_sweep() */
	char kept[CONSOLE_KEPT];
	size_t at;		/* the next byte's place */
	bool full;		/* the oldest bytes have gone */
	struct console *next;
};

/* Listen at this terminal, unless that is done already. */
void console_open(struct console **list, int domid, const char *tty);

struct console *console_by_fd(struct console *list, int fd);
struct console *console_of(struct console *list, int domid);

/* Read what is there.  false: the terminal has gone. */
bool console_read(struct console *c);

/* What is kept, as text: what is not is "?".  A new string value. */
struct value *console_text(const struct console *c);

/* Forget the one, or those that were not `seen', and all marks. */
void consoles_sweep(struct console **list);
void consoles_free(struct console **list);

#endif
