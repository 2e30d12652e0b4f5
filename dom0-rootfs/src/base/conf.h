/* SPDX-License-Identifier: ISC */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/*
 * A configuration file of ours, as in /var/lib/domus/etc: one "key value" a
 * line, value to the end of the line (may hold blanks), '#' at the start of a
 * line is a comment, a key may stand more than once.  Written by the installer
 * and by domusd, read by everything in dom0.
 */
struct conf {
	struct conf_line {
		char *key, *value;
	} *lines;
	size_t n;
};

/* A zeroed struct is an empty conf.  Errors name file and line. */
int conf_read(const char *path, struct conf *c, struct err *e);
int conf_parse(const char *name, const char *text, struct conf *c,
    struct err *e);

/* The (first) value, or dflt.  Points into c. */
const char *conf_get(const struct conf *c, const char *key, const char *dflt);

/* The i'th value of key, counted from 0, or NULL. */
const char *conf_nth(const struct conf *c, const char *key, size_t i);

/* Add a line; key without blanks, value without newlines, else -1. */
int conf_add(struct conf *c, const char *key, const char *value,
    struct err *e);

/* Replace every line of key by one; NULL removes them. */
int conf_set(struct conf *c, const char *key, const char *value,
    struct err *e);

/* Write it as file_write() does; mode e.g. 0644, or 0600 with secrets. */
int conf_write(const struct conf *c, const char *path, unsigned int mode,
    struct err *e);

/* c may be empty, zeroed, or freed before. */
void conf_free(struct conf *c);

#endif
