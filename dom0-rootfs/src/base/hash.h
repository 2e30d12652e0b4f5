/* SPDX-License-Identifier: ISC */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* SHA-256 (FIPS 180-4), by libcrypto; results as 64 lower-case hex digits. */
#define HASH_HEX 65

void hash_bytes(const void *data, size_t len, char hex_r[HASH_HEX]);

/* Piece by piece.  NULL: no memory.  hash_end() frees it; hex_r may be NULL. */
struct hash;
struct hash *hash_new(void);
void hash_add(struct hash *h, const void *data, size_t len);
void hash_end(struct hash *h, char hex_r[HASH_HEX]);

/*
 * The hash of what is read from fd, from where it stands, to the end or for
 * `len' bytes (UINT64_MAX: to the end).  A shorter file is an error.
 */
int hash_fd(int fd, uint64_t len, char hex_r[HASH_HEX], struct err *e);
int hash_file(const char *path, char hex_r[HASH_HEX], struct err *e);

#endif
