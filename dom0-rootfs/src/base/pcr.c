/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/evp.h>

#include "pcr.h"

void
pcr_extend(struct pcr *p, const unsigned char digest[PCR_SIZE])
{
	unsigned char both[2 * PCR_SIZE];

	memcpy(both, p->value, PCR_SIZE);
	memcpy(both + PCR_SIZE, digest, PCR_SIZE);
	EVP_Digest(both, sizeof(both), p->value, NULL, EVP_sha256(), NULL);
}

void
pcr_extend_data(struct pcr *p, const void *data, size_t len)
{
	unsigned char digest[PCR_SIZE];

	EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL);
	pcr_extend(p, digest);
}

void
pcr_extend_options(struct pcr *p, const char *options)
{
	unsigned char digest[PCR_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	do {
		EVP_DigestUpdate(ctx, options, 1);
		EVP_DigestUpdate(ctx, "", 1);
	} while (*options++ != '\0');
	EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	pcr_extend(p, digest);
}
