/* SPDX-License-Identifier: ISC */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <limits.h>

#include "err.h"

struct path {
	char text[PATH_MAX];
};

/* Fill it in and return its text: "", which no file has for a name, when it
 * would be too long. */
const char *path_of(struct path *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
