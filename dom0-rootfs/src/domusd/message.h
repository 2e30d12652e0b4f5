/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_MESSAGE_H
#define DOMUSD_MESSAGE_H

#include "request.h"

/* Messages of message and role that are more than getters. */
/* A message of ours about the record of that class and uuid; in a transaction.
 * NULL: no memory. */
struct record *message_add(struct db *db, const char *name, int64_t priority,
    const char *cls, const char *uuid, const char *body);

int message_create(struct request *q);
int message_destroy(struct request *q);
int message_destroy_many(struct request *q);
int message_get(struct request *q);
int message_get_since(struct request *q);

/*
 * A permission is a method's name; who has the role has those below it.  The
 * caller's.
 */
struct value *role_permissions(enum role role);
int role_get_permissions_name_label(struct request *q);
int role_get_by_permission_name_label(struct request *q);

#endif
