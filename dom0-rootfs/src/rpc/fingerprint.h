/* SPDX-License-Identifier: ISC */
#ifndef RPC_FINGERPRINT_H
#define RPC_FINGERPRINT_H

#include <stdbool.h>

#include <openssl/types.h>

#include "err.h"

/*
 * The fingerprint of a certificate: SHA-256 of its DER form.  Written as
 * "SHA256:" and 64 lower-case hex digits; read also without the prefix, in
 * upper case, with colons between the bytes (as openssl prints it), and as
 * base64.
 */
#define FINGERPRINT_TEXT 72

struct fingerprint {
	unsigned char sha256[32];
};

int fingerprint_parse(const char *text, struct fingerprint *f, struct err *e);
void fingerprint_text(const struct fingerprint *f,
    char text_r[FINGERPRINT_TEXT]);
bool fingerprint_equal(const struct fingerprint *a,
    const struct fingerprint *b);

int fingerprint_of(const X509 *cert, struct fingerprint *f, struct err *e);

/* Of the first certificate in a PEM text. */
int fingerprint_of_pem(const char *pem, struct fingerprint *f, struct err *e);

#endif
