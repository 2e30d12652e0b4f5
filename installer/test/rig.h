/* SPDX-License-Identifier: ISC */
#ifndef TEST_RIG_H
#define TEST_RIG_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* A blank disk in a file of its own, for tests; unlink(path) removes it. */
#define IMAGE_NAME 64
int image_make(char path[IMAGE_NAME], uint64_t size);

/* Bytes on it; fails the test when that cannot be. */
void image_put(const char *path, uint64_t at, const void *data, size_t len);

/* Break or mend a byte. */
void image_flip(const char *path, uint64_t at);

/* Fail the test with the error's text when rc is -1. */
void must(int rc, const struct err *e);

#endif
