/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_TEST_POOL_RIG_H
#define DOMUSD_TEST_POOL_RIG_H

#include "rig.h"

/* A coordinator and two who want to join. */
struct pool {
	struct rig *c, *a, *b;
};

/* cmocka's set-up and tear-down; the state is a struct pool. */
int pool_set_up(void **state);
int pool_tear_down(void **state);
#define POOL_TEST(t) \
	cmocka_unit_test_setup_teardown(t, pool_set_up, pool_tear_down)

/* Secrets of a's and b's. */
extern const char secret_a[], secret_b[];

/* A token of r's, which the caller frees. */
char *new_token(struct rig *r, const char *more);

/* What r sends to enrol. */
struct value *request_of(struct rig *r, const char *secret,
    const char *token);

/* Call with that one parameter, which is taken; a session is not needed. */
struct reply call_with(struct rig *c, const char *method,
    struct value *request);

/* Enrol, and compare the code (NULL: success). */
void enrol(struct rig *c, struct value *request, const char *code);

/* Let r join by a new token. */
void join(struct pool *p, struct rig *r, const char *secret);

#endif
