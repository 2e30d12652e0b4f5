/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "machines.h"
#include "site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Progress as anybody posts it, then as it is shown; and a configuration. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct site s = { .url = "http://s/", .answers = true };
	struct machines all = { 0 };
	struct buf b = { 0 };
	struct err e;

	for (int i = 0; i < 2; i++)
		if (machines_post(&all, "10.0.2.15", (const char *)data, len,
		    1000, &e) == 0 && all.n != 1)
			abort();
	machines_html(&all, 1005, &b);
	machines_json(&all, 1005, -1, &b);
	site_fill(&s, "52:54:00:d0:00:01", (len & 1) != 0, (const char *)data,
	    len, &b);
	if (b.failed)
		abort();
	buf_free(&b);
	machines_free(&all);
	return 0;
}
