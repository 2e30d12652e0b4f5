/* SPDX-License-Identifier: ISC */
#ifndef ATTEST_QUOTE_H
#define ATTEST_QUOTE_H

#include <stdint.h>

#include "err.h"
#include "fingerprint.h"
#include "pcr.h"
#include "value.h"
#include "wire.h"

/*
 * A quote: what a TPM says, signed, of its registers, with all that is needed
 * to verify it elsewhere.  Nothing in it is trusted before quote_check().
 */
#define QUOTE_PCRS 2
#define QUOTE_NONCE_MIN 16
#define QUOTE_NONCE_MAX 32
#define QUOTE_ENDORSEMENT 0x4000000bu	/* the hierarchy of the key */

extern const unsigned int quote_pcrs[QUOTE_PCRS];	/* 4 and 12 */

struct quote {
	struct blob public;	/* the key: TPMT_PUBLIC */
	struct blob attest;	/* TPMS_ATTEST */
	struct blob signature;	/* TPMT_SIGNATURE */
	struct pcr pcr[QUOTE_PCRS];
	/* what the host says it was started with; "" when it was not */
	char state[40], slot[40], trial[4];
};

/* What a verified quote says besides. */
struct quote_facts {
	struct fingerprint key;		/* of its public area: its TPM name */
	uint32_t resets, restarts;
	uint64_t firmware;
};

/*
 * The signature is of the key in it, which is one that signs only what its TPM
 * made; the TPM says that it was asked with nonce; and the values are those
 * that it signed.  Whose key it is, is the caller's to ask: facts_r->key.
 */
int quote_check(const struct quote *q, const struct blob *nonce,
    struct quote_facts *facts_r, struct err *e);

/* The file's form: JSON, bytes as hexadecimal digits. */
struct value *quote_value(const struct quote *q);
int quote_parse(const char *text, size_t len, struct quote *q, struct err *e);

/* Hexadecimal digits, both ways; -1: they are none, or too many for max. */
void hex_put(struct buf *to, const void *data, size_t len);
int hex_parse(const char *text, unsigned char *to, size_t max, size_t *len_r,
    struct err *e);

#endif
