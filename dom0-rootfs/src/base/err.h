/* SPDX-License-Identifier: ISC */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * An error on its way up to whoever can show it.
 *
 * Nothing below main() prints: the caller may be a full-screen installer, a
 * daemon answering XML-RPC, or a test.  A function that fails fills in an err
 * and returns -1.  Contexts are put in front on the way up, so the finished
 * text reads from the outside in:
 *
 *	domus-install: /dev/sda: write partition table: No space left on device
 */
struct err {
	char text[1024];
	int sys;	/* errno of err_sys(), else 0 */
	int code;	/* what kind, by some table; 0: not said */
};

/* Kinds that libbase says: a disk that fails.  Programs' tables keep them. */
enum { ERR_READ = 404, ERR_WRITE = 405 };

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Set the text.  Returns -1, so that "return err_set(...)" reads well. */
int err_set(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same, followed by ": " and what errno says. */
int err_sys(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Say what kind it is, unless that was said further down.  Returns -1. */
int err_code(struct err *e, int code);

/* Put "fmt: " in front of a text set further down.  Returns -1. */
int err_in(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
