/* SPDX-License-Identifier: ISC */
#ifndef BASE_PCR_H
#define BASE_PCR_H

#include <stddef.h>

/*
 * A register of a TPM, of its SHA-256 bank: what was measured into it, in that
 * order.  Zeroed, it is as after a start.  (TPM 2.0, part 1, 11.4.7.)
 */
#define PCR_SIZE 32

struct pcr {
	unsigned char value[PCR_SIZE];
};

void pcr_extend(struct pcr *p, const unsigned char digest[PCR_SIZE]);

/* By the hash of data. */
void pcr_extend_data(struct pcr *p, const void *data, size_t len);

/* By a loader's options as systemd-boot measures them: UTF-16 with its NUL.
 * The text is ASCII. */
void pcr_extend_options(struct pcr *p, const char *options);

#endif
