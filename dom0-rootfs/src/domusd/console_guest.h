/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CONSOLE_GUEST_H
#define DOMUSD_CONSOLE_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console_font.h"
#include "console_rfb.h"
#include "id.h"
#include "msg.h"

/* [console]'s guests and those who look at them. */

struct opener;
struct pollfd;
struct term;

struct tty {
	char vm[ID_UUID];
	int fd;			/* -1: it has gone */
	char *kept;		/* a ring: byte i at i % CONSOLE_KEPT */
	uint64_t said;
	struct buf to;		/* what is typed, until the guest takes it */
	struct term *term;	/* since somebody has looked; or NULL */
	bool mute;		/* its answers are to what was long ago */
	struct tty *next;
};

struct viewer {
	int fd;
	bool pixels, over;
	struct rfb rfb;		/* of pixels */
	size_t out_at;
	uint64_t seen;		/* of text: how much */
	struct tty *tty;
	struct viewer *next;
};

struct consoles {
	struct msg_port port;
	struct font *font;
	struct tty *ttys;
	struct viewer *viewers;
	struct opener *openers;		/* console_wait.h */
};

/*
 * A guest's terminal, new or again; a viewer of one.  fd does not block and
 * is taken.  -1 and
 * errno: ENOENT there is none, EMFILE there are too many.
 */
int guest_add(struct consoles *c, const char *vm, int fd);
int viewer_add(struct consoles *c, const char *vm, bool pixels, int fd);

/* Is there a terminal of it? */
bool guest_has(const struct consoles *c, const char *vm);

/* It has gone, and so have its viewers. */
void guest_drop(struct consoles *c, const char *vm);

/* As vms_poll() and vms_run(). */
size_t consoles_poll(struct consoles *c, struct pollfd *fds, size_t room);
void consoles_run(struct consoles *c, const struct pollfd *fds, size_t n);

void consoles_close(struct consoles *c);

#endif
