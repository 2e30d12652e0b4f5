/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "jsonrpc.h"
#include "net_answer.h"
#include "net_http.h"
#include "xmlrpc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

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
	{ 301, "Moved Permanently" },
	{ 400, "Bad Request" },
	{ 404, "Not Found" },
	{ 413, "Content Too Large" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

/* One answer; body and more (further headers) may be "". */
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
	    "Content-Length: %zu\r\nContent-Type: %s\r\n"
	    "Cache-Control: no-cache, no-store\r\n%s\r\n", a->status,
	    reason(a->status), a->keep_alive ? "keep-alive" : "close", a->len,
	    a->type, a->more);
	if (!a->no_body)
		buf_add(to, a->body, a->len);
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

/* The path of a URL without its query. */
static bool
path_is(const struct http *h, const char *path)
{
	const char *url = buf_str(&h->url);
	size_t len = strcspn(url, "?#");

	return len == strlen(path) && memcmp(url, path, len) == 0;
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

void
answer_reply(struct buf *to, const struct http *h, const struct call *c,
    const struct reply *r)
{
	bool json = c->protocol != PROTOCOL_XMLRPC;
	struct buf body = { 0 };

	if (json)
		jsonrpc_reply_put(&body, c, r);
	else
		xml_body(&body, c, r);
	if (body.failed)
		put_text(to, NULL, 503, "", "out of memory\n");
	else
		put(to, &(struct answer){ .status = 200, .more = CORS,
		    .type = json ? TYPE_JSON : TYPE_XML, .body = body.data,
		    .len = body.len, .keep_alive = http_keep_alive(h) });
	buf_free(&body);
}
