/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <getopt.h>

#include "flags.h"

#define MAX 40

void
flags_print(FILE *to, const struct flag *flags, size_t n, int column)
{
	char flag[64];

	for (const struct flag *f = flags; f < flags + n; f++) {
		snprintf(flag, sizeof(flag), "  -%c, --%s%s%s", f->letter,
		    f->name, f->arg != NULL ? " " : "",
		    f->arg != NULL ? f->arg : "");
		fprintf(to, "%-*s %s\n", column - 1, flag, f->help);
	}
}

int
flags_read(const struct flag *flags, size_t n, int argc, char *argv[],
    bool words, flag_fn *take, void *arg, int *rest)
{
	struct option longs[MAX + 1] = { 0 };
	char letters[2 * MAX + 2], *s = letters;
	int c, rc;

	assert(n <= MAX);
	if (words)
		*s++ = '+';
	for (size_t i = 0; i < n; i++) {
		longs[i] = (struct option){ flags[i].name,
			flags[i].arg != NULL, NULL, flags[i].letter };
		*s++ = flags[i].letter;
		if (flags[i].arg != NULL)
			*s++ = ':';
	}
	*s = '\0';
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		rc = c == '?' ? -1 : take(arg, c, optarg);
		if (rc != 0)
			return rc;
	}
	*rest = optind;
	return 0;
}
