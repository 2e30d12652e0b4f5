/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>

#include "answers.h"
#include "buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct answers_env env = { 0 };
	struct findings f = { .file = "fuzz" };
	struct buf out = { 0 };
	struct answers a;

	answers_parse(&a, (const char *)data, size, &env, &f);
	findings_print(&f, &out);
	answers_free(&a);
	findings_free(&f);
	buf_free(&out);
	return 0;
}
