/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "db.h"

/* Looking at records; nothing here changes one. */

struct record *
db_find_any(const struct db *db, const char *ref)
{
	return ref != NULL ? map_get(&db->by_ref, ref) : NULL;
}

struct record *
db_find(const struct db *db, enum class_id cls, const char *ref)
{
	struct record *r = db_find_any(db, ref);

	return r != NULL && r->cls == cls ? r : NULL;
}

struct record *
db_by_uuid(const struct db *db, enum class_id cls, const char *uuid)
{
	struct record *r = uuid != NULL ? map_get(&db->by_uuid, uuid) : NULL;

	return r != NULL && r->cls == cls ? r : NULL;
}

struct record *
db_where(const struct db *db, enum field_id f, const char *text)
{
	const struct db_table *t = &db->tables[model_fields[f].cls];

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(rec_str(t->rows[i], f), text) == 0)
			return t->rows[i];
	return NULL;
}

size_t
db_count(const struct db *db, enum class_id cls)
{
	return db->tables[cls].n;
}

struct record *
db_at(const struct db *db, enum class_id cls, size_t i)
{
	return i < db->tables[cls].n ? db->tables[cls].rows[i] : NULL;
}

struct value *
rec_get(const struct record *r, enum field_id f)
{
	return value_at(r->v, (size_t)f - (size_t)model_classes[r->cls].first);
}

const char *
rec_str(const struct record *r, enum field_id f)
{
	const char *s = value_str(rec_get(r, f));

	return s != NULL ? s : "";
}

int64_t
rec_int(const struct record *r, enum field_id f)
{
	struct err ignored;
	int64_t i;

	return value_as_int(rec_get(r, f), &i, &ignored) == 0 ? i : 0;
}

bool
rec_bool(const struct record *r, enum field_id f)
{
	struct value *v = rec_get(r, f);

	return value_is(v, VALUE_BOOL) && v->u.b;
}

struct record *
rec_ref(const struct db *db, const struct record *r, enum field_id f)
{
	return db_find_any(db, rec_str(r, f));
}

const struct buf *
rec_encoded(struct record *r)
{
	if (r->encoded.len == 0)
		value_encode(&r->encoded, r->v);
	return r->encoded.failed ? NULL : &r->encoded;
}

const char *
db_note(const struct db *db, const char *key)
{
	for (size_t i = 0; i < db->nnotes; i++)
		if (strcmp(db->notes[i].key, key) == 0)
			return db->notes[i].text;
	return NULL;
}

const char *
db_note_like(const struct db *db, const char *start, size_t i)
{
	for (size_t j = 0; j < db->nnotes; j++)
		if (strncmp(db->notes[j].key, start, strlen(start)) == 0 &&
		    db->notes[j].text != NULL && i-- == 0)
			return db->notes[j].key;
	return NULL;
}
