/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DB_TX_H
#define DOMUSD_DB_TX_H

#include <stdbool.h>

#include "db.h"

/* What db.c, db_load.c, db_set.c and db_tx.c share; nobody else's business. */

struct db_undo {
	enum { UNDO_SET, UNDO_TOUCH, UNDO_CREATE, UNDO_DESTROY, UNDO_NOTE } what;
	struct record *r;
	enum field_id f;
	struct value *old;
	char *key, *text;	/* of a note; text may be NULL */
};

/* Remember how to go back.  false: no memory; the transaction has failed. */
bool db_remember(struct db *db, struct db_undo u);

/* Put into, take out of the table and the maps. */
bool db_enter(struct db *db, struct record *r);
void db_leave(struct db *db, struct record *r);

/* Make it the newest, with this generation; or take it out of the order. */
void db_order(struct db *db, struct record *r, uint64_t generation);
void db_unorder(struct db *db, struct record *r);

struct record *record_new(enum class_id cls, const char *ref);
void record_free(struct record *r);

/* Whether the store keeps this class. */
bool db_class_stored(enum class_id cls);

/* The note as it stands, to be changed; made when missing.  NULL: no memory. */
struct db_note *db_note_slot(struct db *db, const char *key);

#endif
