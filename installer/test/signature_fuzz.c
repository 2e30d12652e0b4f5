/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Who may sign, a NUL, a list of checksums, a NUL, its signature: as an answer
 * file and a server give them.  test/corpus/make-signatures makes good ones.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *list = size > 0 ? memchr(data, '\0', size) : NULL, *sig;
	struct buf all = { 0 }, one = { 0 };
	const char *pem;
	struct err e;

	if (list == NULL)
		return 0;
	list++;
	sig = memchr(list, '\0', size - (size_t)(list - data));
	if (sig == NULL)
		return 0;
	sig++;
	pem = (const char *)data;
	if (signature_check_authority(pem) == NULL &&
	    signature_check_signer(pem) != NULL)
		abort();
	signature_names(pem, &all);
	/* who has signed is one of those who may */
	if (signature_verify(&pem, 1, list, (size_t)(sig - 1 - list), sig,
	    size - (size_t)(sig - data), &one, &e) == 0 &&
	    strstr(buf_str(&all), buf_str(&one)) == NULL)
		abort();
	buf_free(&all);
	buf_free(&one);
	return 0;
}
