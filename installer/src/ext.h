/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_EXT_H
#define INSTALLER_EXT_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* ext4 at an offset of a whole disk's node or an image file; no mounting. */

struct ext_place {
	const char *node;
	uint64_t offset, size;	/* bytes */
};

/*
 * Make one by mke2fs(8), with what is in the directory `from' (may be NULL).
 * line() gets what mke2fs says, or is NULL.
 */
int ext_make(const struct ext_place *p, const char *label, const char *uuid,
    const char *from, void (*line)(void *, const char *), void *arg,
    struct err *e);

/*
 * Make one in a sparse file, whose holes need not be copied to where it is to
 * be: unused inodes are said to hold anything.  Only the journal, which is
 * holes, must be zeros there: ext_journal() calls piece() with each of its
 * blocks.
 */
int ext_make_sparse(const struct ext_place *p, const char *label,
    const char *uuid, void (*line)(void *, const char *), void *arg,
    struct err *e);
int ext_journal(const struct ext_place *p, int (*piece)(void *arg,
    uint64_t start, uint64_t size, struct err *e), void *arg, struct err *e);

/* Read a whole file of at most max bytes, as file_read() does. */
int ext_read(const struct ext_place *p, const char *path, size_t max,
    char **data_r, size_t *len_r, struct err *e);

/* Make or replace a file in a directory that exists. */
int ext_write(const struct ext_place *p, const char *dir, const char *name,
    const void *data, size_t len, unsigned int mode, struct err *e);

#endif
