/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_STORE_H
#define DOMUSD_STORE_H

#include <stddef.h>

#include "err.h"

/*
 * Where records live when the power is off: rows (class, ref, bytes) and notes
 * (key, text).  Changes come in transactions; when commit() has returned 0,
 * they are there after a power cut, all of them, and before it none.
 */
struct log;
struct store;

/* What load() tells: a row, or a note when cls is NULL (name is its key). */
typedef int store_row_fn(void *arg, const char *cls, const char *name,
    const void *data, size_t len, struct err *e);

struct store_ops {
	int (*load)(struct store *, store_row_fn *, void *arg, struct err *);
	int (*begin)(struct store *, struct err *);
	int (*put)(struct store *, const char *cls, const char *ref,
	    const void *data, size_t len, struct err *);
	int (*del)(struct store *, const char *ref, struct err *);
	/* text NULL: remove the note */
	int (*note)(struct store *, const char *key, const char *text,
	    struct err *);
	int (*commit)(struct store *, struct err *);
	void (*rollback)(struct store *);
	void (*close)(struct store *);
};

struct store {
	const struct store_ops *ops;
};

/*
 * The one of this file; made when it is not there.  A file that is no whole
 * database is set aside, as PATH.bad, and said so.
 */
int store_sqlite_open(const char *path, const struct log *log,
    struct store **s_r, struct err *e);

#endif
