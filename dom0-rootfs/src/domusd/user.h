/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_USER_H
#define DOMUSD_USER_H

#include "request.h"

/*
 * Local users beside root.  Each is a record, a subject (whose identifier is
 * the user's uuid) that roles are given to, and a password, of which a note
 * has the hash: no client reads it.  A new user has neither role nor password,
 * and is let in when it has both.  What a session may do is looked up at each
 * call, so that a role that is taken away is gone at once.
 */

/* The user of that name, root too; NULL: there is none. */
struct record *user_named(const struct db *db, const char *name);
bool user_is_root(const struct record *user);

/* For [xen] to check: never NULL, and nothing matches what nobody has. */
const char *user_hash(const struct db *db, const struct record *user);

/* The greatest of the subject's roles; ROLE_NOAUTH: it has none. */
enum role user_role(const struct db *db, const struct record *subject);
struct record *user_subject(const struct db *db, const struct record *user);

int user_create(struct request *q);
int user_destroy(struct request *q);
int user_set_password(struct request *q);

/* [xen] has made a hash of a new password: this user has it. */
int user_hashed(struct request *q, const struct record *user);

int subject_create(struct request *q);
int subject_destroy(struct request *q);
int subject_add_to_roles(struct request *q);
int subject_remove_from_roles(struct request *q);
int subject_get_permissions_name_label(struct request *q);

#endif
