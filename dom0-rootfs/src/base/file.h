/* SPDX-License-Identifier: ISC */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"

/* Whole files and safe writes. */

/*
 * Read a whole file of at most max bytes; a NUL follows the bytes.  On success
 * *data_r is the caller's to free and *len_r (may be NULL) its length.  Files
 * without a size (/proc, /sys, pipes) are read to their end.
 */
int file_read(const char *path, size_t max, char **data_r, size_t *len_r,
    struct err *e);

/* The first line of a small file, without its newline, cut to size. */
int file_line(const char *path, char *line, size_t size, struct err *e);

/*
 * Replace a file's content so that a power cut leaves the old or the new one:
 * write beside it, fsync, rename, fsync the directory.
 */
int file_write(const char *path, const void *data, size_t len, mode_t mode,
    struct err *e);

/* Write all bytes to fd; short writes and EINTR are gone on with. */
int file_write_all(int fd, const void *data, size_t len, struct err *e);

/*
 * Overwrite a file's bytes where they are, then remove it; none is fine.  Over
 * flash or a journal older copies may stay: a secret that was there is better
 * changed, too, when it lasts.
 */
int file_erase(const char *path, struct err *e);

/* Make a directory and those above it; one that exists is fine. */
int file_mkdirs(const char *path, mode_t mode, struct err *e);

#endif
