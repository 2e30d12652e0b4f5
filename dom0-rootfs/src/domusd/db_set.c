/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "db_tx.h"
#include "id.h"
#include "relation.h"
#include "type.h"

/* Changing records inside a transaction. */

static void
changed(struct record *r)
{
	r->dirty = true;
	buf_reset(&r->encoded);
}

/* Add r to, or take it out of, the set at the other end of a reference. */
static void
mirror(struct db *db, struct record *r, const struct relation *rel, bool add)
{
	struct record *owner = rec_ref(db, r, rel->one);
	struct value *set;
	int64_t i;

	if (owner == NULL || owner->cls != model_fields[rel->many].cls)
		return;
	i = value_find_str(rec_get(owner, rel->many), r->ref);
	if ((i != -1) == add)
		return;
	set = value_copy(rec_get(owner, rel->many));
	if (add)
		value_add_str(set, r->ref);
	else
		value_remove_at(set, (size_t)i);
	db_set(db, owner, rel->many, set);
}

static void
put(struct db *db, struct record *r, enum field_id f, struct value *v)
{
	struct value **slot = &r->v->u.members[(size_t)f -
	    (size_t)model_classes[r->cls].first].value;

	if (!db_remember(db, (struct db_undo){ .what = UNDO_SET, .r = r,
	    .f = f, .old = *slot })) {
		value_free(v);
		return;
	}
	*slot = v;
	changed(r);
}

void
db_set(struct db *db, struct record *r, enum field_id f, struct value *v)
{
	const struct relation *rel = relation_of(f);
	struct err ignored;

	if (model_fields[f].cls != r->cls)
		abort();
	if (value_ok(v, &ignored) == -1) {
		db->failed = true;
		value_free(v);
		return;
	}
	if (value_equal(rec_get(r, f), v)) {
		value_free(v);
		return;
	}
	if (rel != NULL)
		mirror(db, r, rel, false);
	put(db, r, f, v);
	if (rel != NULL)
		mirror(db, r, rel, true);
}

void
db_set_str(struct db *db, struct record *r, enum field_id f, const char *s)
{
	db_set(db, r, f, value_new_str(s));
}

void
db_set_int(struct db *db, struct record *r, enum field_id f, int64_t i)
{
	db_set(db, r, f, value_new_int(i));
}

void
db_set_bool(struct db *db, struct record *r, enum field_id f, bool b)
{
	db_set(db, r, f, value_new_bool(b));
}

void
db_set_time(struct db *db, struct record *r, enum field_id f, int64_t t)
{
	db_set(db, r, f, value_new_time(t));
}

void
db_set_key(struct db *db, struct record *r, enum field_id f, const char *key,
    const char *text)
{
	struct value *map;

	if (text == NULL && value_get(rec_get(r, f), key) == NULL)
		return;
	map = value_copy(rec_get(r, f));
	if (text != NULL)
		value_set_str(map, key, text);
	else
		value_remove(map, key);
	db_set(db, r, f, map);
}

void
db_touch(struct db *db, struct record *r)
{
	if (db_remember(db, (struct db_undo){ .what = UNDO_TOUCH, .r = r }))
		r->dirty = true;
}

/* What refers to the new record already joins its sets. */
static void
mirror_known(struct db *db, struct record *r)
{
	const struct db_table *t;

	for (size_t i = 0; i < nrelations; i++) {
		if (model_fields[relations[i].many].cls == r->cls) {
			t = &db->tables[model_fields[relations[i].one].cls];
			for (size_t j = 0; j < t->n; j++)
				if (rec_ref(db, t->rows[j],
				    relations[i].one) == r)
					mirror(db, t->rows[j], &relations[i],
					    true);
		}
		if (model_fields[relations[i].one].cls == r->cls)
			mirror(db, r, &relations[i], true);
	}
}

static void
fill(struct record *r, const struct value *fields)
{
	enum field_id f;

	for (size_t i = 0; i < value_len(fields); i++) {
		f = model_field(r->cls, value_name_at(fields, i));
		if (f != FIELDS && relation_to(f) == NULL)
			value_set(r->v, model_fields[f].name,
			    value_copy(value_at(fields, i)));
	}
}

struct record *
db_create(struct db *db, enum class_id cls, const char *ref,
    const struct value *fields)
{
	char new_ref[ID_REF], uuid[ID_UUID];
	struct record *r;

	id_ref(new_ref);
	r = record_new(cls, ref != NULL ? ref : new_ref);
	if (r == NULL)
		goto fail;
	fill(r, fields);
	if (model_field(cls, "uuid") != FIELDS &&
	    *value_get_str(r->v, "uuid") == '\0') {
		id_uuid(uuid);
		value_set_str(r->v, "uuid", uuid);
	}
	if (r->v->failed || !db_enter(db, r)) {
		record_free(r);
		goto fail;
	}
	if (!db_remember(db, (struct db_undo){ .what = UNDO_CREATE, .r = r })) {
		db_leave(db, r);
		record_free(r);
		return NULL;
	}
	changed(r);
	mirror_known(db, r);
	return r;
fail:
	db->failed = true;
	return NULL;
}

/* Those that refer to r through a relation refer to nothing now. */
static void
let_go(struct db *db, struct record *r, const struct relation *rel)
{
	struct value *set = value_copy(rec_get(r, rel->many));
	struct record *other;

	for (size_t i = 0; i < value_len(set); i++) {
		other = db_find_any(db, value_str(value_at(set, i)));
		if (other != NULL && other->cls == model_fields[rel->one].cls)
			db_set_str(db, other, rel->one, NULL_REF);
	}
	value_free(set);
}

void
db_destroy(struct db *db, struct record *r)
{
	for (size_t i = 0; i < nrelations; i++) {
		if (model_fields[relations[i].many].cls == r->cls)
			let_go(db, r, &relations[i]);
		if (model_fields[relations[i].one].cls == r->cls)
			mirror(db, r, &relations[i], false);
	}
	if (!db_remember(db, (struct db_undo){ .what = UNDO_DESTROY, .r = r }))
		return;
	db_leave(db, r);
	r->gone = true;
	r->dirty = true;
}

struct db_note *
db_note_slot(struct db *db, const char *key)
{
	struct db_note *more;

	for (size_t i = 0; i < db->nnotes; i++)
		if (strcmp(db->notes[i].key, key) == 0)
			return &db->notes[i];
	more = reallocarray(db->notes, db->nnotes + 1, sizeof(*more));
	if (more == NULL)
		return NULL;
	db->notes = more;
	more[db->nnotes] = (struct db_note){ strdup(key), NULL };
	return more[db->nnotes].key != NULL ? &more[db->nnotes++] : NULL;
}

void
db_note_set(struct db *db, const char *key, const char *text)
{
	struct db_note *n = db_note_slot(db, key);
	char *k = strdup(key), *t = text != NULL ? strdup(text) : NULL;

	if (n == NULL || k == NULL || (text != NULL && t == NULL) ||
	    !db_remember(db, (struct db_undo){ .what = UNDO_NOTE, .key = k,
	    .text = n->text })) {
		db->failed = true;
		free(k);
		free(t);
		return;
	}
	n->text = t;
}
