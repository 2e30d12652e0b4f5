/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "op.h"

static enum field_id
current_of(enum class_id cls)
{
	return model_field(cls, "current_operations");
}

static const struct value *
current(const struct record *r)
{
	enum field_id f = current_of(r->cls);

	return f != FIELDS ? rec_get(r, f) : NULL;
}

const char *
op_on(const struct record *r)
{
	return value_str(value_at(current(r), 0));
}

int
op_free(struct request *q, const struct record *r)
{
	const struct value *ops = current(r);

	for (size_t i = 0; i < value_len(ops); i++) {
		if (strcmp(value_name_at(ops, i), q->op_key) == 0)
			continue;
		return req_fail(q, "OTHER_OPERATION_IN_PROGRESS",
		    model_classes[r->cls].name, r->ref,
		    value_str(value_at(ops, i)), value_name_at(ops, i), NULL);
	}
	return 0;
}

int
op_join(struct request *q, struct record *r, const char *op)
{
	char (*more)[ID_REF];

	if (q->op_key[0] == '\0' && q->task[0] != '\0')
		strcpy(q->op_key, q->task);
	else if (q->op_key[0] == '\0')
		id_ref(q->op_key);
	for (size_t i = 0; i < q->nheld; i++)
		if (strcmp(q->held[i], r->ref) == 0)
			return 0;
	more = reallocarray(q->held, q->nheld + 1, sizeof(*more));
	if (more == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	q->held = more;
	snprintf(more[q->nheld++], ID_REF, "%s", r->ref);
	db_set_key(&q->core->db, r, current_of(r->cls), q->op_key, op);
	return 0;
}

int
op_hold(struct request *q, struct record *r, const char *op)
{
	return op_free(q, r) == -1 ? -1 : op_join(q, r, op);
}

void
op_release(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *r;

	for (size_t i = 0; i < q->nheld; i++) {
		r = db_find_any(db, q->held[i]);
		if (r != NULL)
			db_set_key(db, r, current_of(r->cls), q->op_key,
			    NULL);
	}
	q->nheld = 0;
}

void
op_clear(struct core *core)
{
	struct db *db = &core->db;
	enum field_id f;
	struct record *r;

	db_begin(db, true);
	for (enum class_id c = 0; c < CLASSES; c++) {
		f = current_of(c);
		for (size_t i = 0; f != FIELDS && i < db_count(db, c); i++) {
			r = db_at(db, c, i);
			if (value_len(rec_get(r, f)) > 0)
				db_set(db, r, f, value_new_struct());
		}
	}
	core_commit(core, "operations");
}
