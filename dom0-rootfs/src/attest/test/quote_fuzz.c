/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pcrs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A quote of the file's form, and a list of predictions. */
static void
as_text(const char *text, size_t len)
{
	const struct blob nonce = { .len = 32 };
	struct quote_facts f;
	struct quote q;
	struct pcrs *p;
	char entry[64];
	struct err e;

	if (quote_parse(text, len, &q, &e) == 0 &&
	    quote_check(&q, &nonce, &f, &e) == 0 && f.key.sha256[0] == 0 &&
	    q.attest.len == 0)
		abort();
	p = pcrs_parse(text, len, &e);
	memset(&q, 0, sizeof(q));
	if (p != NULL)
		pcrs_check(p, &q, entry, &e);
	pcrs_free(p);
}

/* The structures as they are; the signature is looked at first, so that each
 * is also parsed where another one belongs. */
static void
as_structures(const uint8_t *data, size_t len)
{
	struct quote q = { .state = "" };
	struct blob *const to[] = { &q.public, &q.attest, &q.signature };
	const struct blob nonce = { .len = 32 };
	struct wire w = { data, len, false };
	struct quote_facts f;
	struct err e;

	for (size_t i = 0; i < 3; i++)
		wire_blob(&w, to[i]);
	if (quote_check(&q, &nonce, &f, &e) == 0 && q.attest.len == 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text;

	if (len > 0 && data[0] != 0) {
		text = malloc(len + 1);
		if (text == NULL)
			return 0;
		memcpy(text, data, len);
		text[len] = '\0';
		as_text(text, len);
		free(text);
	} else if (len > 0)
		as_structures(data, len);
	return 0;
}
