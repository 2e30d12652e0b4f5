/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file.h"
#include "golden.h"

char *
golden_read(const char *path, size_t *len_r)
{
	struct err e;
	char *text;

	if (file_read(path, 4 << 20, &text, len_r, &e) == -1)
		fail_msg("%s", e.text);
	return text;
}

void
golden_check(const char *ok, const struct buf *text)
{
	const char *update = getenv("UPDATE");
	struct err e;
	char *want;

	if (update != NULL && strcmp(update, "1") == 0) {
		if (file_write(ok, text->data, text->len, 0644, &e) == -1)
			fail_msg("%s", e.text);
		return;
	}
	want = golden_read(ok, NULL);
	if (strcmp(want, buf_str(text)) != 0) {
		print_error("%s: wanted\n%sgot\n%s", ok, want, buf_str(text));
		free(want);
		fail_msg("%s: differs; UPDATE=1 rewrites it", ok);
	}
	free(want);
}
