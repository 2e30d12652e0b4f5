/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "answers_write.h"
#include "buf.h"
#include "theirs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read a text and write what was read; true: the text is good. */
static bool
read_one(const char *text, size_t size, const struct answers_env *env,
    struct buf *written)
{
	struct findings f = { .file = "fuzz" };
	struct buf out = { 0 };
	struct answers a;
	bool good;

	answers_parse(&a, text, size, env, &f);
	good = !findings_bad(&f);
	answers_write(&a, written);
	if (env->theirs)
		theirs_notes(text, size, &f);
	findings_print(&f, &out);
	answers_free(&a);
	findings_free(&f);
	buf_free(&out);
	return good;
}

/* What is written reads back as the same. */
static void
write_again(const struct buf *once)
{
	static const struct answers_env env = { 0 };
	struct buf twice = { 0 };

	if (!read_one(buf_str(once), once->len, &env, &twice) ||
	    strcmp(buf_str(once), buf_str(&twice)) != 0)
		abort();
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct answers_env envs[] = {
		{ .zoneinfo = "/usr/share/zoneinfo" }, { .theirs = true },
	};

	for (size_t i = 0; i < 2; i++) {
		struct buf written = { 0 };

		if (read_one((const char *)data, size, &envs[i], &written))
			write_again(&written);
		buf_free(&written);
	}
	return 0;
}
