/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "call.h"

void
call_free(struct call *c)
{
	free(c->method);
	value_free(c->params);
	value_free(c->id);
	*c = (struct call){ 0 };
}

void
reply_free(struct reply *r)
{
	if (r->has_fd)
		close(r->fd);
	value_free(r->value);
	free(r->code);
	value_free(r->params);
	*r = (struct reply){ 0 };
}

void
reply_set(struct reply *r, struct value *v)
{
	reply_free(r);
	r->ok = true;
	r->value = v;
}

void
reply_set_fd(struct reply *r, int fd)
{
	reply_free(r);
	*r = (struct reply){ .ok = true, .has_fd = true, .fd = fd };
}

int
reply_take_fd(struct reply *r)
{
	int fd = r->has_fd ? r->fd : -1;

	r->has_fd = false;
	return fd;
}

void
reply_fail(struct reply *r, const char *code, ...)
{
	struct value *params = value_new_array();
	char *copy = strdup(code);
	const char *s;
	va_list ap;

	va_start(ap, code);
	while ((s = va_arg(ap, const char *)) != NULL)
		value_add_str(params, s);
	va_end(ap);
	/* The arguments may have been part of the old reply. */
	reply_free(r);
	r->code = copy;
	r->params = params;
}

int
reply_error(const struct reply *r, struct err *e)
{
	struct buf b = { 0 };
	const char *s;

	for (size_t i = 0; i < value_len(r->params); i++) {
		s = value_str(value_at(r->params, i));
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", s != NULL ? s : "");
	}
	err_set(e, "%s(%s)", r->code != NULL ? r->code : "INTERNAL_ERROR",
	    buf_str(&b));
	buf_free(&b);
	return -1;
}
