/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DB_H
#define DOMUSD_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "map.h"
#include "model.h"
#include "value.h"

struct log;
struct store;

/*
 * The records: typed tables in memory, written through to a store.
 *
 * Changes happen between db_begin() and db_commit() or db_rollback().  A
 * commit is one transaction of the store and one batch of events; a rollback
 * leaves everything as it was.  Back references (host.PBDs...) follow from the
 * references they mirror and are never set by hand.
 */
struct record {
	enum class_id cls;
	char *ref;
	struct value *v;	/* a struct: every field, in the model's order */
	uint64_t created, changed;	/* generations; 0: not committed */
	struct record *older, *newer;	/* in order of `changed' */
	struct buf encoded;	/* v, when it was asked for since it changed */
	bool dirty, gone;
};

/* A record that was destroyed, for those who saw it. */
struct deletion {
	uint64_t at, created;
	enum class_id cls;
	char *ref;
};
#define DELETIONS 4096

struct db {
	struct store *store;
	const struct log *log;
	uint64_t generation;
	struct db_table {
		struct record **rows;
		size_t n, cap;
	} tables[CLASSES];
	struct map by_ref, by_uuid;
	struct record *oldest, *newest;
	struct deletion deleted[DELETIONS];	/* a ring, oldest at first */
	size_t deleted_first, ndeleted;
	uint64_t lost;		/* deletions up to here are forgotten */
	struct db_note {
		char *key, *text;
	} *notes;
	size_t nnotes;
	/* the open transaction */
	bool open, keep, failed;
	struct db_undo *undo;
	size_t nundo, undo_cap;
	/* may change more, from what a transaction has changed, before it is
	 * committed; db_touched() tells it what */
	void (*derive)(struct db *);
	/* told of every commit that changed something */
	void (*changed)(void *);
	void *changed_arg;
};

/*
 * Take the store over and load it.  A row that cannot be understood is logged
 * and left alone.  The db is the caller's: db_close(), also after a failure.
 */
int db_open(struct db *db, struct store *store, const struct log *log,
    struct err *e);
void db_close(struct db *db);

/* Looking.  NULL when there is none. */
struct record *db_find(const struct db *db, enum class_id cls,
    const char *ref);
struct record *db_find_any(const struct db *db, const char *ref);
struct record *db_by_uuid(const struct db *db, enum class_id cls,
    const char *uuid);
/* The first whose field is that text. */
struct record *db_where(const struct db *db, enum field_id f,
    const char *text);
size_t db_count(const struct db *db, enum class_id cls);
struct record *db_at(const struct db *db, enum class_id cls, size_t i);

struct value *rec_get(const struct record *r, enum field_id f);
const char *rec_str(const struct record *r, enum field_id f); /* or "" */
int64_t rec_int(const struct record *r, enum field_id f);
bool rec_bool(const struct record *r, enum field_id f);
/* The record that a reference leads to. */
struct record *rec_ref(const struct db *db, const struct record *r,
    enum field_id f);
/* The record as value_encode() writes it; NULL: out of memory. */
const struct buf *rec_encoded(struct record *r);

/*
 * Changing.  keep: the changes go to the store; without it they are only
 * remembered, as suits figures that are measured again in a minute, unless
 * the transaction also makes or destroys a record.
 */
void db_begin(struct db *db, bool keep);
int db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db);

/*
 * A new record.  `fields' (the caller's, may be NULL) holds what differs from
 * the defaults, of the right types; ref NULL: a new one.  A uuid is made when
 * there is none.  NULL: no memory, and the transaction will fail.
 */
struct record *db_create(struct db *db, enum class_id cls, const char *ref,
    const struct value *fields);

/* v is the db's from now on.  Setting what is there already does nothing. */
void db_set(struct db *db, struct record *r, enum field_id f,
    struct value *v);
void db_set_str(struct db *db, struct record *r, enum field_id f,
    const char *s);
void db_set_int(struct db *db, struct record *r, enum field_id f, int64_t i);
void db_set_bool(struct db *db, struct record *r, enum field_id f, bool b);
void db_set_time(struct db *db, struct record *r, enum field_id f, int64_t t);

/* A map's key; text NULL removes it. */
void db_set_key(struct db *db, struct record *r, enum field_id f,
    const char *key, const char *text);

/* Let an event say that it changed, though it did not. */
void db_touch(struct db *db, struct record *r);

void db_destroy(struct db *db, struct record *r);

/* The i-th change of the open transaction: its record, NULL when that has
 * gone or the change was a note's.  A record may come more than once. */
size_t db_changes(const struct db *db);
struct record *db_touched(const struct db *db, size_t i);

/* Small facts that are no records. */
const char *db_note(const struct db *db, const char *key);	/* or NULL */
void db_note_set(struct db *db, const char *key, const char *text);
/* The key of the i-th note that starts so, or NULL. */
const char *db_note_like(const struct db *db, const char *start, size_t i);

#endif
