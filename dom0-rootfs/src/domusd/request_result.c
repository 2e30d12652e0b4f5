/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <string.h>

#include "request.h"

/* What a request came with, and what it leads to. */

int
req_return(struct request *q, struct value *v)
{
	buf_reset(&q->result);
	if (v == NULL || v->failed)
		q->result.failed = true;
	else
		value_encode(&q->result, v);
	value_free(v);
	return 0;
}

int
req_return_str(struct request *q, const char *s)
{
	buf_reset(&q->result);
	value_encode_str(&q->result, s);
	return 0;
}

int
req_return_void(struct request *q)
{
	buf_reset(&q->result);
	return 0;
}

int
req_fail(struct request *q, const char *code, ...)
{
	struct value *params = value_new_array();
	const char *p;
	va_list ap;

	va_start(ap, code);
	while ((p = va_arg(ap, const char *)) != NULL)
		value_add_str(params, p);
	va_end(ap);
	reply_free(&q->failure);
	q->failure = (struct reply){ .code = strdup(code), .params = params };
	return -1;
}

int
req_fail_answer(struct request *q)
{
	reply_free(&q->failure);
	q->failure = q->answer;
	q->answer = (struct reply){ 0 };
	return -1;
}

const char *
req_str(const struct request *q, size_t i)
{
	const char *s = i < q->nargs ? value_str(q->args[i]) : NULL;

	return s != NULL ? s : "";
}

int64_t
req_int(const struct request *q, size_t i)
{
	const struct value *v = i < q->nargs ? q->args[i] : NULL;

	return value_is(v, VALUE_INT) ? v->u.i : 0;
}
