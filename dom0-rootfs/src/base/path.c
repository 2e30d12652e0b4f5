/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>

#include "path.h"

const char *
path_of(struct path *p, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(p->text, sizeof(p->text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(p->text))
		p->text[0] = '\0';
	return p->text;
}
