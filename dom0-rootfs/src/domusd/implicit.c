/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "dispatch.h"
#include "expr.h"
#include "implicit.h"
#include "type.h"

/* Messages that every class has by rule: generic code over the data model. */

int
implicit_get_record(struct request *q)
{
	const struct buf *b = rec_encoded(q->self);

	if (b == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	buf_add(&q->result, b->data, b->len);
	return 0;
}

int
implicit_get_all(struct request *q)
{
	const struct db *db = &q->core->db;
	enum class_id cls = q->method.cls;

	value_encode_array(&q->result, (uint32_t)db_count(db, cls));
	for (size_t i = 0; i < db_count(db, cls); i++)
		value_encode_str(&q->result, db_at(db, cls, i)->ref);
	return 0;
}

static void
add_record(struct buf *to, struct record *r)
{
	const struct buf *b = rec_encoded(r);

	value_encode_name(to, r->ref);
	if (b != NULL)
		buf_add(to, b->data, b->len);
	else
		to->failed = true;
}

int
implicit_get_all_records(struct request *q)
{
	const struct db *db = &q->core->db;
	enum class_id cls = q->method.cls;

	value_encode_struct(&q->result, (uint32_t)db_count(db, cls));
	for (size_t i = 0; i < db_count(db, cls); i++)
		add_record(&q->result, db_at(db, cls, i));
	return 0;
}

int
implicit_get_all_records_where(struct request *q)
{
	const struct db *db = &q->core->db;
	enum class_id cls = q->method.cls;
	struct buf found = { 0 };
	struct expr *x;
	uint32_t n = 0;
	struct err e;

	x = expr_parse(req_str(q, 0), cls, &e);
	if (x == NULL)
		return req_fail(q, "INVALID_VALUE", "expr", e.text, NULL);
	for (size_t i = 0; i < db_count(db, cls); i++) {
		if (!expr_true(x, db_at(db, cls, i)))
			continue;
		add_record(&found, db_at(db, cls, i));
		n++;
	}
	expr_free(x);
	value_encode_struct(&q->result, n);
	buf_add(&q->result, buf_str(&found), found.len);
	q->result.failed |= found.failed;
	buf_free(&found);
	return 0;
}

int
implicit_get_by_uuid(struct request *q)
{
	struct record *r = db_by_uuid(&q->core->db, q->method.cls,
	    req_str(q, 0));

	if (r == NULL)
		return req_fail(q, "UUID_INVALID",
		    model_classes[q->method.cls].name, req_str(q, 0), NULL);
	return req_return_str(q, r->ref);
}

static int
get_by_name_label(struct request *q)
{
	const struct db *db = &q->core->db;
	enum class_id cls = q->method.cls;
	enum field_id f = model_field(cls, "name_label");
	struct value *found = value_new_array();

	for (size_t i = 0; i < db_count(db, cls); i++)
		if (strcmp(rec_str(db_at(db, cls, i), f), req_str(q, 0)) == 0)
			value_add_str(found, db_at(db, cls, i)->ref);
	return req_return(q, found);
}

static int
get_field(struct request *q)
{
	value_encode(&q->result, rec_get(q->self, q->method.field));
	return 0;
}

int
implicit_set(struct request *q)
{
	db_set(&q->core->db, q->self, q->method.field, value_copy(q->args[1]));
	return 0;
}

int
implicit_add_to(struct request *q)
{
	enum field_id f = q->method.field;
	const char *key = req_str(q, 1);
	struct value *map;

	if (value_get(rec_get(q->self, f), key) != NULL)
		return req_fail(q, "MAP_DUPLICATE_KEY",
		    model_classes[q->self->cls].name, model_fields[f].name,
		    q->self->ref, key, NULL);
	map = value_copy(rec_get(q->self, f));
	value_set(map, key, value_copy(q->args[2]));
	db_set(&q->core->db, q->self, f, map);
	return 0;
}

int
implicit_remove_from(struct request *q)
{
	db_set_key(&q->core->db, q->self, q->method.field, req_str(q, 1),
	    NULL);
	return 0;
}

static int64_t
find_item(const struct value *set, const struct value *item)
{
	for (size_t i = 0; i < value_len(set); i++)
		if (value_equal(value_at(set, i), item))
			return (int64_t)i;
	return -1;
}

int
implicit_add(struct request *q)
{
	enum field_id f = q->method.field;
	struct value *set;

	if (find_item(rec_get(q->self, f), q->args[1]) != -1)
		return 0;
	set = value_copy(rec_get(q->self, f));
	value_add(set, value_copy(q->args[1]));
	db_set(&q->core->db, q->self, f, set);
	return 0;
}

int
implicit_remove(struct request *q)
{
	enum field_id f = q->method.field;
	int64_t i = find_item(rec_get(q->self, f), q->args[1]);
	struct value *set;

	if (i == -1)
		return 0;
	set = value_copy(rec_get(q->self, f));
	value_remove_at(set, (size_t)i);
	db_set(&q->core->db, q->self, f, set);
	return 0;
}

/* Who may look: at secrets, only those who may make one. */
static enum role
reader(enum class_id cls)
{
	return cls == CLASS_secret ? model_classes[cls].create :
	    ROLE_READ_ONLY;
}

/* By name. */
static const struct {
	const char *verb, *params, *result;
	method_fn *run;
} named[] = {
	{ "get_record", "self:@", "*", implicit_get_record },
	{ "get_all", "", "[@]", implicit_get_all },
	{ "get_all_records", "", "{@:*}",
	    implicit_get_all_records },
	{ "get_all_records_where", "expr:string", "{@:*}",
	    implicit_get_all_records_where },
	{ "get_by_uuid", "uuid:string", "@", implicit_get_by_uuid },
	{ "get_by_name_label", "label:string", "[@]", get_by_name_label },
};

/* By a field's name behind a word; kind is how the field's type begins. */
static const struct {
	const char *word, *kind;
	bool change;
	const char *params;
	method_fn *run;
} by_field[] = {
	{ "get_", "", false, "", get_field },
	{ "set_", "", true, " value:", implicit_set },
	{ "add_to_", "{", true, " key:string value:", implicit_add_to },
	{ "remove_from_", "{", true, " key:string", implicit_remove_from },
	{ "add_", "[", true, " value:", implicit_add },
	{ "remove_", "[", true, " value:", implicit_remove },
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Whether the class has it; _where goes with get_all_records. */
static bool
class_has(enum class_id cls, const char *verb)
{
	if (strcmp(verb, "get_all_records_where") == 0)
		verb = "get_all_records";
	return model_implicit(cls, verb);
}

static int
find_named(struct method *m)
{
	for (size_t i = 0; i < COUNT(named); i++) {
		if (strcmp(named[i].verb, m->verb) != 0 ||
		    !class_has(m->cls, m->verb))
			continue;
		m->params = named[i].params;
		m->result = named[i].result;
		m->role = reader(m->cls);
		m->run = named[i].run;
		if (strncmp(m->params, "self", 4) == 0)
			snprintf(m->own_params, sizeof(m->own_params),
			    "self:@%s", model_classes[m->cls].name);
		return 0;
	}
	return -1;
}

/* The type that one value of a change has. */
static const char *
value_type(enum field_id f, const char *kind)
{
	const char *type = model_fields[f].type;

	if (*kind == '[')
		return type + 1;
	return *kind == '{' ? type_end(type + 1) + 1 : type;
}

static int
find_field(struct method *m, size_t i)
{
	enum field_id f = model_field(m->cls,
	    m->verb + strlen(by_field[i].word));
	const struct model_field *field = &model_fields[f];
	const char *type;
	int len = 0;

	if (f == FIELDS || (*by_field[i].kind != '\0' &&
	    *field->type != *by_field[i].kind))
		return -1;
	if (by_field[i].change && field->q != RW)
		return -1;
	if (!by_field[i].change && m->cls == CLASS_event)
		return -1;
	m->field = f;
	m->role = by_field[i].change ? field->role : reader(m->cls);
	m->result = by_field[i].change ? "void" : field->type;
	m->run = by_field[i].run;
	type = value_type(f, by_field[i].kind);
	if (strchr(by_field[i].params, ':') != NULL &&
	    strstr(by_field[i].params, "value:") != NULL)
		len = (int)(type_end(type) - type);
	snprintf(m->own_params, sizeof(m->own_params), "self:@%s%s%.*s",
	    model_classes[m->cls].name, by_field[i].params, len, type);
	return 0;
}

/* Constructors; what making one does, creator.c knows. */
static int
find_constructor(struct method *m)
{
	bool create = strcmp(m->verb, "create") == 0;

	m->run = creator_find(m->cls, create);
	if (m->run == NULL || (!create && strcmp(m->verb, "destroy") != 0))
		return -1;
	m->role = model_classes[m->cls].create;
	m->result = create ? "@" : "void";
	snprintf(m->own_params, sizeof(m->own_params), "%s%s",
	    create ? "args:*" : "self:@", model_classes[m->cls].name);
	return 0;
}

int
implicit_find(struct method *m)
{
	bool found = find_named(m) == 0 || find_constructor(m) == 0;

	for (size_t i = 0; i < COUNT(by_field) && !found; i++)
		found = strncmp(m->verb, by_field[i].word,
		    strlen(by_field[i].word)) == 0 && find_field(m, i) == 0;
	if (!found)
		return -1;
	if (m->own_params[0] != '\0')
		m->params = m->own_params;
	return 0;
}

/* An explicit message of XenAPI that changes no more than its field. */
int
implicit_plain(struct request *q)
{
	const char *verb = q->method.verb;

	for (size_t i = 1; i < COUNT(by_field); i++) {
		if (strncmp(verb, by_field[i].word,
		    strlen(by_field[i].word)) != 0)
			continue;
		q->method.field = model_field(q->method.cls,
		    verb + strlen(by_field[i].word));
		if (q->method.field != FIELDS)
			return by_field[i].run(q);
	}
	return req_fail(q, "NOT_IMPLEMENTED", q->method.name, NULL);
}

static void
list_class(struct value *to, enum class_id cls)
{
	const char *name = model_classes[cls].name;
	int f, end = model_classes[cls + 1].first;
	struct method m;

	for (size_t i = 0; i < COUNT(named); i++)
		if (class_has(cls, named[i].verb))
			value_add(to, value_new_fmt("%s.%s", name,
			    named[i].verb));
	if (creator_find(cls, true) != NULL)
		value_add(to, value_new_fmt("%s.create", name));
	if (creator_find(cls, false) != NULL)
		value_add(to, value_new_fmt("%s.destroy", name));
	for (f = model_classes[cls].first; f < end; f++) {
		for (size_t i = 0; i < COUNT(by_field); i++) {
			m = (struct method){ .cls = cls };
			snprintf(m.name, sizeof(m.name), "%s%s",
			    by_field[i].word, model_fields[f].name);
			m.verb = m.name;
			if (find_field(&m, i) == 0)
				value_add(to, value_new_fmt("%s.%s", name,
				    m.name));
		}
	}
}

struct value *
dispatch_list(void)
{
	struct value *list = value_new_array();

	for (enum class_id cls = 0; cls < CLASSES; cls++)
		list_class(list, cls);
	for (size_t i = 0; i < nmethod_rows; i++)
		if (value_find_str(list, method_rows[i].name) == -1)
			value_add_str(list, method_rows[i].name);
	return list;
}
