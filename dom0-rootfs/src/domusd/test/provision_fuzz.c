/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>

#include "provision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What comes out has a size that is none below 0. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct value *v;
	struct err e;
	int64_t size;

	v = provision_parse((const char *)data, len, &e);
	for (size_t i = 0; i < value_len(v); i++)
		if (value_as_int(value_get(value_at(v, i), "size"), &size,
		    &e) == -1 || size < 0)
			abort();
	value_free(v);
	return 0;
}
