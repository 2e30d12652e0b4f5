/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_SIGNATURE_H
#define INSTALLER_SIGNATURE_H

#include <stddef.h>

#include "buf.h"
#include "err.h"

/*
 * A detached signature of a file's bytes, as
 *
 *	openssl dgst -sha256 -sign KEY -out FILE.sig FILE
 *	openssl pkeyutl -sign -rawin -inkey KEY -in FILE -out FILE.sig
 *
 * make it: RSA (PKCS #1 v1.5) or ECDSA over SHA-256, or Ed25519, the second
 * command.  Who may sign is known by PEM: a certificate, of which only the key
 * counts (neither issuer nor dates do: the machine's clock may be anywhere), or
 * a public key.
 */
#define SIGNATURE_MAX 8192

/* NULL when the text is such a PEM, else what is wrong, as check.h has it. */
const char *signature_check_signer(const char *pem);

/* The same for certificates alone, one or more. */
const char *signature_check_authority(const char *pem);

/* Who they are, for people: certificates' subjects, keys' fingerprints. */
void signature_names(const char *pem, struct buf *to);

/* Whether one of n signers, PEM each with one certificate or key or several,
 * has signed it; who_r, unless NULL, gets that one's name. */
int signature_verify(const char *const pems[], size_t n, const void *data,
    size_t len, const void *sig, size_t sig_len, struct buf *who_r,
    struct err *e);

#endif
