/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "message.h"
#include "priv.h"
#include "session.h"
#include "user.h"

#define USERS 100
#define NAME_MAX 32
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
/* Costs as much to check as a real one, and no password has it. */
#define NOBODYS "$6$nobody.nobody.no$"

static void
note_key(const struct record *user, char key[64])
{
	snprintf(key, 64, "password.%.36s", rec_str(user, user_uuid));
}

struct record *
user_named(const struct db *db, const char *name)
{
	return db_where(db, user_short_name, name);
}

bool
user_is_root(const struct record *user)
{
	return strcmp(rec_str(user, user_short_name), "root") == 0;
}

const char *
user_hash(const struct db *db, const struct record *user)
{
	const char *hash = NULL;
	char key[64];

	if (user != NULL) {
		note_key(user, key);
		hash = db_note(db, key);
	}
	return hash != NULL ? hash : NOBODYS;
}

struct record *
user_subject(const struct db *db, const struct record *user)
{
	return db_where(db, subject_subject_identifier,
	    rec_str(user, user_uuid));
}

enum role
user_role(const struct db *db, const struct record *subject)
{
	const struct value *roles = rec_get(subject, subject_roles);
	enum role most = ROLE_NOAUTH, role;
	const struct record *r;

	for (size_t i = 0; i < value_len(roles); i++) {
		r = db_find(db, CLASS_role, value_str(value_at(roles, i)));
		role = r != NULL ? role_named(rec_str(r, role_name_label)) :
		    ROLE_NONE;
		if (role != ROLE_NONE && role > most)
			most = role;
	}
	return most;
}

/* What login(1) takes, in small letters. */
static bool
good_name(const char *name)
{
	return *name != '\0' && strchr(LETTERS "_", *name) != NULL &&
	    strlen(name) <= NAME_MAX &&
	    strspn(name, LETTERS "0123456789_.-") == strlen(name);
}

static void
new_subject(struct db *db, const struct record *user)
{
	struct value *v = value_new_struct(), *map = value_new_struct();
	const char *full = rec_str(user, user_fullname);

	value_set_str(map, "subject-name", rec_str(user, user_short_name));
	if (*full != '\0')
		value_set_str(map, "subject-displayname", full);
	value_set_str(v, "subject_identifier", rec_str(user, user_uuid));
	value_set(v, "other_config", map);
	db_create(db, CLASS_subject, NULL, v);
	value_free(v);
}

int
user_create(struct request *q)
{
	struct db *db = &q->core->db;
	struct value *fields = creator_fields(q);
	const char *name = value_get_str(fields, "short_name");
	struct record *r;
	int rc;

	if (fields == NULL)
		return -1;
	if (name == NULL || !good_name(name))
		rc = req_fail(q, "VALUE_NOT_SUPPORTED", "short_name",
		    name != NULL ? name : "", "a letter or _, then up to 31"
		    " small letters, digits, _ . and -", NULL);
	else if (user_named(db, name) != NULL)
		rc = req_fail(q, "SUBJECT_ALREADY_EXISTS", NULL);
	else if (db_count(db, CLASS_user) > USERS)
		rc = req_fail(q, "OPERATION_NOT_ALLOWED",
		    "There are 100 users, which is as many as can be", NULL);
	else {
		r = db_create(db, CLASS_user, NULL, fields);
		if (r != NULL)
			new_subject(db, r);
		rc = req_return_str(q, r != NULL ? r->ref : "");
	}
	value_free(fields);
	return rc;
}

int
user_destroy(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *subject = user_subject(db, q->self);
	char key[64];

	if (user_is_root(q->self))
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "root cannot be removed", NULL);
	session_end_all(db, rec_str(q->self, user_uuid));
	if (subject != NULL)
		db_destroy(db, subject);
	note_key(q->self, key);
	db_note_set(db, key, NULL);
	db_destroy(db, q->self);
	return 0;
}

int
user_hashed(struct request *q, const struct record *user)
{
	const char *hash = q->answer.ok ? value_str(q->answer.value) : NULL;
	char key[64];

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (user == NULL || hash == NULL)
		return req_fail(q, "INTERNAL_ERROR", "no hash", NULL);
	note_key(user, key);
	db_note_set(&q->core->db, key, hash);
	return 0;
}

/* Whoever knew the old password is out. */
static int
password_made(struct request *q)
{
	if (user_hashed(q, q->self) == -1)
		return -1;
	session_end_all(&q->core->db, rec_str(q->self, user_uuid));
	return 0;
}

int
user_set_password(struct request *q)
{
	struct value *params;

	if (user_is_root(q->self))
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "root's password is changed by session.change_password",
		    NULL);
	if (*req_str(q, 1) == '\0')
		return req_fail(q, "CHANGE_PASSWORD_REJECTED",
		    "The new password is empty", NULL);
	params = value_new_array();
	value_add_str(params, req_str(q, 1));
	return req_ask(q, q->core->xen, priv_names[PRIV_PASSWORD_HASH],
	    params, password_made);
}

/* There is no directory that others could come from. */
int
subject_create(struct request *q)
{
	return req_fail(q, "AUTH_IS_DISABLED", NULL);
}

int
subject_destroy(struct request *q)
{
	return req_fail(q, "OPERATION_NOT_ALLOWED",
	    "It goes with its user: user.destroy", NULL);
}

static int
index_of(const struct value *roles, const char *ref)
{
	for (size_t i = 0; i < value_len(roles); i++)
		if (strcmp(value_str(value_at(roles, i)), ref) == 0)
			return (int)i;
	return -1;
}

int
subject_add_to_roles(struct request *q)
{
	const struct value *roles = rec_get(q->self, subject_roles);
	struct value *more;

	if (index_of(roles, req_str(q, 1)) != -1)
		return req_fail(q, "ROLE_ALREADY_EXISTS", NULL);
	if (db_find(&q->core->db, CLASS_role, req_str(q, 1)) == NULL)
		return req_fail(q, "ROLE_NOT_FOUND", NULL);
	more = value_copy(roles);
	value_add_str(more, req_str(q, 1));
	db_set(&q->core->db, q->self, subject_roles, more);
	return 0;
}

int
subject_remove_from_roles(struct request *q)
{
	const struct value *roles = rec_get(q->self, subject_roles);
	int i = index_of(roles, req_str(q, 1));
	struct value *rest;

	if (i == -1)
		return req_fail(q, "ROLE_NOT_FOUND", NULL);
	rest = value_copy(roles);
	value_remove_at(rest, (size_t)i);
	db_set(&q->core->db, q->self, subject_roles, rest);
	return 0;
}

int
subject_get_permissions_name_label(struct request *q)
{
	return req_return(q, role_permissions(user_role(&q->core->db,
	    q->self)));
}
