/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "guess.h"
#include "priv.h"
#include "session.h"

#define IDLE_S (24 * 3600)
#define TOUCH_S 60		/* last_active is this exact */
#define SESSIONS_ORIGINATOR 400	/* of one originator; then the oldest goes */
#define SESSIONS 2000

#define TOO_MANY "Too many failed logins from this address; wait a minute"

static int64_t
last_active(const struct record *r)
{
	struct err ignored;
	int64_t t;

	return value_as_time(rec_get(r, session_last_active), &t,
	    &ignored) == 0 ? t : 0;
}

enum role
session_role(const struct core *core, const char *ref)
{
	const struct record *r = db_find(&core->db, CLASS_session, ref);

	if (r == NULL || core_time() - last_active(r) > IDLE_S)
		return ROLE_NOAUTH;
	return rec_bool(r, session_is_local_superuser) ? ROLE_POOL_ADMIN :
	    ROLE_READ_ONLY;
}

int
session_use(struct request *q, const char *ref)
{
	struct db *db = &q->core->db;
	struct record *r = db_find(db, CLASS_session, ref);
	int64_t now = core_time();

	if (session_role(q->core, ref) == ROLE_NOAUTH ||
	    strlen(ref) >= sizeof(q->session))
		return -1;
	/* a clock that was ahead must not keep a session for ever */
	if (now - last_active(r) >= TOUCH_S || now < last_active(r)) {
		db_begin(db, false);
		db_set_time(db, r, session_last_active, now);
		core_commit(q->core, "session");
	}
	strcpy(q->session, ref);
	q->role = session_role(q->core, ref);
	return 0;
}

void
session_move(struct core *core, int64_t by)
{
	struct db *db = &core->db;
	struct record *r;

	for (size_t i = 0; i < db_count(db, CLASS_session); i++) {
		r = db_at(db, CLASS_session, i);
		db_set_time(db, r, session_last_active, last_active(r) + by);
	}
}

void
session_expire(struct core *core)
{
	struct db *db = &core->db;
	struct record *r;

	db_begin(db, false);
	for (size_t i = db_count(db, CLASS_session); i-- > 0;) {
		r = db_at(db, CLASS_session, i);
		if (core_time() - last_active(r) > IDLE_S)
			db_destroy(db, r);
		else if (core_time() < last_active(r))
			db_set_time(db, r, session_last_active, core_time());
	}
	core_commit(core, "sessions");
}

/* Make room: the one that has been idle longest of too many. */
static void
make_room(struct db *db, const char *originator)
{
	struct record *r, *oldest = NULL, *oldest_of = NULL;
	size_t n = db_count(db, CLASS_session), n_of = 0;

	for (size_t i = 0; i < n; i++) {
		r = db_at(db, CLASS_session, i);
		if (oldest == NULL || last_active(r) < last_active(oldest))
			oldest = r;
		if (strcmp(rec_str(r, session_originator), originator) != 0)
			continue;
		n_of++;
		if (oldest_of == NULL ||
		    last_active(r) < last_active(oldest_of))
			oldest_of = r;
	}
	if (n_of >= SESSIONS_ORIGINATOR)
		db_destroy(db, oldest_of);
	else if (n >= SESSIONS)
		db_destroy(db, oldest);
}

/* Has whoever calls failed too often? */
static bool
locked(struct request *q)
{
	return guess_locked(&q->core->guesses, q->call.peer, core_ms());
}

static int
create(struct request *q)
{
	struct db *db = &q->core->db;
	struct value *v = value_new_struct();
	const struct record *user = db_at(db, CLASS_user, 0);
	const char *originator = req_str(q, 3);
	struct record *r;

	make_room(db, originator);
	value_set_str(v, "this_host", q->core->host_ref);
	value_set_str(v, "this_user", user != NULL ? user->ref :
	    "OpaqueRef:NULL");
	value_set_str(v, "auth_user_name", req_str(q, 0));
	value_set_bool(v, "is_local_superuser", true);
	value_set_time(v, "last_active", core_time());
	value_set_time(v, "validation_time", core_time());
	value_set_str(v, "originator", originator);
	r = db_create(db, CLASS_session, NULL, v);
	value_free(v);
	return req_return_str(q, r != NULL ? r->ref : "");
}

static int
refuse(struct request *q, const char *why)
{
	return req_fail(q, "SESSION_AUTHENTICATION_FAILED", req_str(q, 0), why,
	    NULL);
}

static int
checked(struct request *q)
{
	struct guesses *g = &q->core->guesses;

	if (!q->answer.ok)
		return req_fail_answer(q);
	/* of many guesses at once, the first few failures end the game */
	if (locked(q))
		return refuse(q, TOO_MANY);
	if (value_is(q->answer.value, VALUE_BOOL) && q->answer.value->u.b) {
		guess_right(g, q->call.peer, core_ms());
		return create(q);
	}
	guess_wrong(g, q->call.peer, core_ms());
	return refuse(q, "Authentication failure");
}

static struct value *
user_and(const char *user, const char *password)
{
	struct value *params = value_new_array();

	value_add_str(params, user);
	value_add_str(params, password);
	return params;
}

int
session_login(struct request *q)
{
	if (q->call.local_root && strcmp(req_str(q, 0), "root") == 0)
		return create(q);
	if (locked(q))
		return refuse(q, TOO_MANY);
	return req_ask(q, q->core->xen, priv_names[PRIV_PASSWORD_CHECK],
	    user_and(req_str(q, 0), req_str(q, 1)), checked);
}

int
session_basic(struct request *q, const char *user, const char *password,
    method_fn *fn)
{
	if (locked(q))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", user,
		    TOO_MANY, NULL);
	return req_ask(q, q->core->xen, priv_names[PRIV_PASSWORD_CHECK],
	    user_and(user, password), fn);
}

int
session_basic_checked(struct request *q, const char *user)
{
	struct guesses *g = &q->core->guesses;

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (locked(q))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", user,
		    TOO_MANY, NULL);
	if (value_is(q->answer.value, VALUE_BOOL) && q->answer.value->u.b) {
		guess_right(g, q->call.peer, core_ms());
		q->role = ROLE_POOL_ADMIN;
		return 0;
	}
	guess_wrong(g, q->call.peer, core_ms());
	return req_fail(q, "SESSION_AUTHENTICATION_FAILED", user,
	    "Authentication failure", NULL);
}

int
session_logout(struct request *q)
{
	struct record *r = db_find(&q->core->db, CLASS_session, q->session);

	if (r != NULL)
		db_destroy(&q->core->db, r);
	return 0;
}

/* Those that came in through an external directory; there is none. */
int
session_get_all_subject_identifiers(struct request *q)
{
	return req_return(q, value_new_array());
}

static int
password_set(struct request *q)
{
	return q->answer.ok ? 0 : req_fail_answer(q);
}

static int
set_password(struct request *q)
{
	return req_ask(q, q->core->xen, priv_names[PRIV_PASSWORD_SET],
	    user_and("root", req_str(q, 1)), password_set);
}

static int
old_checked(struct request *q)
{
	struct guesses *g = &q->core->guesses;

	if (!q->answer.ok)
		return req_fail_answer(q);
	if (locked(q))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", "root",
		    TOO_MANY, NULL);
	if (value_is(q->answer.value, VALUE_BOOL) && q->answer.value->u.b)
		return set_password(q);
	guess_wrong(g, q->call.peer, core_ms());
	return req_fail(q, "SESSION_AUTHENTICATION_FAILED", "root",
	    "Authentication failure", NULL);
}

int
session_change_password(struct request *q)
{
	if (q->role < ROLE_POOL_ADMIN)
		return req_fail(q, "RBAC_PERMISSION_DENIED",
		    "session.change_password", "root's session is needed",
		    NULL);
	if (*req_str(q, 1) == '\0')
		return req_fail(q, "CHANGE_PASSWORD_REJECTED",
		    "The new password is empty", NULL);
	if (q->call.local_root)
		return set_password(q);
	if (locked(q))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", "root",
		    TOO_MANY, NULL);
	return req_ask(q, q->core->xen, priv_names[PRIV_PASSWORD_CHECK],
	    user_and("root", req_str(q, 0)), old_checked);
}
