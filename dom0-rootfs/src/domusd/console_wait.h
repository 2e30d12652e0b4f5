/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CONSOLE_WAIT_H
#define DOMUSD_CONSOLE_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/*
 * Viewers of a guest that runs but whose terminal has not come yet: a guest
 * is "Running" a moment before that.  They wait a few seconds, then hear that
 * there is none.
 */

struct consoles;
struct reply;

/* The answer to question id comes later.  fd is taken.  -1: too many wait. */
int opener_add(struct consoles *c, uint64_t id, const char *vm, bool pixels,
    int fd);

/* Answer those whose guest has a terminal now, and who waited long enough. */
int openers_run(struct consoles *c, struct err *e);

/* For poll(2): how long until then; -1: nobody waits. */
int openers_due(const struct consoles *c);

/* The guest has gone: those who wait for it are told next time. */
void openers_give_up(struct consoles *c, const char *vm);
void openers_free(struct consoles *c);

/* The answer to a viewer who is let in (rc 0) or is not (-1 and errno). */
void opener_reply(struct reply *r, int rc, const char *vm);

#endif
