/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "xmlrpc.h"
#include "xmlrpc_in.h"

/* <params> of a call; the reader stands before it or at the end. */
static int
parse_params(struct xmlrpc_in *p, struct value *params)
{
	struct value *item;
	enum at at = xmlrpc_in_tag(p);

	if (at == AT_STOP)
		return 0;	/* </methodCall>: no <params> at all */
	if (at != AT_START || !xmlrpc_in_named(p, "params"))
		return at == AT_ERROR ? -1 : xmlrpc_in_fail(p, "<params> is missing");
	if (xmlrpc_in_empty(p))
		return xmlrpc_in_close_tag(p);
	while ((at = xmlrpc_in_tag(p)) == AT_START) {
		if (!xmlrpc_in_named(p, "param") || xmlrpc_in_empty(p))
			return xmlrpc_in_fail(p, "<param> is missing");
		if (xmlrpc_in_open_tag(p, "value") == -1 ||
		    (item = xmlrpc_in_value(p)) == NULL)
			return -1;
		value_add(params, item);
		if (xmlrpc_in_close_tag(p) == -1)
			return -1;
	}
	return at == AT_STOP ? xmlrpc_in_close_tag(p) : -1;
}

int
xmlrpc_call_parse(const char *xml, size_t len,
    const struct value_limits *limits, struct call *c, struct err *e)
{
	struct buf name = { 0 };
	struct xmlrpc_in p;
	int rc = -1;

	*c = (struct call){ .protocol = PROTOCOL_XMLRPC };
	if (xmlrpc_in_open(&p, xml, len, limits, e) == -1)
		goto out;
	err_set(e, "out of memory");
	c->params = value_new_array();
	if (xmlrpc_in_open_tag(&p, "methodCall") == -1 ||
	    xmlrpc_in_open_tag(&p, "methodName") == -1 ||
	    xmlrpc_in_text(&p, &name) == -1 ||
	    parse_params(&p, c->params) == -1)
		goto out;
	if (xmlrpc_in_tag(&p) != AT_END || buf_ok(&name, e) == -1 ||
	    value_ok(c->params, e) == -1)
		goto out;
	c->method = strdup(buf_str(&name));
	rc = c->method != NULL ? 0 : err_set(e, "out of memory");
out:
	xmlrpc_in_close(&p);
	buf_free(&name);
	if (rc == -1)
		call_free(c);
	return rc;
}

/* The one value of a <methodResponse>, of <params> or of <fault>. */
static struct value *
parse_response(struct xmlrpc_in *p, bool *fault_r)
{
	if (xmlrpc_in_open_tag(p, "methodResponse") == -1)
		return NULL;
	if (xmlrpc_in_tag(p) != AT_START) {
		xmlrpc_in_fail(p, "<params> is missing");
		return NULL;
	}
	*fault_r = xmlrpc_in_named(p, "fault");
	if (!*fault_r && xmlrpc_in_open_tag(p, "param") == -1)
		return NULL;
	return xmlrpc_in_open_tag(p, "value") == -1 ? NULL : xmlrpc_in_value(p);
}

/* {Status, Value | ErrorDescription} to a reply; v is used up. */
static void
reply_of(struct value *v, bool fault, struct reply *r)
{
	const char *status = value_get_str(v, "Status");
	struct value *why = value_get(v, "ErrorDescription");
	const char *code = value_str(value_at(why, 0));
	const char *text = value_get_str(v, "faultString");

	if (fault)
		reply_fail(r, "INTERNAL_ERROR", text != NULL ? text : "", NULL);
	else if (status != NULL && strcmp(status, "Failure") == 0) {
		reply_fail(r, code != NULL ? code : "INTERNAL_ERROR", NULL);
		for (size_t i = 1; i < value_len(why); i++)
			value_add(r->params, value_copy(value_at(why, i)));
	} else if (status != NULL && strcmp(status, "Success") == 0)
		reply_set(r, value_copy(value_get(v, "Value")));
	else {
		reply_set(r, v);
		return;
	}
	value_free(v);
}

int
xmlrpc_reply_parse(const char *xml, size_t len,
    const struct value_limits *limits, struct reply *r, struct err *e)
{
	struct value *v = NULL;
	struct xmlrpc_in p;
	bool fault = false;
	int rc = -1;

	*r = (struct reply){ 0 };
	if (xmlrpc_in_open(&p, xml, len, limits, e) == -1)
		goto out;
	err_set(e, "out of memory");
	v = parse_response(&p, &fault);
	if (v == NULL || value_ok(v, e) == -1)
		goto out;
	reply_of(v, fault, r);
	v = NULL;
	rc = value_ok(r->ok ? r->value : r->params, e);
out:
	xmlrpc_in_close(&p);
	value_free(v);
	if (rc == -1)
		reply_free(r);
	return rc;
}
