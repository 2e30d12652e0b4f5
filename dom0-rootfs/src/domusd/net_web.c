/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "net_http.h"
#include "net_query.h"
#include "net_web.h"

/*
 * Nothing of another origin, nothing inline; canvas and data: are noVNC's.
 */
#define POLICY "default-src 'none'; script-src 'self'; style-src 'self'; " \
    "img-src 'self' data: blob:; connect-src 'self'; " \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

#define STRING(s) #s
#define FILE(n, path, type, tag, gz) __asm__(".section .rodata\n" \
    "web_" STRING(n) ":\n.incbin \"" gz "\"\n" \
    "web_end_" STRING(n) ":\n.byte 0\n.previous\n"); \
    extern const char web_##n[] __asm__("web_" STRING(n)); \
    extern const char web_end_##n[] __asm__("web_end_" STRING(n));
#include WEB_DEF
#undef FILE

static const struct {
	const char *path, *type, *tag, *data, *end;
} files[] = {
#define FILE(n, path, type, tag, gz) { path, type, tag, web_##n, \
    web_end_##n },
#include WEB_DEF
#undef FILE
};

static void
put(struct buf *to, const struct http *h, size_t i)
{
	size_t len = (size_t)(files[i].end - files[i].data);
	char tag[32];
	bool known;

	snprintf(tag, sizeof(tag), "\"%s\"", files[i].tag);
	known = strcmp(h->if_none_match, tag) == 0;
	buf_printf(to, "HTTP/1.1 %s\r\nConnection: %s\r\nETag: %s\r\n"
	    "Cache-Control: no-cache\r\nVary: Accept-Encoding\r\n",
	    known ? "304 Not Modified" : "200 OK",
	    http_keep_alive(h) ? "keep-alive" : "close", tag);
	if (!known)
		buf_printf(to, "Content-Type: %s\r\nContent-Length: %zu\r\n"
		    "Content-Encoding: gzip\r\n"
		    "Content-Security-Policy: " POLICY "\r\n"
		    "X-Content-Type-Options: nosniff\r\n"
		    "X-Frame-Options: DENY\r\n"
		    "Referrer-Policy: no-referrer\r\n", files[i].type, len);
	buf_str_add(to, "\r\n");
	if (!known && h->parser.method == HTTP_GET)
		buf_add(to, files[i].data, len);
}

bool
web_answer(struct buf *to, const struct http *h)
{
	const char *url = buf_str(&h->url);

	if ((h->parser.method != HTTP_GET && h->parser.method != HTTP_HEAD) ||
	    !query_lists(h->accept_encoding, "gzip"))
		return false;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (query_path_is(url, *files[i].path != '\0' ?
		    files[i].path : "/")) {
			put(to, h, i);
			return true;
		}
	}
	return false;
}
