/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "rrd_keep.h"

enum { BEGIN, COMMIT, OWNER, NAMES, PUT, GET, OWNERS, DROP_ROWS, DROP_OWNER,
	STATEMENTS };

static const char *const sql[STATEMENTS] = {
	[BEGIN] = "BEGIN",
	[COMMIT] = "COMMIT",
	[OWNER] = "SELECT id, names FROM owner WHERE uuid = ?1",
	[NAMES] = "INSERT INTO owner(uuid, names) VALUES(?1, ?2) "
	    "ON CONFLICT(uuid) DO UPDATE SET names = ?2",
	[PUT] = "INSERT OR REPLACE INTO row(step, slot, owner, at, v) "
	    "VALUES(?1, ?2, ?3, ?4, ?5)",
	[GET] = "SELECT v FROM row WHERE step = ?1 AND slot = ?2 AND "
	    "owner = ?3 AND at = ?4",
	[OWNERS] = "SELECT id, uuid FROM owner",
	[DROP_ROWS] = "DELETE FROM row WHERE owner = ?1",
	[DROP_OWNER] = "DELETE FROM owner WHERE id = ?1",
};

/*
 * One row of all owners lies together, so that a minute of many VMs is a few
 * pages.  user_version is the version of this layout.
 */
static const char layout[] =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA cache_size=-256;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS owner(id INTEGER PRIMARY KEY,"
    " uuid TEXT NOT NULL UNIQUE, names TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS row(step INT, slot INT, owner INT,"
    " at INT NOT NULL, v BLOB NOT NULL, PRIMARY KEY(step, slot, owner))"
    " WITHOUT ROWID;"
    "PRAGMA user_version=1;"
    "COMMIT;";

struct rrd_keep {
	const struct log *log;
	sqlite3 *db;
	sqlite3_stmt *st[STATEMENTS];
	bool told;		/* of a failure; once is enough */
};

static void
close_db(struct rrd_keep *k)
{
	for (int i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(k->st[i]);
		k->st[i] = NULL;
	}
	sqlite3_close(k->db);
	k->db = NULL;
}

static int
open_db(struct rrd_keep *k, const char *path, struct err *e)
{
	if (sqlite3_open(path, &k->db) != SQLITE_OK ||
	    sqlite3_exec(k->db, layout, NULL, NULL, NULL) != SQLITE_OK)
		return err_set(e, "%s: %s", path, sqlite3_errmsg(k->db));
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v2(k->db, sql[i], -1, &k->st[i], NULL) !=
		    SQLITE_OK)
			return err_set(e, "%s: %s", path,
			    sqlite3_errmsg(k->db));
	return 0;
}

static void
remove_db(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char name[512];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

int
rrd_keep_open(const char *path, const struct log *log, struct rrd_keep **k_r,
    struct err *e)
{
	struct rrd_keep *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return err_set(e, "out of memory");
	k->log = log;
	if (open_db(k, path, e) == -1) {
		log_warn(log, "%s; statistics begin anew", e->text);
		close_db(k);
		remove_db(path);
		if (open_db(k, path, e) == -1) {
			rrd_keep_close(k);
			return -1;
		}
	}
	*k_r = k;
	return 0;
}

void
rrd_keep_close(struct rrd_keep *k)
{
	if (k == NULL)
		return;
	close_db(k);
	free(k);
}

/* SQLITE_ROW, or the statement has ended. */
static bool
step(struct rrd_keep *k, int which)
{
	int r = sqlite3_step(k->st[which]);

	if (r == SQLITE_ROW)
		return true;
	if (r != SQLITE_DONE && !k->told) {
		log_error(k->log, "statistics: %s", sqlite3_errmsg(k->db));
		k->told = true;
	}
	return false;
}

static void
reset(struct rrd_keep *k, int which)
{
	sqlite3_reset(k->st[which]);
	sqlite3_clear_bindings(k->st[which]);
}

static void
run(struct rrd_keep *k, int which)
{
	step(k, which);
	reset(k, which);
}

void
rrd_keep_begin(struct rrd_keep *k)
{
	if (sqlite3_get_autocommit(k->db))
		run(k, BEGIN);
}

void
rrd_keep_commit(struct rrd_keep *k)
{
	if (!sqlite3_get_autocommit(k->db))
		run(k, COMMIT);
}

int64_t
rrd_keep_owner(struct rrd_keep *k, const char *uuid, char **names_r)
{
	int64_t id = 0;

	sqlite3_bind_text(k->st[OWNER], 1, uuid, -1, SQLITE_STATIC);
	if (step(k, OWNER)) {
		id = sqlite3_column_int64(k->st[OWNER], 0);
		*names_r = strdup((const char *)sqlite3_column_text(
		    k->st[OWNER], 1));
	}
	reset(k, OWNER);
	return id;
}

int64_t
rrd_keep_names(struct rrd_keep *k, const char *uuid, const char *names)
{
	char *ignored = NULL;
	int64_t id;

	sqlite3_bind_text(k->st[NAMES], 1, uuid, -1, SQLITE_STATIC);
	sqlite3_bind_text(k->st[NAMES], 2, names, -1, SQLITE_STATIC);
	run(k, NAMES);
	id = rrd_keep_owner(k, uuid, &ignored);
	free(ignored);
	return id;
}

static void
bind_key(sqlite3_stmt *st, int64_t owner, int secs, int rows, int64_t t)
{
	sqlite3_bind_int(st, 1, secs);
	sqlite3_bind_int64(st, 2, t / secs % rows);
	sqlite3_bind_int64(st, 3, owner);
	sqlite3_bind_int64(st, 4, t);
}

void
rrd_keep_put(struct rrd_keep *k, int64_t owner, int secs, int rows, int64_t t,
    const float *v, size_t n)
{
	bind_key(k->st[PUT], owner, secs, rows, t);
	sqlite3_bind_blob64(k->st[PUT], 5, v, n * sizeof(*v), SQLITE_STATIC);
	run(k, PUT);
}

bool
rrd_keep_get(struct rrd_keep *k, int64_t owner, int secs, int rows, int64_t t,
    float *v, size_t n)
{
	size_t have = 0;
	bool found;

	bind_key(k->st[GET], owner, secs, rows, t);
	found = step(k, GET);
	if (found) {
		have = (size_t)sqlite3_column_bytes(k->st[GET], 0) /
		    sizeof(*v);
		have = have < n ? have : n;
		if (have > 0)
			memcpy(v, sqlite3_column_blob(k->st[GET], 0),
			    have * sizeof(*v));
	}
	reset(k, GET);
	for (size_t i = have; i < n; i++)
		v[i] = NAN;
	return found;
}

static void
drop(struct rrd_keep *k, int64_t id)
{
	sqlite3_bind_int64(k->st[DROP_ROWS], 1, id);
	run(k, DROP_ROWS);
	sqlite3_bind_int64(k->st[DROP_OWNER], 1, id);
	run(k, DROP_OWNER);
}

#define SWEPT 64		/* at once; the next sweep takes more */

void
rrd_keep_sweep(struct rrd_keep *k, bool (*alive)(void *arg, const char *uuid),
    void *arg)
{
	int64_t gone[SWEPT];
	size_t n = 0;

	while (n < SWEPT && step(k, OWNERS))
		if (!alive(arg, (const char *)sqlite3_column_text(
		    k->st[OWNERS], 1)))
			gone[n++] = sqlite3_column_int64(k->st[OWNERS], 0);
	reset(k, OWNERS);
	if (n == 0)
		return;
	rrd_keep_begin(k);
	for (size_t i = 0; i < n; i++)
		drop(k, gone[i]);
	rrd_keep_commit(k);
}
