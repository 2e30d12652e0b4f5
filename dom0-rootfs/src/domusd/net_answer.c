/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "jsonrpc.h"
#include "net_answer.h"
#include "net_http.h"
#include "net_page.h"
#include "net_query.h"
#include "net_web.h"
#include "xmlrpc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LENGTH 11	/* digits of the largest body */

/* Browsers' clients come from another origin; xapi says the same. */
#define CORS "Access-Control-Allow-Origin: *\r\n" \
    "Access-Control-Allow-Headers: X-Requested-With\r\n"

/* Exactly so: with "; charset" npm's client falls back to XML-RPC. */
#define TYPE_JSON "application/json"
#define TYPE_XML "text/xml"
#define TYPE_TEXT "text/plain; charset=utf-8"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 406, "Not Acceptable" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 416, "Range Not Satisfiable" },
	{ 421, "Misdirected Request" },
	{ 426, "Upgrade Required" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
	{ 507, "Insufficient Storage" },
};

/* XenAPI's codes as statuses of pages; any other is a 500. */
static const struct {
	const char *code;
	int status;
} statuses[] = {
	{ "SESSION_INVALID", 401 },
	{ "SESSION_AUTHENTICATION_FAILED", 401 },
	{ "RBAC_PERMISSION_DENIED", 403 },
	{ "HANDLE_INVALID", 404 },
	{ "UUID_INVALID", 404 },
	{ "VDI_MISSING", 404 },
	{ "INVALID_VALUE", 400 },
	{ "VALUE_NOT_SUPPORTED", 400 },
	{ "IMPORT_ERROR", 400 },
	{ "VDI_IN_USE", 409 },
	{ "OTHER_OPERATION_IN_PROGRESS", 409 },
	{ "VM_BAD_POWER_STATE", 409 },
	{ "INVALID_RANGE", 416 },
	{ "SR_FULL", 507 },
	{ "TOO_BUSY", 503 },
};

/* One answer; body and more (further headers) may be "".  body NULL: it comes
 * behind the head, and then its length. */
struct answer {
	int status;
	const char *type, *more, *body;
	size_t len;
	bool keep_alive, no_body;
};

static const char *
reason(int status)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

static void
put(struct buf *to, const struct answer *a)
{
	buf_printf(to, "HTTP/1.1 %d %s\r\nConnection: %s\r\n"
	    "Content-Type: %s\r\nCache-Control: no-cache, no-store\r\n"
	    "%sContent-Length: %*zu\r\n\r\n", a->status,
	    reason(a->status), a->keep_alive ? "keep-alive" : "close",
	    a->type, a->more, a->body != NULL ? 0 : LENGTH, a->len);
	if (!a->no_body && a->body != NULL)
		buf_add(to, a->body, a->len);
}

/* The length of a body that was written behind its head, which ends at `at',
 * so that it need not be copied there.  Blanks may stand before a number. */
static void
put_length(struct buf *to, size_t at)
{
	char text[LENGTH + 1];

	snprintf(text, sizeof(text), "%*zu", LENGTH, to->len - at);
	memcpy(to->data + at - 4 - LENGTH, text, LENGTH);
}

static void
put_text(struct buf *to, const struct http *h, int status, const char *more,
    const char *text)
{
	put(to, &(struct answer){ .status = status, .type = TYPE_TEXT,
	    .more = more, .body = text, .len = strlen(text),
	    .keep_alive = h != NULL && http_keep_alive(h),
	    .no_body = h != NULL && h->parser.method == HTTP_HEAD });
}

void
answer_status(struct buf *to, int status)
{
	struct buf text = { 0 };

	buf_printf(&text, "%s\n", reason(status));
	put_text(to, NULL, status, "", buf_str(&text));
	buf_free(&text);
}

static bool
path_is(const struct http *h, const char *path)
{
	return query_path_is(buf_str(&h->url), path);
}

/* A host as in the Host header, with its port taken off; it goes into ours. */
static bool
host_ok(const char *host, size_t *len_r)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t len;

	if (*host == '[') {
		len = 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
		if (host[len++] != ']')
			return false;
	} else
		len = strspn(host, letters);
	*len_r = len;
	return len > 0 && (host[len] == '\0' ||
	    (host[len] == ':' &&
	    host[len + 1 + strspn(host + len + 1, "0123456789")] == '\0'));
}

static void
redirect(struct buf *to, unsigned int port, const struct http *h)
{
	const char *url = buf_str(&h->url);
	struct buf more = { 0 };
	size_t len;

	if (!host_ok(h->host, &len) || *url != '/') {
		put_text(to, h, 400, "", "This needs HTTPS.\n");
		return;
	}
	buf_printf(&more, "Location: https://%.*s", (int)len, h->host);
	if (port != 443)
		buf_printf(&more, ":%u", port);
	buf_printf(&more, "%s\r\n", url);
	put_text(to, h, 301, buf_str(&more), "This needs HTTPS.\n");
	buf_free(&more);
}

/* Anything but a POST. */
static void
answer_page(struct buf *to, const struct http *h)
{
	switch (h->parser.method) {
	case HTTP_OPTIONS:
		put_text(to, h, 200, CORS, "");
		return;
	case HTTP_GET:
	case HTTP_HEAD:
		if (web_answer(to, h))
			return;
		if (path_is(h, "/")) {
			put_text(to, h, 200, "", "Domus " DOMUS_VERSION "\n"
			    "This host speaks XenAPI: XML-RPC by POST to /, "
			    "JSON-RPC by POST to /jsonrpc.\n");
			return;
		}
		break;
	default:
		break;
	}
	put_text(to, h, 404, "", "Not Found\n");
}

/*
 * Every POST is XML-RPC but those to the two paths of JSON; clients rely on
 * that.  What cannot be parsed is an error of the API's own, since clients
 * see no more of another HTTP status than its number.
 */
bool
answer_request(struct buf *to, enum service service, unsigned int https_port,
    const struct http *h, struct call *c)
{
	bool json = path_is(h, "/jsonrpc") || path_is(h, "/json") ||
	    path_is(h, "/jsonrpc/");
	struct reply r = { 0 };
	struct err e;
	int rc;

	if (service == SERVICE_REDIRECT) {
		redirect(to, https_port, h);
		return false;
	}
	if (h->page) {
		if (page_call(h, c))
			return true;
		put_text(to, h, 400, "", "The query or a header is "
		    "malformed.\n");
		return false;
	}
	if (h->parser.method != HTTP_POST) {
		answer_page(to, h);
		return false;
	}
	if (json)
		rc = jsonrpc_call_parse(buf_str(&h->body), h->body.len,
		    &value_limits_request, c, &e);
	else
		rc = xmlrpc_call_parse(buf_str(&h->body), h->body.len,
		    &value_limits_request, c, &e);
	if (rc == 0)
		return true;
	reply_fail(&r, "XMLRPC_UNMARSHAL_FAILURE", json ? "a JSON-RPC call" :
	    "an XML-RPC call", e.text, NULL);
	answer_reply(to, h, c, &r);
	reply_free(&r);
	call_free(c);
	return false;
}

/* XML is made of values. */
static void
xml_body(struct buf *to, const struct call *c, const struct reply *r)
{
	struct reply whole = { .ok = true };
	struct err e;

	if (r->encoded != NULL) {
		whole.value = value_decode(r->encoded, r->encoded_len,
		    &value_limits_reply, NULL, &e);
		if (whole.value == NULL)
			reply_fail(&whole, "INTERNAL_ERROR", e.text, NULL);
		r = &whole;
	}
	xmlrpc_reply_put(to, c->method != NULL ? c->method : "", r);
	reply_free(&whole);
}

static void
page_failed(struct buf *to, const struct http *h, const struct reply *r)
{
	struct buf text = { 0 };
	struct err e;
	int status = 500;

	for (size_t i = 0; i < COUNT(statuses); i++)
		if (strcmp(statuses[i].code, r->code) == 0)
			status = statuses[i].status;
	reply_error(r, &e);
	buf_printf(&text, "%s\n", e.text);
	put_text(to, h, status, status == 401 ?
	    "WWW-Authenticate: Basic realm=\"XenAPI\"\r\n" : "",
	    buf_str(&text));
	buf_free(&text);
}

static void
page_answered(struct buf *to, const struct http *h, const struct value *v)
{
	const char *type = value_get_str(v, "type");
	const struct value *body = value_get(v, "body");
	const char *location = value_get_str(v, "location");
	struct buf more = { 0 };
	int64_t status = 200;
	struct err ignored;

	value_as_int(value_get(v, "status"), &status, &ignored);
	buf_str_add(&more, CORS);
	if (location != NULL && strpbrk(location, "\r\n") == NULL)
		buf_printf(&more, "Location: %s\r\n", location);
	put(to, &(struct answer){ .status = (int)status,
	    .type = type != NULL ? type : TYPE_TEXT, .more = buf_str(&more),
	    .body = body != NULL ? value_str(body) : "",
	    .len = value_len(body), .keep_alive = http_keep_alive(h) });
	buf_free(&more);
}

/* What became of a page. */
static void
page_reply(struct buf *to, const struct http *h, const struct reply *r)
{
	struct reply failed = { 0 };
	struct value *v;
	struct err e;

	if (!r->ok) {
		page_failed(to, h, r);
		return;
	}
	v = r->encoded == NULL ? value_copy(r->value) :
	    value_decode(r->encoded, r->encoded_len, &value_limits_reply,
	    NULL, &e);
	if (v != NULL)
		page_answered(to, h, v);
	else {
		reply_fail(&failed, "INTERNAL_ERROR", "answer", NULL);
		page_failed(to, h, &failed);
	}
	reply_free(&failed);
	value_free(v);
}

void
answer_stream(struct buf *to, const struct http *h, const struct value *v,
    int64_t length)
{
	const char *type = value_get_str(v, "type");
	const char *more = value_get_str(v, "headers");
	int64_t status = 200;
	struct err ignored;

	value_as_int(value_get(v, "status"), &status, &ignored);
	buf_printf(to, "HTTP/1.1 %d %s\r\nConnection: %s\r\n"
	    "Content-Type: %s\r\nCache-Control: no-cache, no-store\r\n"
	    CORS "%s", (int)status, reason((int)status),
	    http_keep_alive(h) ? "keep-alive" : "close",
	    type != NULL ? type : "application/octet-stream",
	    more != NULL ? more : "");
	if (length >= 0)
		buf_printf(to, "Content-Length: %lld\r\n\r\n",
		    (long long)length);
	else
		buf_printf(to, "%s\r\n", length == -1 ?
		    "Transfer-Encoding: chunked\r\n" : "");
}

void
answer_reply(struct buf *to, const struct http *h, const struct call *c,
    const struct reply *r)
{
	bool json = c->protocol != PROTOCOL_XMLRPC;
	size_t at;

	if (c->protocol == PROTOCOL_HTTP) {
		page_reply(to, h, r);
		return;
	}
	put(to, &(struct answer){ .status = 200, .more = CORS,
	    .type = json ? TYPE_JSON : TYPE_XML,
	    .keep_alive = http_keep_alive(h) });
	at = to->len;
	if (json)
		jsonrpc_reply_put(to, c, r);
	else
		xml_body(to, c, r);
	if (to->failed) {
		buf_reset(to);
		put_text(to, NULL, 503, "", "out of memory\n");
	} else
		put_length(to, at);
}
