/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "net_http.h"
#include "net_page.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_QUERY 32

static const struct {
	unsigned char verb;	/* llhttp's */
	const char *path;
} pages[] = {
	{ HTTP_PUT, "/import_raw_vdi" },
	{ HTTP_GET, "/export_raw_vdi" },
	{ HTTP_GET, "/export" },
	{ HTTP_GET, "/metrics" },
	{ HTTP_GET, "/rrd_updates" },
	{ HTTP_GET, "/host_rrds" },
	{ HTTP_GET, "/vm_rrds" },
};

/* With or without a slash at the end. */
static bool
path_is(const char *url, const char *path)
{
	size_t len = strcspn(url, "?#");

	if (len > 1 && url[len - 1] == '/')
		len--;
	return len == strlen(path) && memcmp(url, path, len) == 0;
}

static const char *
page_of(const struct http *h)
{
	for (size_t i = 0; i < COUNT(pages); i++)
		if (pages[i].verb == h->parser.method &&
		    path_is(buf_str(&h->url), pages[i].path))
			return pages[i].path;
	return NULL;
}

bool
page_is(const struct http *h)
{
	return page_of(h) != NULL;
}

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	return p != NULL ? (int)(p - digits) : -1;
}

/* The text of a query's part; NULL when it is no text at all. */
static struct value *
decoded(const char *s, size_t len)
{
	char text[1024];
	size_t n = 0;

	for (size_t i = 0; i < len && n < sizeof(text); i++) {
		text[n] = s[i] == '+' ? ' ' : s[i];
		if (s[i] == '%') {
			if (i + 2 >= len || hex(s[i + 1]) == -1 ||
			    hex(s[i + 2]) == -1)
				return NULL;
			text[n] = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		}
		n++;
	}
	if (n == sizeof(text) || !value_utf8_ok(text, n))
		return NULL;
	return value_new_text(text, n);
}

static int
one_of_query(struct value *query, const char *s, size_t len)
{
	size_t eq = 0;
	struct value *name, *v;

	while (eq < len && s[eq] != '=')
		eq++;
	name = decoded(s, eq);
	v = eq < len ? decoded(s + eq + 1, len - eq - 1) : value_new_str("");
	if (name == NULL || v == NULL || value_len(query) >= MAX_QUERY) {
		value_free(name);
		value_free(v);
		return -1;
	}
	value_set(query, value_str(name), v);
	value_free(name);
	return 0;
}

static struct value *
query_of(const char *url)
{
	struct value *query = value_new_struct();
	const char *p = url + strcspn(url, "?#");
	size_t len;

	if (*p == '?')
		p++;
	while (*p != '\0' && *p != '#') {
		len = strcspn(p, "&#");
		if (len > 0 && one_of_query(query, p, len) == -1) {
			value_free(query);
			return NULL;
		}
		p += len;
		if (*p == '&')
			p++;
	}
	return query;
}

/* The cookie of that name; its value is everything up to the next one. */
static struct value *
cookie_of(const char *cookies, const char *name)
{
	size_t len = strlen(name);
	const char *p = cookies;

	while (*p != '\0') {
		p += strspn(p, "; ");
		if (strncmp(p, name, len) == 0 && p[len] == '=') {
			p += len + 1;
			return decoded(p, strcspn(p, "; "));
		}
		p += strcspn(p, ";");
	}
	return NULL;
}

/* "Basic" and the base64 of "user:password". */
static int
basic(struct value *v, const char *header)
{
	unsigned char text[400];
	const char *colon, *s;
	int len, n;

	if (*header == '\0')
		return 0;
	if (strncasecmp(header, "Basic ", 6) != 0)
		return -1;
	s = header + 6 + strspn(header + 6, " ");
	len = (int)strlen(s);
	if (len == 0 || len % 4 != 0 || len > 500)
		return -1;
	n = EVP_DecodeBlock(text, (const unsigned char *)s, len);
	if (n < 1)
		return -1;
	n -= (s[len - 1] == '=') + (s[len - 2] == '=');
	colon = memchr(text, ':', (size_t)n);
	if (colon == NULL || !value_utf8_ok((char *)text, (size_t)n))
		return -1;
	value_set(v, "user", value_new_text((char *)text,
	    (size_t)(colon - (char *)text)));
	value_set(v, "password", value_new_text(colon + 1,
	    (size_t)((char *)text + n - colon - 1)));
	OPENSSL_cleanse(text, sizeof(text));
	return 0;
}

static void
set_text(struct value *v, const char *name, const char *text)
{
	if (*text != '\0' && value_utf8_ok(text, strlen(text)))
		value_set_str(v, name, text);
}

static void
session(struct value *v, const struct value *query, const struct http *h)
{
	const struct value *in_query = value_get(query, "session_id");
	struct value *s = in_query != NULL ? value_copy(in_query) :
	    cookie_of(h->cookie, "session_id");

	value_set(v, "session", s != NULL ? s : value_new_str(""));
}

bool
page_call(const struct http *h, struct call *c)
{
	struct value *v = value_new_struct(), *query;
	const char *path = page_of(h);
	bool chunked = (h->parser.flags & F_CHUNKED) != 0;
	char method[64];

	query = query_of(buf_str(&h->url));
	if (query == NULL || basic(v, h->authorization) == -1) {
		value_free(query);
		value_free(v);
		return false;
	}
	session(v, query, h);
	value_set_str(v, "verb", llhttp_method_name(h->parser.method));
	value_set_str(v, "path", path);
	value_set_int(v, "length", chunked ? -1 : h->length <= INT64_MAX ?
	    (int64_t)h->length : INT64_MAX);
	set_text(v, "range", h->range);
	set_text(v, "host", h->host);
	value_set(v, "query", query);
	snprintf(method, sizeof(method), "http.%s", path + 1);
	c->protocol = PROTOCOL_HTTP;
	c->method = strdup(method);
	c->params = value_new_array();
	value_add(c->params, v);
	return true;
}
