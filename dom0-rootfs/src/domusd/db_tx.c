/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "db_tx.h"
#include "store.h"

/* Transactions: all of it, in the store and in memory, or nothing. */

bool
db_remember(struct db *db, struct db_undo u)
{
	struct db_undo *more;
	size_t cap;

	if (db->nundo == db->undo_cap) {
		cap = db->undo_cap * 2 + 64;
		more = reallocarray(db->undo, cap, sizeof(*more));
		if (more == NULL) {
			db->failed = true;
			return false;
		}
		db->undo = more;
		db->undo_cap = cap;
	}
	db->undo[db->nundo++] = u;
	return true;
}

void
db_begin(struct db *db, bool keep)
{
	if (db->open)
		abort();	/* transactions do not nest */
	db->open = true;
	db->keep = keep;
	db->failed = false;
	db->nundo = 0;
}

static void
undo(struct db *db, struct db_undo *u)
{
	struct db_note *n;
	struct value **slot;

	switch (u->what) {
	case UNDO_SET:
		slot = &u->r->v->u.members[(size_t)u->f -
		    (size_t)model_classes[u->r->cls].first].value;
		value_free(*slot);
		*slot = u->old;
		buf_reset(&u->r->encoded);
		break;
	case UNDO_TOUCH:
		break;
	case UNDO_CREATE:
		db_leave(db, u->r);
		record_free(u->r);
		return;
	case UNDO_DESTROY:
		/* its places in table and maps are still allocated */
		db_enter(db, u->r);
		u->r->gone = false;
		break;
	case UNDO_NOTE:
		n = db_note_slot(db, u->key);
		free(n->text);
		n->text = u->text;
		free(u->key);
		return;
	}
	u->r->dirty = false;
}

void
db_rollback(struct db *db)
{
	while (db->nundo > 0)
		undo(db, &db->undo[--db->nundo]);
	db->open = false;
}

/* The first entry that speaks of this record decides, once. */
static bool
first_time(struct record *r)
{
	bool first = r != NULL && r->dirty;

	if (first)
		r->dirty = false;
	return first;
}

static int
store_record(struct db *db, struct record *r, struct err *e)
{
	const struct buf *b;

	if (!db_class_stored(r->cls))
		return 0;
	if (r->gone)
		return db->store->ops->del(db->store, r->ref, e);
	b = rec_encoded(r);
	if (b == NULL)
		return err_set(e, "database: out of memory");
	return db->store->ops->put(db->store, model_classes[r->cls].name,
	    r->ref, b->data, b->len, e);
}

static int
store_changes(struct db *db, struct err *e)
{
	char text[24];
	struct db_undo *u;

	for (size_t i = 0; i < db->nundo; i++) {
		u = &db->undo[i];
		if (u->what == UNDO_NOTE && db->store->ops->note(db->store,
		    u->key, db_note(db, u->key), e) == -1)
			return -1;
		if (first_time(u->r) && store_record(db, u->r, e) == -1)
			return -1;
	}
	snprintf(text, sizeof(text), "%" PRIu64, db->generation + db->nundo);
	return db->store->ops->note(db->store, "generation", text, e);
}

static int
store_all(struct db *db, struct err *e)
{
	if (db->store->ops->begin(db->store, e) == -1)
		return -1;
	if (store_changes(db, e) == -1 ||
	    db->store->ops->commit(db->store, e) == -1) {
		db->store->ops->rollback(db->store);
		return -1;
	}
	return 0;
}

/* Whether anything must be on the disk before we say that it is done. */
static bool
worth_storing(const struct db *db)
{
	const struct db_undo *u;
	bool set = false;

	for (size_t i = 0; i < db->nundo; i++) {
		u = &db->undo[i];
		if (u->what == UNDO_NOTE)
			return true;
		if (!db_class_stored(u->r->cls))
			continue;
		if (u->what == UNDO_CREATE || u->what == UNDO_DESTROY)
			return true;
		set |= u->what == UNDO_SET;
	}
	return set && db->keep;
}

static void
note_deletion(struct db *db, struct record *r)
{
	struct deletion *d;

	db_unorder(db, r);
	if (r->created == 0)
		return;		/* nobody ever saw it */
	if (db->ndeleted == DELETIONS) {
		d = &db->deleted[db->deleted_first];
		db->lost = d->at;
		free(d->ref);
		db->deleted_first = (db->deleted_first + 1) % DELETIONS;
		db->ndeleted--;
	}
	d = &db->deleted[(db->deleted_first + db->ndeleted++) % DELETIONS];
	*d = (struct deletion){ ++db->generation, r->created, r->cls, r->ref };
	r->ref = NULL;
}

static void
forget_notes(struct db *db)
{
	size_t n = 0;

	for (size_t i = 0; i < db->nnotes; i++) {
		if (db->notes[i].text != NULL)
			db->notes[n++] = db->notes[i];
		else
			free(db->notes[i].key);
	}
	db->nnotes = n;
}

/* The change is made: let go of the past, and number what is new. */
static void
settle(struct db *db)
{
	uint64_t before = db->generation;
	struct db_undo *u;

	for (size_t i = 0; i < db->nundo; i++) {
		u = &db->undo[i];
		value_free(u->old);
		free(u->key);
		free(u->text);
		if (u->r == NULL)
			continue;
		u->r->dirty = false;
		if (!u->r->gone && u->r->changed <= before)
			db_order(db, u->r, ++db->generation);
	}
	for (size_t i = 0; i < db->nundo; i++) {
		u = &db->undo[i];
		if (u->what != UNDO_DESTROY)
			continue;
		note_deletion(db, u->r);
		record_free(u->r);
	}
	db->nundo = 0;
	forget_notes(db);
}

size_t
db_changes(const struct db *db)
{
	return db->nundo;
}

struct record *
db_touched(const struct db *db, size_t i)
{
	struct record *r = db->undo[i].r;

	return r != NULL && !r->gone ? r : NULL;
}

int
db_commit(struct db *db, struct err *e)
{
	if (db->derive != NULL && !db->failed)
		db->derive(db);
	if (db->failed) {
		db_rollback(db);
		return err_set(e, "database: out of memory");
	}
	if (db->nundo == 0) {
		db->open = false;
		return 0;
	}
	if (worth_storing(db) && store_all(db, e) == -1) {
		db_rollback(db);
		return -1;
	}
	settle(db);
	db->open = false;
	if (db->changed != NULL)
		db->changed(db->changed_arg);
	return 0;
}
