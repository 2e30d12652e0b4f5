/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CERT_H
#define DOMUSD_CERT_H

#include <stdint.h>

#include "err.h"

/* The key and self-signed certificate of this host. */

#define CERT_SHA256 96

struct cert {
	char *pem;		/* key and certificate */
	char *public_pem;	/* the certificate alone */
	char fingerprint[CERT_SHA256];	/* "SHA256:" and hex digits: for join */
	char sha256[CERT_SHA256], sha1[64];	/* "AA:BB:...": for XenAPI */
	int64_t not_before, not_after;
};

/* Read key and certificate.  c is the caller's: cert_free(). */
int cert_read(const char *path, struct cert *c, struct err *e);

/*
 * Make a P-256 key and a certificate that it signs, in a new file of mode
 * 0600: CN the host's uuid; SAN its name and, when not "", its address.
 */
int cert_make(const char *path, const char *uuid, const char *hostname,
    const char *address, struct err *e);

/* Keep the certificate only: for processes that have no use for the key. */
void cert_forget_key(struct cert *c);

/* c may be empty or freed before. */
void cert_free(struct cert *c);

/*
 * From when to when (Unix time) a certificate made now is valid.  A clock that
 * is before this program was written is wrong, and will be set.
 */
void cert_valid(int64_t now, int64_t *from_r, int64_t *to_r);

#endif
