/* SPDX-License-Identifier: ISC */
#ifndef BASE_FLAGS_H
#define BASE_FLAGS_H

#include <stdbool.h>
#include <stdio.h>

/* A program's options as one table: what is read, and what --help prints. */
struct flag {
	const char *name;	/* after "--" */
	char letter;		/* after "-" */
	const char *arg;	/* its name in the help; NULL: it takes none */
	const char *help;
};

/* A line an option; its help begins at that column, counted from 0. */
void flags_print(FILE *to, const struct flag *flags, size_t n, int column);

/*
 * An option that was given, and its argument, which is argv's.  0: go on;
 * anything else ends flags_read() with it, -1 for a wrong argument.
 */
typedef int flag_fn(void *arg, int letter, const char *text);

/*
 * Read options as getopt_long(3) does, which says what is wrong on stderr.
 * words: the first word ends them, as before a command.  0: the first argument
 * that is none is argv[*rest]; -1: an unknown one, or one without its argument;
 * else what take returned.
 */
int flags_read(const struct flag *flags, size_t n, int argc, char *argv[],
    bool words, flag_fn *take, void *arg, int *rest);

#endif
