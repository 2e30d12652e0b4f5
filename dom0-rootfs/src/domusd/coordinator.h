/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_COORDINATOR_H
#define DOMUSD_COORDINATOR_H

#include "db.h"
#include "pool.h"

/* This host as the coordinator of members. */

/*
 * What a member's note "member.UUID" says: the hash of its secret and the
 * fingerprint of its certificate.  "ejected.UUID" holds the same afterwards,
 * so that a member that was away can be told, and nobody else.
 */
bool coordinator_knows(const struct db *db, const char *kind,
    const char *whose, const char *secret);

/* The same for the hash of its secret. */
bool coordinator_member_is(const struct db *db, const char *whose,
    const char *secret_hash);

bool coordinator_ejected(const struct db *db, const char *whose);

/* What is remembered of it while we run; made when missing, NULL: no memory. */
struct member *coordinator_member(struct core *core, const char *uuid);

/* It has been heard: its metrics say so. */
void coordinator_heard(struct core *core, const char *uuid);

/* Once a second: who is silent, whose hello has waited long enough. */
void coordinator_tick(struct core *core);

/* In a transaction: its records and its secret go; it will be told. */
void coordinator_forget(struct core *core, struct record *host);

/* Give an order to a member and go on with fn.  1, or -1 and q's failure. */
int coordinator_order(struct request *q, struct record *host, enum priv what,
    struct value *params, method_fn *fn);

/* What a member must still be told, and what it says of it. */
bool coordinator_has_orders(const struct member *m);
struct value *coordinator_take_orders(struct member *m);
void coordinator_result(struct member *m, struct value *v);

/* hello.c: answer hellos that have waited long enough or have orders. */
void hello_tick(struct core *core);

void coordinator_free(struct core *core);

#endif
