/* SPDX-License-Identifier: ISC */
#ifndef RPC_XMLRPC_IN_H
#define RPC_XMLRPC_IN_H

#include <stdbool.h>
#include <stdint.h>

#include <libxml/xmlreader.h>

#include "buf.h"
#include "err.h"
#include "value.h"

/*
 * Reading XML-RPC step by step, by libxml2's reader; of xmlrpc_parse.c only.
 * What fails sets e, with the line.
 */
struct xmlrpc_in {
	xmlTextReaderPtr x;
	unsigned int depth;	/* containers that may still open */
	uint32_t count;		/* values that may still come */
	struct err *e;
};

/* What stands at the reader after a step. */
enum at { AT_ERROR, AT_START, AT_STOP, AT_TEXT, AT_END };

int xmlrpc_in_open(struct xmlrpc_in *p, const char *xml, size_t len,
    const struct value_limits *limits, struct err *e);
void xmlrpc_in_close(struct xmlrpc_in *p);

int xmlrpc_in_fail(struct xmlrpc_in *p, const char *what);

/* The next start or end of an element; only blanks may stand before it. */
enum at xmlrpc_in_tag(struct xmlrpc_in *p);

/* Step to the start of that element; to the end of the one we are in. */
int xmlrpc_in_open_tag(struct xmlrpc_in *p, const char *name);
int xmlrpc_in_close_tag(struct xmlrpc_in *p);

/* Whether this is the reader's element; whether it is <so/>. */
bool xmlrpc_in_named(struct xmlrpc_in *p, const char *name);
bool xmlrpc_in_empty(struct xmlrpc_in *p);

/* The text up to the end of the element that starts here. */
int xmlrpc_in_text(struct xmlrpc_in *p, struct buf *to);

/* The value whose <value> the reader is on; afterwards it is on </value>. */
struct value *xmlrpc_in_value(struct xmlrpc_in *p);

#endif
