/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "guess.h"
#include "priv.h"
#include "session.h"
#include "user.h"

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
	if (rec_bool(r, session_is_local_superuser))
		return ROLE_POOL_ADMIN;
	r = rec_ref(&core->db, r, session_subject);
	return r != NULL ? user_role(&core->db, r) : ROLE_NOAUTH;
}

bool
session_may_change(const struct request *q, const char *owner)
{
	return q->role >= ROLE_POOL_OPERATOR ||
	    (*owner != '\0' && strcmp(owner, q->user) == 0);
}

/* A clock that was ahead must not keep a session for ever. */
static bool
stale(const struct record *r)
{
	int64_t now = core_time();

	return now - last_active(r) >= TOUCH_S || now < last_active(r);
}

void
session_touch(struct core *core, const char *ref)
{
	struct record *r = db_find(&core->db, CLASS_session, ref);

	if (r != NULL && stale(r))
		db_set_time(&core->db, r, session_last_active, core_time());
}

int
session_use(struct request *q, const char *ref)
{
	struct db *db = &q->core->db;
	struct record *r = db_find(db, CLASS_session, ref);

	if (session_role(q->core, ref) == ROLE_NOAUTH ||
	    strlen(ref) >= sizeof(q->session))
		return -1;
	if (stale(r)) {
		db_begin(db, false);
		session_touch(q->core, ref);
		core_commit(q->core, "session");
	}
	strcpy(q->session, ref);
	snprintf(q->user, sizeof(q->user), "%s",
	    rec_str(r, session_auth_user_sid));
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

void
session_end_all(struct db *db, const char *user)
{
	struct record *r;

	for (size_t i = db_count(db, CLASS_session); i-- > 0;) {
		r = db_at(db, CLASS_session, i);
		if (strcmp(rec_str(r, session_auth_user_sid), user) == 0)
			db_destroy(db, r);
	}
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

static bool
is_root(const char *name)
{
	return strcmp(name, "root") == 0;
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
	const struct record *user = user_named(db, req_str(q, 0)), *subject;
	const char *originator = req_str(q, 3);
	struct record *r;

	make_room(db, originator);
	value_set_str(v, "this_host", q->core->host_ref);
	value_set_str(v, "this_user", user != NULL ? user->ref :
	    "OpaqueRef:NULL");
	value_set_str(v, "auth_user_name", req_str(q, 0));
	subject = is_root(req_str(q, 0)) || user == NULL ? NULL :
	    user_subject(db, user);
	if (subject != NULL) {
		value_set_str(v, "subject", subject->ref);
		value_set_str(v, "auth_user_sid", rec_str(user, user_uuid));
	}
	value_set_bool(v, "is_local_superuser", is_root(req_str(q, 0)));
	value_set_time(v, "last_active", core_time());
	value_set_time(v, "validation_time", core_time());
	value_set_str(v, "originator", originator);
	r = db_create(db, CLASS_session, NULL, v);
	value_free(v);
	return req_return_str(q, r != NULL ? r->ref : "");
}

/* What [xen] said of the password of `name': 0 and the role, or -1. */
static int
judge(struct request *q, const char *name, enum role *role_r)
{
	struct guesses *g = &q->core->guesses;
	const struct record *user, *subject;
	const char *why = "Authentication failure";

	if (!q->answer.ok)
		return req_fail_answer(q);
	/* of many guesses at once, the first few failures end the game */
	if (locked(q)) {
		why = TOO_MANY;
	} else if (!value_is(q->answer.value, VALUE_BOOL) ||
	    !q->answer.value->u.b) {
		guess_wrong(g, q->call.peer, core_ms());
	} else {
		guess_right(g, q->call.peer, core_ms());
		user = user_named(&q->core->db, name);
		subject = user != NULL ? user_subject(&q->core->db, user) :
		    NULL;
		*role_r = is_root(name) ? ROLE_POOL_ADMIN : subject == NULL ?
		    ROLE_NOAUTH : user_role(&q->core->db, subject);
		if (*role_r != ROLE_NOAUTH)
			return 0;
		why = "This user has no role";
	}
	return req_fail(q, "SESSION_AUTHENTICATION_FAILED", name, why, NULL);
}

int
session_judge(struct request *q, const char *name)
{
	enum role role;

	return judge(q, name, &role);
}

static int
checked(struct request *q)
{
	return session_judge(q, req_str(q, 0)) == -1 ? -1 : create(q);
}

static int
ask(struct request *q, const char *name, const char *password, method_fn *fn)
{
	const struct db *db = &q->core->db;
	struct value *params;

	if (locked(q))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED", name,
		    TOO_MANY, NULL);
	params = value_new_array();
	value_add_str(params, name);
	value_add_str(params, password);
	value_add_str(params, is_root(name) ? "" :
	    user_hash(db, user_named(db, name)));
	return req_ask(q, q->core->xen, priv_names[PRIV_PASSWORD_CHECK],
	    params, fn);
}

int
session_login(struct request *q)
{
	if (q->call.local_root && is_root(req_str(q, 0)))
		return create(q);
	/* a member knows no users but root */
	if (strcmp(q->method.verb, "login_with_password") != 0 &&
	    !is_root(req_str(q, 0)))
		return req_fail(q, "SESSION_AUTHENTICATION_FAILED",
		    req_str(q, 0), "Only root logs in at one host", NULL);
	return ask(q, req_str(q, 0), req_str(q, 1), checked);
}

int
session_basic(struct request *q, const char *user, const char *password,
    method_fn *fn)
{
	return ask(q, user, password, fn);
}

int
session_basic_checked(struct request *q, const char *user)
{
	const struct record *r;
	enum role role;

	if (judge(q, user, &role) == -1)
		return -1;
	q->role = role;
	r = is_root(user) ? NULL : user_named(&q->core->db, user);
	snprintf(q->user, sizeof(q->user), "%s",
	    r != NULL ? rec_str(r, user_uuid) : "");
	return 0;
}

int
session_logout(struct request *q)
{
	struct record *r = db_find(&q->core->db, CLASS_session, q->session);

	if (r != NULL)
		db_destroy(&q->core->db, r);
	return 0;
}

/* Of those who are not root. */
int
session_get_all_subject_identifiers(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *seen = value_new_struct(), *all = value_new_array();
	const char *sid;

	for (size_t i = 0; i < db_count(db, CLASS_session); i++) {
		sid = rec_str(db_at(db, CLASS_session, i),
		    session_auth_user_sid);
		if (*sid == '\0' || value_get(seen, sid) != NULL)
			continue;
		value_set_bool(seen, sid, true);
		value_add_str(all, sid);
	}
	value_free(seen);
	return req_return(q, all);
}

int
session_logout_subject_identifier(struct request *q)
{
	if (*req_str(q, 0) != '\0')
		session_end_all(&q->core->db, req_str(q, 0));
	return 0;
}
