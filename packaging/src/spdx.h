/* SPDX-License-Identifier: ISC */
#ifndef PACKAGING_SPDX_H
#define PACKAGING_SPDX_H

#include <stdio.h>
#include <time.h>

#include "err.h"
#include "parts.h"

/* One document of SPDX 2.3: an image, its files, and where they come from. */
struct spdx_file {
	const char *path;	/* starts with '/' */
	char sha1[41], sha256[65];
	const struct part *from[OWNERS_MAX];
	size_t nfrom;
};

struct spdx {
	const char *version;	/* of the image */
	time_t created;
	const struct parts *parts;
	struct spdx_file *files;	/* sorted by path */
	size_t nfiles;
};

/* The same struct gives the same bytes. */
int spdx_write(const struct spdx *doc, FILE *to, struct err *e);

#endif
