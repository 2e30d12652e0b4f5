/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "hide.h"

/* A password may hold any character when it was pasted in as it is. */
const char *
hide_login(const char *text, char *to, size_t size)
{
	const char *from = strstr(text, "//");
	const char *at = strrchr(text, '@');

	if (at == NULL)
		return text;
	if (from == NULL || from > at)
		snprintf(to, size, "...%s", at);
	else
		snprintf(to, size, "%.*s...%s", (int)(from + 2 - text), text,
		    at);
	return to;
}
