/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "number.h"
#include "xmlrpc.h"

#define PROLOGUE "<?xml version=\"1.0\"?>"

/*
 * Text may hold control characters, which XML 1.0 cannot: U+FFFD stands for
 * them.  A carriage return is written as a reference, or it would be read as
 * a newline.
 */
static void
put_text(struct buf *to, const char *s, size_t len)
{
	const char *end = s + len, *from = s;
	const char *as;

	for (; s < end; s++) {
		switch (*s) {
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '\r':
			as = "&#xD;";
			break;
		default:
			if ((unsigned char)*s >= 0x20 || *s == '\t' ||
			    *s == '\n')
				continue;
			as = "\xef\xbf\xbd";
			break;
		}
		buf_add(to, from, (size_t)(s - from));
		buf_str_add(to, as);
		from = s + 1;
	}
	buf_add(to, from, (size_t)(end - from));
}

static void
put_member(struct buf *to, const char *name, const struct value *v)
{
	buf_str_add(to, "<member><name>");
	put_text(to, name, strlen(name));
	buf_str_add(to, "</name>");
	xmlrpc_value_put(to, v);
	buf_str_add(to, "</member>");
}

static void
put_container(struct buf *to, const struct value *v)
{
	bool array = v->type == VALUE_ARRAY;

	buf_str_add(to, array ? "<array><data>" : "<struct>");
	for (size_t i = 0; i < value_len(v); i++)
		if (array)
			xmlrpc_value_put(to, value_at(v, i));
		else
			put_member(to, value_name_at(v, i), value_at(v, i));
	buf_str_add(to, array ? "</data></array>" : "</struct>");
}

static void
put_inside(struct buf *to, const struct value *v)
{
	char number[NUMBER_SIZE];

	switch (v->type) {
	case VALUE_NULL:
		break;
	case VALUE_STRING:
		put_text(to, v->u.text, v->len);
		break;
	case VALUE_INT:
		buf_printf(to, "%" PRId64, v->u.i);
		break;
	case VALUE_INT32:
		buf_printf(to, "<i4>%" PRId64 "</i4>", v->u.i);
		break;
	case VALUE_FLOAT:
		number_text(v->u.f, number);
		buf_printf(to, "<double>%s</double>", number);
		break;
	case VALUE_BOOL:
		buf_printf(to, "<boolean>%d</boolean>", v->u.b);
		break;
	case VALUE_DATETIME:
		buf_str_add(to, "<dateTime.iso8601>");
		put_text(to, v->u.text, v->len);
		buf_str_add(to, "</dateTime.iso8601>");
		break;
	case VALUE_ARRAY:
	case VALUE_STRUCT:
		put_container(to, v);
		break;
	}
}

void
xmlrpc_value_put(struct buf *to, const struct value *v)
{
	if (v == NULL) {
		to->failed = true;
		return;
	}
	buf_str_add(to, "<value>");
	put_inside(to, v);
	buf_str_add(to, "</value>");
}

void
xmlrpc_call_put(struct buf *to, const char *method, const struct value *params)
{
	buf_str_add(to, PROLOGUE "<methodCall><methodName>");
	put_text(to, method, strlen(method));
	buf_str_add(to, "</methodName><params>");
	for (size_t i = 0; i < value_len(params); i++) {
		buf_str_add(to, "<param>");
		xmlrpc_value_put(to, value_at(params, i));
		buf_str_add(to, "</param>");
	}
	buf_str_add(to, "</params></methodCall>");
}

static void
put_failure(struct buf *to, const struct reply *r)
{
	buf_str_add(to, "<value><struct><member><name>Status</name>"
	    "<value>Failure</value></member><member>"
	    "<name>ErrorDescription</name><value><array><data><value>");
	put_text(to, r->code, strlen(r->code));
	buf_str_add(to, "</value>");
	for (size_t i = 0; i < value_len(r->params); i++)
		xmlrpc_value_put(to, value_at(r->params, i));
	buf_str_add(to, "</data></array></value></member></struct></value>");
}

void
xmlrpc_reply_put(struct buf *to, const char *method, const struct reply *r)
{
	buf_str_add(to, PROLOGUE "<methodResponse><params><param>");
	if (!r->ok && r->code == NULL)
		to->failed = true;
	else if (!r->ok)
		put_failure(to, r);
	else if (strcmp(method, "system.listMethods") == 0)
		xmlrpc_value_put(to, r->value);
	else {
		buf_str_add(to, "<value><struct><member><name>Status</name>"
		    "<value>Success</value></member><member>"
		    "<name>Value</name>");
		xmlrpc_value_put(to, r->value);
		buf_str_add(to, "</member></struct></value>");
	}
	buf_str_add(to, "</param></params></methodResponse>");
}
