/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_XML_H
#define INSTALLER_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "findings.h"

struct buf;

/*
 * A small XML document as a tree that knows where everything stood.  Read by
 * libxml2 with nothing fetched: no network, no external entities, no DTD but
 * the one inside the document, whose entities expand up to a limit.  CDATA is
 * text.  Comments and processing instructions are dropped.
 */
#define XML_MAX_SIZE (1 << 20)

struct xml_attr {
	char *name, *value;
	struct place at;
	struct xml_attr *next;
};

struct xml_elem {
	char *name;
	char *text;		/* its own text, blanks around it removed */
	struct place at;
	bool cdata;		/* some of its text was in CDATA */
	struct xml_attr *attrs;
	struct xml_elem *parent, *child, *next;
	struct xml_elem *last_child;
	struct buf *raw;	/* while reading only */
};

/*
 * The document's top element, or NULL after an error was added to f.  The
 * caller frees it.
 */
struct xml_elem *xml_parse(const char *text, size_t len, struct findings *f);

/* The attribute, or NULL. */
const struct xml_attr *xml_attr(const struct xml_elem *el, const char *name);

/* Add s with what XML needs escaped. */
void xml_escape(struct buf *to, const char *s);

/* el may be NULL. */
void xml_free(struct xml_elem *el);

#endif
