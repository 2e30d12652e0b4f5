/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_SESSION_H
#define DOMUSD_SESSION_H

#include "request.h"

/*
 * Sessions: records that only memory holds, so they end with the agent.  root's
 * may do everything, a local user's (user.h) what his roles say.
 */

/* Run q in the session ref: its role, its last_active.  -1: no such. */
int session_use(struct request *q, const char *ref);

/* It is used: last_active.  In a transaction. */
void session_touch(struct core *core, const char *ref);

/* What a session may do; ROLE_NOAUTH: there is no such session. */
enum role session_role(const struct core *core, const char *ref);

/* End those of a local user (its uuid).  In a transaction. */
void session_end_all(struct db *db, const char *user);

/* Is what belongs to `owner' (a user's uuid; "": root) also q's to change? */
bool session_may_change(const struct request *q, const char *owner);

/* The clock was set: so is what they have of it.  In a transaction. */
void session_move(struct core *core, int64_t by);

/* Throw out those that nobody used for a day. */
void session_expire(struct core *core);

/*
 * For a page that brings name and password instead of a session: ask, and go
 * on with fn, which calls session_basic_checked() first.  1 or -1.
 */
int session_basic(struct request *q, const char *user, const char *password,
    method_fn *fn);
int session_basic_checked(struct request *q, const char *user);
/* The same, and q stays whose it is. */
int session_judge(struct request *q, const char *user);

int session_login(struct request *q);
int session_logout(struct request *q);
int session_change_password(struct request *q);
int session_get_all_subject_identifiers(struct request *q);
int session_logout_subject_identifier(struct request *q);

#endif
