/* SPDX-License-Identifier: ISC */
#ifndef PACKAGING_PARTS_H
#define PACKAGING_PARTS_H

#include <stddef.h>

#include "err.h"

/*
 * What the image is made of, and which part made which file.
 *
 * The table of parts is lines of six fields between tabs: name, version,
 * package (Debian's name of it), origin (a suite, or "installed" for what came
 * from a package of the BUILD machine, or "domus"), licence (SPDX), and the
 * files that it was made from, each "name=sha256", between blanks.
 *
 * The table of owners is lines "NAME FILE"; a FILE may be said of several.
 * What is in no line is Domus' own.
 */
struct part {
	char *name, *version, *package, *origin, *licence, *files;
};

struct owner {
	char *file;
	const struct part *part;
};

struct parts {
	struct part *list;
	size_t n;
	struct owner *owners;	/* sorted by file */
	size_t nowners;
};

#define OWNERS_MAX 64

int parts_read(struct parts *p, const char *table, const char *owners,
    struct err *e);

/* NULL when there is none of that name. */
const struct part *parts_find(const struct parts *p, const char *name);

/* Whose a file of $OUT, or of this repository, is: at most OWNERS_MAX. */
int parts_owners(const struct parts *p, const char *file,
    const struct part *of[OWNERS_MAX], size_t *n_r, struct err *e);

/* p may be zeroed. */
void parts_free(struct parts *p);

#endif
