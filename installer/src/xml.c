/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>

#include "buf.h"
#include "complaint.h"
#include "xml.h"

/* Entities may blow a document up; no answer file is near this. */
#define MAX_TEXT (4u << 20)
#define MAX_ELEMENTS 20000u

struct reading {
	xmlParserCtxtPtr main;	/* not the one of an entity's content */
	const char *text;
	size_t len;
	struct findings *f;
	struct xml_elem *top, *now;
	struct place last;	/* of the element before */
	struct place known;	/* of the byte at known_offset */
	size_t known_offset;
	size_t tag_start, tag_end;
	size_t total;
	unsigned int elements;
	int stopped;
};

static struct reading *
reading(void *ctx)
{
	return ((xmlParserCtxtPtr)ctx)->_private;
}

static void
stop(struct reading *r, xmlParserCtxtPtr ctx, struct place at,
    const char *remedy, const char *why)
{
	if (!r->stopped)
		finding_add(r->f, SEVERITY_ERROR, at, remedy, "%s", why);
	r->stopped = 1;
	xmlStopParser(ctx);
	if (ctx != r->main)
		xmlStopParser(r->main);
}

/*
 * Columns count characters, so UTF-8's following bytes do not.  Offsets
 * mostly grow, so counting starts where it stopped.
 */
static struct place
place_of(struct reading *r, size_t offset)
{
	struct place at = r->known;
	size_t i = r->known_offset;

	if (offset < i || at.line == 0) {
		at = (struct place){ 1, 1 };
		i = 0;
	}
	for (; i < offset && i < r->len; i++) {
		if (r->text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if (((unsigned char)r->text[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	r->known = at;
	r->known_offset = i;
	return at;
}

/*
 * libxml2 calls back at the end of a start tag.  A tag holds no "<" but its
 * first byte, so that is found by going back.
 */
static void
find_tag(struct reading *r)
{
	long n = xmlByteConsumed(r->main);
	size_t end = n < 0 ? 0 : (size_t)n;

	if (end > r->len)
		end = r->len;
	r->tag_end = end;
	while (end > 0 && r->text[end - 1] != '<')
		end--;
	r->tag_start = end > 0 ? end - 1 : 0;
	r->last = place_of(r, r->tag_start);
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where attribute `name' stands in the tag, outside of quoted values. */
static struct place
find_attr(struct reading *r, const char *name)
{
	size_t n = strlen(name), i;
	char quote = '\0';

	for (i = r->tag_start; i + n < r->tag_end; i++) {
		if (quote != '\0') {
			if (r->text[i] == quote)
				quote = '\0';
			continue;
		}
		if (r->text[i] == '"' || r->text[i] == '\'') {
			quote = r->text[i];
			continue;
		}
		if (i > 0 && is_blank(r->text[i - 1]) &&
		    memcmp(r->text + i, name, n) == 0 &&
		    (r->text[i + n] == '=' || is_blank(r->text[i + n])))
			return place_of(r, i);
	}
	return r->last;
}

static int
add_attr(struct reading *r, struct xml_elem *el, const xmlChar **five)
{
	struct xml_attr *a, **end = &el->attrs;
	size_t n = (size_t)(five[4] - five[3]);

	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return -1;
	while (*end != NULL)
		end = &(*end)->next;
	*end = a;
	a->name = strdup((const char *)five[0]);
	a->value = strndup((const char *)five[3], n);
	if (a->name == NULL || a->value == NULL)
		return -1;
	a->at = find_attr(r, a->name);
	r->total += n;
	return 0;
}

static void
hang_in(struct reading *r, struct xml_elem *el)
{
	el->parent = r->now;
	if (r->now == NULL)
		r->top = el;
	else if (r->now->last_child == NULL)
		r->now->child = el;
	else
		r->now->last_child->next = el;
	if (r->now != NULL)
		r->now->last_child = el;
	r->now = el;
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattrs, int ndefault,
    const xmlChar **attrs)
{
	struct reading *r = reading(ctx);
	struct xml_elem *el;

	(void)prefix, (void)uri, (void)nns, (void)ns, (void)ndefault;
	if (r->stopped)
		return;
	if (ctx == r->main)
		find_tag(r);
	el = calloc(1, sizeof(*el));
	if (el == NULL) {
		stop(r, ctx, r->last, NULL, "out of memory");
		return;
	}
	el->at = r->last;
	hang_in(r, el);
	el->name = strdup((const char *)name);
	el->raw = calloc(1, sizeof(*el->raw));
	for (int i = 0; i < nattrs; i++)
		if (add_attr(r, el, attrs + (ptrdiff_t)5 * i) == -1)
			el->name = (free(el->name), NULL);
	if (el->name == NULL || el->raw == NULL)
		stop(r, ctx, r->last, NULL, "out of memory");
	else if (++r->elements > MAX_ELEMENTS || r->total > MAX_TEXT)
		stop(r, ctx, r->last, NULL, "too much in one document");
}

static char *
stripped(const struct buf *raw)
{
	const char *s = buf_str(raw);
	size_t n = strlen(s);

	while (n > 0 && is_blank(*s))
		s++, n--;
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	return strndup(s, n);
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct reading *r = reading(ctx);
	struct xml_elem *el = r->now;

	(void)name, (void)prefix, (void)uri;
	if (r->stopped || el == NULL)
		return;
	el->text = el->raw->failed ? NULL : stripped(el->raw);
	buf_free(el->raw);
	free(el->raw);
	el->raw = NULL;
	r->now = el->parent;
	if (el->text == NULL)
		stop(r, ctx, el->at, NULL, "out of memory");
}

static void
on_text(void *ctx, const xmlChar *s, int len)
{
	struct reading *r = reading(ctx);

	if (r->stopped || r->now == NULL || len < 0)
		return;
	r->total += (size_t)len;
	if (r->total > MAX_TEXT) {
		stop(r, ctx, r->now->at, NULL, "its entities expand to too "
		    "much text");
		return;
	}
	buf_add(r->now->raw, s, (size_t)len);
}

static void
on_cdata(void *ctx, const xmlChar *s, int len)
{
	struct reading *r = reading(ctx);

	if (r->now != NULL)
		r->now->cdata = true;
	on_text(ctx, s, len);
}

static void
on_entity(void *ctx, const xmlChar *name, int type, const xmlChar *public,
    const xmlChar *system, xmlChar *content)
{
	struct reading *r = reading(ctx);

	if (system != NULL || public != NULL ||
	    type == XML_EXTERNAL_GENERAL_PARSED_ENTITY ||
	    type == XML_INTERNAL_PARAMETER_ENTITY) {
		find_tag(r);
		stop(r, ctx, r->last, "write the text itself",
		    "the document declares an external or a parameter entity");
		return;
	}
	xmlSAX2EntityDecl(ctx, name, type, public, system, content);
}

static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *id,
    const xmlChar *system)
{
	(void)id, (void)system;
	/* Without its address: an outer DTD is not even named to libxml2. */
	xmlSAX2InternalSubset(ctx, name, NULL, NULL);
}

static xmlParserInputPtr
on_outside(void *ctx, const xmlChar *id, const xmlChar *system)
{
	(void)ctx, (void)id, (void)system;
	return NULL;
}

static void
on_error(void *ctx, xmlErrorPtr why)
{
	const struct complaint *c = complaint_of(why->code);
	struct reading *r = reading(ctx);
	struct place at = { 0, 0 };

	if (r->stopped || why->level < XML_ERR_ERROR)
		return;
	if (why->line > 0) {
		at.line = (unsigned int)why->line;
		at.column = why->int2 > 0 ? (unsigned int)why->int2 : 1;
	}
	if (c->text != NULL)
		finding_add(r->f, SEVERITY_ERROR, at, c->remedy,
		    "not well-formed XML: %s", c->text);
	else
		finding_add(r->f, SEVERITY_ERROR, at, NULL,
		    "not well-formed XML (libxml2's error %d)", why->code);
}

static xmlParserCtxtPtr
parser(struct reading *r)
{
	xmlParserCtxtPtr ctx;

	ctx = xmlCreateMemoryParserCtxt(r->text, (int)r->len);
	if (ctx == NULL)
		return NULL;
	xmlCtxtUseOptions(ctx, XML_PARSE_NONET | XML_PARSE_NOENT |
	    XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	ctx->_private = r;
	ctx->sax->initialized = XML_SAX2_MAGIC;
	ctx->sax->startElementNs = on_start;
	ctx->sax->endElementNs = on_end;
	ctx->sax->characters = on_text;
	ctx->sax->ignorableWhitespace = on_text;
	ctx->sax->cdataBlock = on_cdata;
	ctx->sax->comment = NULL;
	ctx->sax->processingInstruction = NULL;
	ctx->sax->reference = NULL;
	ctx->sax->internalSubset = on_doctype;
	ctx->sax->externalSubset = NULL;
	ctx->sax->resolveEntity = on_outside;
	ctx->sax->entityDecl = on_entity;
	ctx->sax->serror = on_error;
	r->main = ctx;
	return ctx;
}

struct xml_elem *
xml_parse(const char *text, size_t len, struct findings *f)
{
	struct reading r = { .text = text, .len = len, .f = f };
	struct place whole = { 0, 0 };
	size_t errors = f->errors;
	xmlParserCtxtPtr ctx;

	if (len == 0 || len > XML_MAX_SIZE) {
		finding_add(f, SEVERITY_ERROR, whole, NULL, len == 0 ?
		    "the file is empty" : "the file is larger than 1 MiB");
		return NULL;
	}
	if (memchr(text, '\0', len) != NULL) {
		finding_add(f, SEVERITY_ERROR, whole, "save it as UTF-8",
		    "the file is not text in UTF-8");
		return NULL;
	}
	ctx = parser(&r);
	if (ctx == NULL) {
		finding_add(f, SEVERITY_ERROR, whole, NULL, "out of memory");
		return NULL;
	}
	xmlParseDocument(ctx);
	if (!ctx->wellFormed && f->errors == errors)
		finding_add(f, SEVERITY_ERROR, whole, NULL,
		    "not well-formed XML");
	xmlFreeDoc(ctx->myDoc);
	ctx->myDoc = NULL;
	xmlFreeParserCtxt(ctx);
	if (f->errors != errors) {
		xml_free(r.top);
		return NULL;
	}
	return r.top;
}
