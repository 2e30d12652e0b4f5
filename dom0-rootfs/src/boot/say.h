/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SAY_H
#define BOOT_SAY_H

#include "err.h"

/*
 * Words for whoever stands before the machine: all consoles the kernel was
 * told to use, so that serial line and screen both show them.
 */
struct say {
	int fd[4];
	int n;
};

/* Open the consoles that /sys/class/tty/console/active names (/dev/console
 * when there is none).  Never fails: at worst nobody hears. */
void say_open(struct say *s);

/* One line, a newline is added. */
void say(const struct say *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

void say_close(struct say *s);

/*
 * The device of a name in console/active: "tty0" is whichever screen is in
 * front, and what we say belongs on the first.
 */
const char *say_device(const char *console);

/* Seconds since the kernel started. */
double since_boot(void);

#endif
