/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

int
err_set(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	e->sys = e->code = 0;
	return -1;
}

int
err_code(struct err *e, int code)
{
	if (e->code == 0)
		e->code = code;
	return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int why = errno;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof(e->text) - n, ": %s", strerror(why));
	e->sys = why;
	e->code = 0;
	return -1;
}

int
err_in(struct err *e, const char *fmt, ...)
{
	struct err inner = *e;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof(e->text) - n, ": %s", inner.text);
	return -1;
}
