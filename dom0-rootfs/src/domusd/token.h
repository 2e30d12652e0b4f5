/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_TOKEN_H
#define DOMUSD_TOKEN_H

#include "hash.h"
#include "request.h"

/*
 * Tokens: 256 random bits that let one host join, once, until they expire.
 * Only their hashes are kept.
 */

/*
 * In the transaction of an enrolment: take the token for this host, or fail q.
 * A token that this very host has taken before, with the same secret, is taken
 * again: that is a repeated request, not a second host.
 */
int token_take(struct request *q, const char *token, const char *whose,
    const char *secret_hash);

/* Forget those that expired more than a day ago. */
void token_expire(struct core *core);

/* The clock was set: so is what the token of that note has of it. */
void token_move(struct core *core, const char *key, int64_t by);

int token_create(struct request *q);
int token_list(struct request *q);
int token_revoke(struct request *q);

#endif
