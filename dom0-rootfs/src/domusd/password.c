/* SPDX-License-Identifier: ISC */
#include "core.h"
#include "guess.h"
#include "priv.h"
#include "session.h"
#include "user.h"

/* A password that its owner changes, who knows the old one. */

static const struct record *
owner(const struct request *q)
{
	return *q->user == '\0' ? NULL :
	    db_by_uuid(&q->core->db, CLASS_user, q->user);
}

static const char *
name_of(const struct request *q)
{
	const struct record *user = owner(q);

	return user != NULL ? rec_str(user, user_short_name) : "root";
}

static int
made(struct request *q)
{
	if (*q->user != '\0')
		return user_hashed(q, owner(q));
	return q->answer.ok ? 0 : req_fail_answer(q);
}

static int
make(struct request *q)
{
	bool root = *q->user == '\0';
	struct value *params = value_new_array();

	if (root)
		value_add_str(params, "root");
	value_add_str(params, req_str(q, 1));
	return req_ask(q, q->core->xen, priv_names[root ? PRIV_PASSWORD_SET :
	    PRIV_PASSWORD_HASH], params, made);
}

static int
old_checked(struct request *q)
{
	return session_judge(q, name_of(q)) == -1 ? -1 : make(q);
}

int
session_change_password(struct request *q)
{
	if (*req_str(q, 1) == '\0')
		return req_fail(q, "CHANGE_PASSWORD_REJECTED",
		    "The new password is empty", NULL);
	if (q->call.local_root && *q->user == '\0')
		return make(q);
	return session_basic(q, name_of(q), req_str(q, 0), old_checked);
}
