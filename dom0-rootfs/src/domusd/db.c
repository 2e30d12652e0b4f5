/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "db_tx.h"
#include "id.h"
#include "log.h"
#include "relation.h"
#include "store.h"
#include "type.h"

/* The tables, their order, and how they are loaded. */

/* Generations of one run that the store need not have heard of. */
#define GENERATIONS_A_RUN (UINT64_C(1) << 32)

bool
db_class_stored(enum class_id cls)
{
	return cls != CLASS_session && cls != CLASS_role;
}

struct record *
record_new(enum class_id cls, const char *ref)
{
	struct record *r = calloc(1, sizeof(*r));
	int f, end = model_classes[cls + 1].first;

	if (r == NULL)
		return NULL;
	r->cls = cls;
	r->ref = strdup(ref);
	r->v = value_new_struct();
	for (f = model_classes[cls].first; f < end; f++)
		value_set(r->v, model_fields[f].name,
		    type_default(&model_fields[f]));
	if (r->ref == NULL || r->v == NULL || r->v->failed) {
		record_free(r);
		return NULL;
	}
	return r;
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	free(r->ref);
	value_free(r->v);
	buf_free(&r->encoded);
	free(r);
}

static const char *
uuid_of(const struct record *r)
{
	return value_get_str(r->v, "uuid");
}

bool
db_enter(struct db *db, struct record *r)
{
	struct db_table *t = &db->tables[r->cls];
	struct record **more;
	const char *uuid = uuid_of(r);

	if (t->n == t->cap) {
		more = reallocarray(t->rows, t->cap * 2 + 8, sizeof(*more));
		if (more == NULL)
			return false;
		t->rows = more;
		t->cap = t->cap * 2 + 8;
	}
	if (!map_put(&db->by_ref, r->ref, r))
		return false;
	if (uuid != NULL && *uuid != '\0' && !map_put(&db->by_uuid, uuid, r)) {
		map_remove(&db->by_ref, r->ref);
		return false;
	}
	t->rows[t->n++] = r;
	return true;
}

void
db_leave(struct db *db, struct record *r)
{
	struct db_table *t = &db->tables[r->cls];
	const char *uuid = uuid_of(r);
	size_t i;

	for (i = 0; i < t->n && t->rows[i] != r; i++)
		;
	if (i == t->n)
		return;
	memmove(t->rows + i, t->rows + i + 1,
	    (t->n - i - 1) * sizeof(*t->rows));
	t->n--;
	map_remove(&db->by_ref, r->ref);
	if (uuid != NULL && map_get(&db->by_uuid, uuid) == r)
		map_remove(&db->by_uuid, uuid);
}

void
db_unorder(struct db *db, struct record *r)
{
	if (r->older != NULL)
		r->older->newer = r->newer;
	else if (db->oldest == r)
		db->oldest = r->newer;
	if (r->newer != NULL)
		r->newer->older = r->older;
	else if (db->newest == r)
		db->newest = r->older;
	r->older = r->newer = NULL;
}

void
db_order(struct db *db, struct record *r, uint64_t generation)
{
	db_unorder(db, r);
	if (r->created == 0)
		r->created = generation;
	r->changed = generation;
	r->older = db->newest;
	if (db->newest != NULL)
		db->newest->newer = r;
	else
		db->oldest = r;
	db->newest = r;
}

static int
load_note(struct db *db, const char *key, const char *text, struct err *e)
{
	struct db_note *n = db_note_slot(db, key);

	if (n != NULL)
		n->text = strdup(text);
	return n != NULL && n->text != NULL ? 0 : err_set(e, "out of memory");
}

static void
load_fields(struct record *r, const struct value *stored)
{
	int f, end = model_classes[r->cls + 1].first;
	struct value *v;
	struct err ignored;

	for (f = model_classes[r->cls].first; f < end; f++) {
		v = value_get(stored, model_fields[f].name);
		if (v != NULL)
			v = type_take(model_fields[f].type, v, &ignored);
		if (v != NULL)
			value_set(r->v, model_fields[f].name, v);
	}
}

static int
load_row(void *arg, const char *cls, const char *name, const void *data,
    size_t len, struct err *e)
{
	struct db *db = arg;
	struct value *stored;
	struct record *r;
	struct err why;
	enum class_id c;

	if (cls == NULL)
		return load_note(db, name, data != NULL ? data : "", e);
	c = model_class(cls, strlen(cls));
	stored = value_decode(data, len, &value_limits_reply, NULL, &why);
	if (c == CLASSES || !value_is(stored, VALUE_STRUCT)) {
		log_warn(db->log, "database: %s %s: %s; left alone", cls, name,
		    c == CLASSES ? "no class of ours" : why.text);
		value_free(stored);
		return 0;
	}
	r = record_new(c, name);
	if (r != NULL)
		load_fields(r, stored);
	value_free(stored);
	if (r == NULL || r->v->failed || !db_enter(db, r)) {
		record_free(r);
		return err_set(e, "database: out of memory");
	}
	return 0;
}

/* Sets of back references are made anew: they cannot be wrong. */
static void
load_relation(struct db *db, const struct relation *rel)
{
	const struct db_table *many, *one;
	struct record *owner;

	many = &db->tables[model_fields[rel->many].cls];
	one = &db->tables[model_fields[rel->one].cls];
	for (size_t i = 0; i < many->n; i++)
		value_set(many->rows[i]->v, model_fields[rel->many].name,
		    value_new_array());
	for (size_t i = 0; i < one->n; i++) {
		owner = rec_ref(db, one->rows[i], rel->one);
		if (owner != NULL && owner->cls == model_fields[rel->many].cls)
			value_add_str(rec_get(owner, rel->many),
			    one->rows[i]->ref);
	}
}

int
db_open(struct db *db, struct store *store, const struct log *log,
    struct err *e)
{
	const char *generation;

	*db = (struct db){ .store = store, .log = log };
	if (store->ops->load(store, load_row, db, e) == -1)
		return -1;
	generation = db_note(db, "generation");
	if (generation != NULL)
		db->generation = strtoull(generation, NULL, 10);
	db->generation += GENERATIONS_A_RUN;
	db->lost = db->generation;
	for (size_t i = 0; i < nrelations; i++)
		load_relation(db, &relations[i]);
	for (enum class_id c = 0; c < CLASSES; c++)
		for (size_t i = 0; i < db->tables[c].n; i++)
			db_order(db, db->tables[c].rows[i], db->generation);
	return 0;
}

void
db_close(struct db *db)
{
	if (db->open)
		db_rollback(db);
	for (enum class_id c = 0; c < CLASSES; c++) {
		for (size_t i = 0; i < db->tables[c].n; i++)
			record_free(db->tables[c].rows[i]);
		free(db->tables[c].rows);
	}
	for (size_t i = 0; i < DELETIONS; i++)
		free(db->deleted[i].ref);
	for (size_t i = 0; i < db->nnotes; i++) {
		free(db->notes[i].key);
		free(db->notes[i].text);
	}
	free(db->notes);
	free(db->undo);
	map_free(&db->by_ref);
	map_free(&db->by_uuid);
	if (db->store != NULL)
		db->store->ops->close(db->store);
	*db = (struct db){ 0 };
}
