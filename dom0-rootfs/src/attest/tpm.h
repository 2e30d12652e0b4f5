/* SPDX-License-Identifier: ISC */
#ifndef ATTEST_TPM_H
#define ATTEST_TPM_H

#include "quote.h"

/*
 * The few commands of a TPM 2.0 that a quote takes, written to the kernel's
 * resource manager, or to the socket of an emulator.
 *
 * (tpm2-tss would be four libraries of some 700 KB, in an image of 28 MB, for
 * four commands whose bytes are fixed but for a handle and a nonce.)
 */
#define TPM_DEVICE "/dev/tpmrm0"

/*
 * Ask the TPM at path for a quote with that nonce, by a key that it makes of
 * its endorsement seed: the same one each time, kept nowhere, and another only
 * when the TPM is.  q's words of the host are the caller's to fill in.
 */
int tpm_quote(const char *path, const struct blob *nonce, struct quote *q,
    struct err *e);

#endif
