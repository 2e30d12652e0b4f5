/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "store.h"

/* The statements, made once. */
enum { BEGIN, COMMIT, ROLLBACK, PUT, DEL, NOTE, UNNOTE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[PUT] = "INSERT OR REPLACE INTO record(class, ref, body) "
	    "VALUES(?1, ?2, ?3)",
	[DEL] = "DELETE FROM record WHERE ref = ?1",
	[NOTE] = "INSERT OR REPLACE INTO note(key, text) VALUES(?1, ?2)",
	[UNNOTE] = "DELETE FROM note WHERE key = ?1",
};

/*
 * WAL with synchronous=FULL: COMMIT returns after the log is on the disk.
 * Locked by us alone from the start, so that the log's index is in memory: a
 * disk without room for another file can still be read.
 */
static const char way[] =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;";

/* user_version is the version of this layout. */
#define LAYOUT 1
static const char layout[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS record(ref TEXT PRIMARY KEY,"
    " class TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS note(key TEXT PRIMARY KEY,"
    " text TEXT NOT NULL) WITHOUT ROWID;"
    "PRAGMA user_version=1;"
    "COMMIT;";

struct sqlite {
	struct store store;
	sqlite3 *db;
	sqlite3_stmt *st[STATEMENTS];
};

static int
failed(struct sqlite *s, const char *what, struct err *e)
{
	return err_set(e, "database: %s: %s", what, sqlite3_errmsg(s->db));
}

static int
step(struct sqlite *s, int which, struct err *e)
{
	int r = sqlite3_step(s->st[which]);

	sqlite3_reset(s->st[which]);
	sqlite3_clear_bindings(s->st[which]);
	return r == SQLITE_DONE ? 0 : failed(s, sql[which], e);
}

static void
bind(struct sqlite *s, int which, int i, const char *text)
{
	sqlite3_bind_text(s->st[which], i, text, -1, SQLITE_STATIC);
}

static int
each_row(struct sqlite *s, const char *query, store_row_fn *row, void *arg,
    struct err *e)
{
	sqlite3_stmt *st = NULL;
	int r, rc = -1;

	if (sqlite3_prepare_v2(s->db, query, -1, &st, NULL) != SQLITE_OK) {
		failed(s, query, e);
		goto out;
	}
	while ((r = sqlite3_step(st)) == SQLITE_ROW)
		if (row(arg, (const char *)sqlite3_column_text(st, 0),
		    (const char *)sqlite3_column_text(st, 1),
		    sqlite3_column_blob(st, 2),
		    (size_t)sqlite3_column_bytes(st, 2), e) == -1)
			goto out;
	if (r != SQLITE_DONE) {
		failed(s, query, e);
		goto out;
	}
	rc = 0;
out:
	sqlite3_finalize(st);
	return rc;
}

static int
sqlite_load(struct store *store, store_row_fn *row, void *arg, struct err *e)
{
	struct sqlite *s = (struct sqlite *)store;

	if (each_row(s, "SELECT NULL, key, text FROM note", row, arg, e) == -1)
		return -1;
	return each_row(s, "SELECT class, ref, body FROM record", row, arg, e);
}

static int
sqlite_begin(struct store *store, struct err *e)
{
	return step((struct sqlite *)store, BEGIN, e);
}

static int
sqlite_put(struct store *store, const char *cls, const char *ref,
    const void *data, size_t len, struct err *e)
{
	struct sqlite *s = (struct sqlite *)store;

	bind(s, PUT, 1, cls);
	bind(s, PUT, 2, ref);
	sqlite3_bind_blob64(s->st[PUT], 3, data, len, SQLITE_STATIC);
	return step(s, PUT, e);
}

static int
sqlite_del(struct store *store, const char *ref, struct err *e)
{
	struct sqlite *s = (struct sqlite *)store;

	bind(s, DEL, 1, ref);
	return step(s, DEL, e);
}

static int
sqlite_note(struct store *store, const char *key, const char *text,
    struct err *e)
{
	struct sqlite *s = (struct sqlite *)store;
	int which = text != NULL ? NOTE : UNNOTE;

	bind(s, which, 1, key);
	if (text != NULL)
		bind(s, which, 2, text);
	return step(s, which, e);
}

static int
sqlite_commit(struct store *store, struct err *e)
{
	return step((struct sqlite *)store, COMMIT, e);
}

static void
sqlite_rollback(struct store *store)
{
	struct sqlite *s = (struct sqlite *)store;
	struct err ignored;

	/* A COMMIT that failed may have ended the transaction already. */
	if (!sqlite3_get_autocommit(s->db))
		step(s, ROLLBACK, &ignored);
}

static void
sqlite_close(struct store *store)
{
	struct sqlite *s = (struct sqlite *)store;

	if (s == NULL)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->st[i]);
	sqlite3_close(s->db);
	free(s);
}

static const struct store_ops ops = {
	sqlite_load, sqlite_begin, sqlite_put, sqlite_del, sqlite_note,
	sqlite_commit, sqlite_rollback, sqlite_close,
};

/* Whether what is wrong is the file itself, and not the disk or the rights. */
static bool
is_broken(int code)
{
	return (code & 0xff) == SQLITE_NOTADB ||
	    (code & 0xff) == SQLITE_CORRUPT;
}

/* Every page is looked at once, so that loading finds no surprise. */
static int
check(struct sqlite *s, bool *broken_r, struct err *e)
{
	sqlite3_stmt *st = NULL;
	const char *said;
	int code, rc = -1;

	code = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &st,
	    NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(st);
	said = code == SQLITE_ROW ?
	    (const char *)sqlite3_column_text(st, 0) : NULL;
	*broken_r = code == SQLITE_ROW || is_broken(code);
	if (said != NULL && strcmp(said, "ok") == 0)
		rc = 0;
	else if (said != NULL)
		err_set(e, "database: %s", said);
	else
		failed(s, "check", e);
	sqlite3_finalize(st);
	return rc;
}

/* Which layout it has; 0: none yet.  *code_r is SQLite's. */
static int
version(struct sqlite *s, int *code_r)
{
	sqlite3_stmt *st = NULL;
	int n = 0;

	*code_r = sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st,
	    NULL);
	if (*code_r == SQLITE_OK)
		*code_r = sqlite3_step(st);
	if (*code_r == SQLITE_ROW) {
		n = sqlite3_column_int(st, 0);
		*code_r = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return n;
}

static int
open_file(struct sqlite *s, const char *path, bool *broken_r, struct err *e)
{
	int code = sqlite3_open(path, &s->db);

	if (code != SQLITE_OK)
		return err_set(e, "%s: %s", path, sqlite3_errmsg(s->db));
	sqlite3_busy_timeout(s->db, 5000);
	code = sqlite3_exec(s->db, way, NULL, NULL, NULL);
	if (code == SQLITE_OK && version(s, &code) != LAYOUT &&
	    code == SQLITE_OK)
		code = sqlite3_exec(s->db, layout, NULL, NULL, NULL);
	*broken_r = is_broken(code);
	if (code != SQLITE_OK)
		return failed(s, path, e);
	return check(s, broken_r, e);
}

static void
set_aside(const char *path, const struct log *log)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char from[512], to[512];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(from, sizeof(from), "%s%s", path, parts[i]);
		snprintf(to, sizeof(to), "%s.bad%s", path, parts[i]);
		if (rename(from, to) == -1 && errno != ENOENT)
			log_error(log, "%s: %s", from, strerror(errno));
	}
	log_error(log, "%s: not a whole database; set aside as %s.bad", path,
	    path);
}

int
store_sqlite_open(const char *path, const struct log *log,
    struct store **s_r, struct err *e)
{
	struct sqlite *s = calloc(1, sizeof(*s));
	bool broken = false;
	int rc;

	if (s == NULL)
		return err_set(e, "%s: out of memory", path);
	s->store.ops = &ops;
	rc = open_file(s, path, &broken, e);
	if (rc == -1 && broken) {
		log_error(log, "%s", e->text);
		sqlite3_close(s->db);
		s->db = NULL;
		set_aside(path, log);
		rc = open_file(s, path, &broken, e);
	}
	for (int i = 0; i < STATEMENTS && rc == 0; i++)
		if (sqlite3_prepare_v2(s->db, sql[i], -1, &s->st[i], NULL) !=
		    SQLITE_OK)
			rc = failed(s, sql[i], e);
	if (rc == -1)
		sqlite_close(&s->store);
	else
		*s_r = &s->store;
	return rc;
}
