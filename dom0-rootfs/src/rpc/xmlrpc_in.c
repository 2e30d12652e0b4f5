/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "xmlrpc_in.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The parser itself is some lines ahead. */
static int
line(struct xmlrpc_in *p)
{
	xmlNode *node = xmlTextReaderCurrentNode(p->x);
	long n = node != NULL ? xmlGetLineNo(node) : -1;

	return n > 0 ? (int)n : xmlTextReaderGetParserLineNumber(p->x);
}

int
xmlrpc_in_fail(struct xmlrpc_in *p, const char *what)
{
	return err_set(p->e, "line %d: %s", line(p), what);
}

static int
fail_xml(struct xmlrpc_in *p)
{
	const xmlError *why = xmlGetLastError();

	if (why == NULL || why->message == NULL)
		return xmlrpc_in_fail(p, "not well-formed");
	return err_set(p->e, "line %d: %.*s", why->line,
	    (int)strcspn(why->message, "\n"), why->message);
}

/* One step; comments and processing instructions are passed over. */
static enum at
next(struct xmlrpc_in *p)
{
	int n;

	while ((n = xmlTextReaderRead(p->x)) == 1)
		switch (xmlTextReaderNodeType(p->x)) {
		case XML_READER_TYPE_ELEMENT:
			return AT_START;
		case XML_READER_TYPE_END_ELEMENT:
			return AT_STOP;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_WHITESPACE:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			return AT_TEXT;
		case XML_READER_TYPE_COMMENT:
		case XML_READER_TYPE_PROCESSING_INSTRUCTION:
			break;
		default:
			xmlrpc_in_fail(p, "DOCTYPE or entity reference");
			return AT_ERROR;
		}
	if (n == 0)
		return AT_END;
	fail_xml(p);
	return AT_ERROR;
}

static const char *
text(struct xmlrpc_in *p)
{
	const xmlChar *s = xmlTextReaderConstValue(p->x);

	return s != NULL ? (const char *)s : "";
}

static bool
blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

/* The next start or end of an element; only blanks may stand before it. */
enum at
xmlrpc_in_tag(struct xmlrpc_in *p)
{
	enum at at;

	while ((at = next(p)) == AT_TEXT)
		if (!blank(text(p))) {
			xmlrpc_in_fail(p, "text where an element is wanted");
			return AT_ERROR;
		}
	return at;
}

bool
xmlrpc_in_named(struct xmlrpc_in *p, const char *name)
{
	return strcmp((const char *)xmlTextReaderConstName(p->x), name) == 0;
}

bool
xmlrpc_in_empty(struct xmlrpc_in *p)
{
	return xmlTextReaderIsEmptyElement(p->x) == 1;
}

/* Step to the start of that element. */
int
xmlrpc_in_open_tag(struct xmlrpc_in *p, const char *name)
{
	enum at at = xmlrpc_in_tag(p);

	if (at == AT_START && xmlrpc_in_named(p, name))
		return 0;
	if (at == AT_ERROR)
		return -1;
	return err_set(p->e, "line %d: <%s> is missing", line(p), name);
}

/* Step to the end of the element we are in. */
int
xmlrpc_in_close_tag(struct xmlrpc_in *p)
{
	enum at at = xmlrpc_in_tag(p);

	if (at == AT_STOP)
		return 0;
	return at == AT_ERROR ? -1 : xmlrpc_in_fail(p, "one element too many");
}

/* The text up to the end of the element that starts here. */
int
xmlrpc_in_text(struct xmlrpc_in *p, struct buf *to)
{
	enum at at;

	if (xmlrpc_in_empty(p))
		return 0;
	while ((at = next(p)) == AT_TEXT)
		buf_str_add(to, text(p));
	if (at == AT_ERROR)
		return -1;
	return at == AT_STOP ? 0 : xmlrpc_in_fail(p, "an element inside text");
}

static struct value *
of_int(const struct value *s, struct err *e)
{
	int64_t i;

	return value_as_int(s, &i, e) == -1 ? NULL : value_new_int(i);
}

static struct value *
of_bool(const struct value *s, struct err *e)
{
	bool b;

	return value_as_bool(s, &b, e) == -1 ? NULL : value_new_bool(b);
}

static struct value *
of_float(const struct value *s, struct err *e)
{
	double f;

	return value_as_float(s, &f, e) == -1 ? NULL : value_new_float(f);
}

static struct value *
of_string(const struct value *s, struct err *e)
{
	(void)e;
	return value_copy(s);
}

static struct value *
of_datetime(const struct value *s, struct err *e)
{
	(void)e;
	return value_new_datetime(value_str(s));
}

static struct value *
of_nil(const struct value *s, struct err *e)
{
	if (value_len(s) == 0)
		return value_new_null();
	err_set(e, "text in <nil>");
	return NULL;
}

static const struct scalar {
	const char *name;
	struct value *(*of)(const struct value *s, struct err *e);
	bool trim;
} scalars[] = {
	{ "string",		of_string,	false },
	{ "int",		of_int,		true },
	{ "i4",			of_int,		true },
	{ "i8",			of_int,		true },
	{ "boolean",		of_bool,	true },
	{ "double",		of_float,	true },
	{ "dateTime.iso8601",	of_datetime,	true },
	{ "nil",		of_nil,		true },
	{ "ex:nil",		of_nil,		true },
};

static struct value *
parse_scalar(struct xmlrpc_in *p, const struct scalar *type)
{
	struct value *s, *v = NULL;
	struct buf b = { 0 };
	const char *from;
	size_t len;

	if (xmlrpc_in_text(p, &b) == -1) {
		buf_free(&b);
		return NULL;
	}
	from = buf_str(&b);
	len = strlen(from);
	if (type->trim) {
		from += strspn(from, " \t\r\n");
		len = strcspn(from, " \t\r\n");
		if (!blank(from + len))
			len = strlen(from);
	}
	s = b.failed ? NULL : value_new_text(from, len);
	if (s != NULL)
		v = type->of(s, p->e);
	if (s != NULL && v == NULL)
		err_in(p->e, "line %d", line(p));
	value_free(s);
	buf_free(&b);
	return v;
}

/* <array><data><value>...  The reader is on <array>. */
static struct value *
parse_array(struct xmlrpc_in *p)
{
	struct value *v = value_new_array(), *item;
	enum at at;

	if (xmlrpc_in_empty(p))
		return v;
	if (xmlrpc_in_open_tag(p, "data") == -1)
		goto fail;
	if (!xmlrpc_in_empty(p)) {
		while ((at = xmlrpc_in_tag(p)) == AT_START) {
			item = xmlrpc_in_value(p);
			if (item == NULL)
				goto fail;
			value_add(v, item);
		}
		if (at != AT_STOP)
			goto fail;
	}
	if (xmlrpc_in_close_tag(p) == 0)
		return v;
fail:
	value_free(v);
	return NULL;
}

/* <member><name>...</name><value>...  The reader is on <member>. */
static int
parse_member(struct xmlrpc_in *p, struct value *to)
{
	struct value *item = NULL;
	struct buf name = { 0 };
	int rc = -1;

	if (!xmlrpc_in_named(p, "member") || xmlrpc_in_empty(p)) {
		xmlrpc_in_fail(p, "<member> is missing");
		goto out;
	}
	if (xmlrpc_in_open_tag(p, "name") == -1 || xmlrpc_in_text(p, &name) == -1 ||
	    xmlrpc_in_open_tag(p, "value") == -1 ||
	    (item = xmlrpc_in_value(p)) == NULL || xmlrpc_in_close_tag(p) == -1)
		goto out;
	value_append(to, buf_str(&name), item);
	item = NULL;
	rc = buf_ok(&name, p->e);
out:
	value_free(item);
	buf_free(&name);
	return rc;
}

static struct value *
parse_struct(struct xmlrpc_in *p)
{
	struct value *v = value_new_struct();
	enum at at;

	if (xmlrpc_in_empty(p))
		return v;
	while ((at = xmlrpc_in_tag(p)) == AT_START)
		if (parse_member(p, v) == -1)
			goto fail;
	if (at != AT_STOP)
		goto fail;
	if (value_index(v))
		return v;
	xmlrpc_in_fail(p, "a name stands twice");
fail:
	value_free(v);
	return NULL;
}

/* What stands inside <value>: the reader is on its element. */
static struct value *
parse_typed(struct xmlrpc_in *p)
{
	struct value *v;
	bool array = xmlrpc_in_named(p, "array");

	for (size_t i = 0; i < COUNT(scalars); i++)
		if (xmlrpc_in_named(p, scalars[i].name))
			return parse_scalar(p, &scalars[i]);
	if (!array && !xmlrpc_in_named(p, "struct")) {
		err_set(p->e, "line %d: <%.64s>: unknown type",
		    line(p),
		    (const char *)xmlTextReaderConstName(p->x));
		return NULL;
	}
	if (p->depth == 0) {
		xmlrpc_in_fail(p, "too deep");
		return NULL;
	}
	p->depth--;
	v = array ? parse_array(p) : parse_struct(p);
	p->depth++;
	return v;
}

/* Text without a type is a string, blanks and all. */
struct value *
xmlrpc_in_value(struct xmlrpc_in *p)
{
	struct value *v = NULL;
	struct buf b = { 0 };
	enum at at;

	if (!xmlrpc_in_named(p, "value") || p->count == 0) {
		xmlrpc_in_fail(p, p->count == 0 ? "too many values" :
		    "<value> is missing");
		return NULL;
	}
	p->count--;
	if (xmlrpc_in_empty(p))
		return value_new_str("");
	while ((at = next(p)) == AT_TEXT)
		buf_str_add(&b, text(p));
	if (at == AT_STOP && !b.failed)
		v = value_new_str(buf_str(&b));
	else if (at == AT_START && !blank(buf_str(&b)))
		xmlrpc_in_fail(p, "text beside an element");
	else if (at == AT_START)
		v = parse_typed(p);
	buf_free(&b);
	if (at == AT_START && v != NULL && xmlrpc_in_close_tag(p) == -1) {
		value_free(v);
		return NULL;
	}
	return v;
}

int
xmlrpc_in_open(struct xmlrpc_in *p, const char *xml, size_t len,
    const struct value_limits *limits, struct err *e)
{
	*p = (struct xmlrpc_in){ .depth = limits->depth, .count = limits->count,
	    .e = e };
	if (len > limits->bytes)
		return err_set(e, "larger than %zu bytes", limits->bytes);
	xmlResetLastError();
	p->x = xmlReaderForMemory(xml, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	    XML_PARSE_COMPACT);
	return p->x == NULL ? err_set(e, "out of memory") : 0;
}

void
xmlrpc_in_close(struct xmlrpc_in *p)
{
	if (p->x != NULL)
		xmlFreeTextReader(p->x);
	p->x = NULL;
}
