/* SPDX-License-Identifier: ISC */
#ifndef TEST_RIG_H
#define TEST_RIG_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* A blank disk for each test, in a file of its own: for cmocka's set-up. */
#define IMAGE_SIZE ((uint64_t)1100 << 20)
#define IMAGE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, image_make, image_remove)
extern char image[64];
int image_make(void **state);
int image_remove(void **state);

/* Bytes on it; fails the test when that cannot be. */
void image_put(uint64_t at, const void *data, size_t len);

/* Break or mend a byte. */
void image_flip(uint64_t at);

/* Fail the test with the error's text when rc is -1. */
void must(int rc, const struct err *e);

#endif
