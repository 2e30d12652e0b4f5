/* SPDX-License-Identifier: ISC */
#ifndef ATTEST_WIRE_H
#define ATTEST_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * A TPM's structures: numbers with their high byte first, and bytes after
 * their length in 16 bits (TPM2B).
 */

/* Bytes that are kept: all that we ask of a TPM are shorter. */
struct blob {
	unsigned char data[512];
	size_t len;
};

/* What is left to read.  Beyond the end everything is 0 and bad is set. */
struct wire {
	const unsigned char *at;
	size_t left;
	bool bad;
};

uint64_t wire_get(struct wire *w, size_t bytes);
/* The next len bytes, or NULL. */
const unsigned char *wire_bytes(struct wire *w, size_t len);
/* A TPM2B; too long for b is bad. */
void wire_blob(struct wire *w, struct blob *b);

void wire_put(struct buf *to, uint64_t number, size_t bytes);
void wire_put_blob(struct buf *to, const void *data, size_t len);

#endif
