/* SPDX-License-Identifier: ISC */
#ifndef SERVE_TREE_H
#define SERVE_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/*
 * Files below a directory, by names that strangers send.  The kernel keeps
 * inside it whatever the name says, and whatever link lies there
 * (RESOLVE_BENEATH of openat2(2)).
 */

/* A directory; the caller closes it. */
int tree_root(const char *path, struct err *e);

/* A plain file of it for reading: a descriptor and its size.  '\' is '/', as
 * some firmware has it.  -1: there is none, or it is not to be had. */
int tree_open(int root, const char *name, uint64_t *size_r);

/* The same, whole, at most max bytes; the caller frees it.  NULL: none. */
char *tree_read(int root, const char *name, size_t max, size_t *len_r);

/*
 * The answers of a machine: MAC.xml ("52-54-00-d0-00-01.xml"), SERIAL.xml,
 * UUID.xml, else default.xml.  NULL: none of these.  What is "" is passed over;
 * a character that is no letter, digit, '.', '_' or '-' stands as '_'.
 */
char *tree_answers(int root, const char *const names[], size_t nnames,
    size_t *len_r);

#endif
