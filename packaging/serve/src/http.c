/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <microhttpd.h>
#include <openssl/crypto.h>

#include "files.h"
#include "serve.h"
#include "tree.h"

#define POST_MAX ((size_t)8 << 10)
#define MEMORY ((size_t)16 << 10)	/* of one connection */
#define CONNECTIONS 1000u
#define SILENT 60u			/* seconds until one is closed */

/* One request as it comes in. */
struct asked {
	char *body;
	size_t len;
	bool too_much;
};

struct ask {
	struct serve *s;
	struct MHD_Connection *c;
	const char *url, *method;
	const struct asked *asked;
	char peer[INET_ADDRSTRLEN];
};

static enum MHD_Result
answer(const struct ask *a, unsigned int status, struct MHD_Response *r,
    const char *type)
{
	enum MHD_Result rc;

	if (r == NULL)
		return MHD_NO;
	if (type != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	rc = MHD_queue_response(a->c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result
say(const struct ask *a, unsigned int status, const char *text)
{
	/* texts are of this program and stay where they are */
	return answer(a, status, MHD_create_response_from_buffer(strlen(text),
	    (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT), "text/plain");
}

/* The buf's bytes become the response's. */
static enum MHD_Result
give(const struct ask *a, struct buf *b, const char *type)
{
	size_t len = b->len;

	if (b->failed) {
		buf_free(b);
		return say(a, MHD_HTTP_SERVICE_UNAVAILABLE, "no memory\n");
	}
	buf_add(b, "", 0);
	a->s->machines.http += len;
	return answer(a, MHD_HTTP_OK, MHD_create_response_from_buffer(len,
	    buf_take(b), MHD_RESPMEM_MUST_FREE), type);
}

static enum MHD_Result
get_page(const struct ask *a)
{
	struct buf b = { 0 };

	machines_html(&a->s->machines, time(NULL), &b);
	return give(a, &b, "text/html; charset=utf-8");
}

static enum MHD_Result
get_json(const struct ask *a)
{
	struct buf b = { 0 };

	machines_json(&a->s->machines, time(NULL), serve_left(a->s), &b);
	return give(a, &b, "application/json");
}

/* In the same time whatever it is, so that it cannot be guessed by bytes. */
static bool
may_have_answers(const struct ask *a)
{
	const char *token = a->s->site.token, *said;
	size_t len = strlen(token);

	if (len == 0)
		return true;
	said = MHD_lookup_connection_value(a->c, MHD_HEADER_KIND,
	    MHD_HTTP_HEADER_AUTHORIZATION);
	return said != NULL && strncmp(said, "Bearer ", 7) == 0 &&
	    strlen(said + 7) == len && CRYPTO_memcmp(said + 7, token, len) ==
	    0;
}

static const char *
argument(const struct ask *a, const char *name)
{
	return MHD_lookup_connection_value(a->c, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result
get_answers(const struct ask *a)
{
	const char *mac = argument(a, "mac");
	const char *names[] = { NULL, argument(a, "serial"),
		argument(a, "uuid") };
	char text[DHCP_MAC_TEXT], plain[DHCP_MAC_TEXT] = "";
	struct buf b = { 0 };
	size_t len;
	char *data;

	if (a->s->answers == -1)
		return say(a, MHD_HTTP_NOT_FOUND, "no answers are served\n");
	if (!may_have_answers(a)) {
		log_warn(a->s->log, "%s: answers refused: no token, or a "
		    "wrong one", a->peer);
		return say(a, MHD_HTTP_UNAUTHORIZED, "a token is needed\n");
	}
	if (mac != NULL && site_mac(mac, plain)) {
		for (size_t i = 0; i < sizeof(plain); i++)
			text[i] = plain[i] == ':' ? '-' : plain[i];
		names[0] = text;
	}
	data = tree_answers(a->s->answers, names, 3, &len);
	if (data == NULL)
		return say(a, MHD_HTTP_NOT_FOUND, "no answers for this "
		    "machine, and no default.xml\n");
	if (!tokens_fill(&a->s->tokens, plain, data, len, &b)) {
		free(data);
		buf_free(&b);
		log_warn(a->s->log, "%s: answers refused: no token of the "
		    "pool is left for %s", a->peer, plain);
		return say(a, MHD_HTTP_FORBIDDEN, "no token of the pool is "
		    "left for this machine\n");
	}
	OPENSSL_cleanse(data, len);
	free(data);
	log_info(a->s->log, "%s: answers for %s", a->peer,
	    plain[0] != '\0' ? plain : "a machine without a MAC");
	machines_note(&a->s->machines, plain, a->peer, time(NULL),
	    "has its answers");
	return give(a, &b, "application/xml");
}

/* RFC 9110, 14.1: "bytes=N-" or "bytes=N-M"; anything else is the whole. */
static bool
range(const struct ask *a, uint64_t size, uint64_t *from, uint64_t *len)
{
	const char *said = MHD_lookup_connection_value(a->c, MHD_HEADER_KIND,
	    MHD_HTTP_HEADER_RANGE);
	uint64_t last = size - 1;
	int end = 0;

	*from = 0;
	*len = size;
	if (said == NULL || size == 0 ||
	    sscanf(said, "bytes=%18" SCNu64 "-%n", from, &end) != 1 ||
	    end == 0 || strchr("0123456789", said[6]) == NULL ||
	    (said[end] != '\0' && (strspn(said + end, "0123456789") !=
	    strlen(said + end) || sscanf(said + end, "%18" SCNu64,
	    &last) != 1)) || *from >= size || last < *from) {
		*from = 0;
		return false;
	}
	*len = (last < size - 1 ? last : size - 1) - *from + 1;
	return true;
}

static enum MHD_Result
get_file(const struct ask *a)
{
	struct MHD_Response *r;
	uint64_t from, len;
	struct file f;
	char text[80];
	bool part;

	if (files_open(&a->s->site, &a->s->roots, a->url, &f) == -1) {
		files_close(&f);
		return say(a, MHD_HTTP_NOT_FOUND, "no such file\n");
	}
	if (f.fd == -1)
		return give(a, &f.text, "text/plain");
	part = range(a, f.size, &from, &len);
	r = MHD_create_response_from_fd_at_offset64(len, f.fd, from);
	if (r == NULL) {
		files_close(&f);
		return MHD_NO;
	}
	snprintf(text, sizeof(text), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
	    from, from + len - 1, f.size);
	if (part)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_RANGE,
		    text);
	MHD_add_response_header(r, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
	if (strcmp(a->method, "GET") == 0) {
		a->s->machines.http += len;
		snprintf(text, sizeof(text), "loads %.60s", a->url + strspn(a->url, "/"));
		machines_note(&a->s->machines, "", a->peer, time(NULL), text);
		log_info(a->s->log, "%s: %s by HTTP", a->peer, a->url);
	}
	return answer(a, part ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, r,
	    "application/octet-stream");
}

static enum MHD_Result
post_progress(const struct ask *a)
{
	struct err e;

	if (a->asked->too_much)
		return say(a, MHD_HTTP_CONTENT_TOO_LARGE, "too large\n");
	if (machines_post(&a->s->machines, a->peer, a->asked->body != NULL ?
	    a->asked->body : "", a->asked->len, time(NULL), &e) == 0)
		return answer(a, MHD_HTTP_NO_CONTENT,
		    MHD_create_response_from_buffer(0, NULL,
		    MHD_RESPMEM_PERSISTENT), NULL);
	log_warn(a->s->log, "%s: not progress: %s", a->peer, e.text);
	return say(a, MHD_HTTP_BAD_REQUEST, "not progress\n");
}

static const struct route {
	const char *method, *url;	/* NULL: every other */
	enum MHD_Result (*run)(const struct ask *);
} routes[] = {
	{ "GET", "/", get_page },
	{ "GET", "/machines.json", get_json },
	{ "GET", "/answers", get_answers },
	{ "POST", "/progress", post_progress },
	{ "GET", NULL, get_file },
	{ "HEAD", NULL, get_file },
};

static enum MHD_Result
route(const struct ask *a)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strcmp(routes[i].method, a->method) == 0 &&
		    (routes[i].url == NULL ||
		    strcmp(routes[i].url, a->url) == 0))
			return routes[i].run(a);
	return say(a, MHD_HTTP_METHOD_NOT_ALLOWED, "not here\n");
}

/* A body is taken in as it comes; what is too much is read and dropped. */
static enum MHD_Result
take_body(struct asked *q, const char *data, size_t *len)
{
	if (q->body == NULL)
		q->body = malloc(POST_MAX + 1);
	if (q->body == NULL)
		return MHD_NO;
	q->too_much |= *len > POST_MAX - q->len;
	if (!q->too_much) {
		memcpy(q->body + q->len, data, *len);
		q->len += *len;
	}
	*len = 0;
	return MHD_YES;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **asked)
{
	const union MHD_ConnectionInfo *info;
	struct ask a = { .s = arg, .c = c, .url = url, .method = method };

	(void)version;
	if (*asked == NULL) {
		*asked = calloc(1, sizeof(struct asked));
		return *asked != NULL ? MHD_YES : MHD_NO;
	}
	if (*len > 0)
		return take_body(*asked, data, len);
	a.asked = *asked;
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info != NULL && info->client_addr->sa_family == AF_INET)
		peer_text((const struct sockaddr_in *)(const void *)
		    info->client_addr, a.peer);
	return route(&a);
}

static void
on_end(void *arg, struct MHD_Connection *c, void **asked,
    enum MHD_RequestTerminationCode how)
{
	struct asked *q = *asked;

	(void)arg;
	(void)c;
	(void)how;
	if (q != NULL)
		free(q->body);
	free(q);
	*asked = NULL;
}

int
http_start(struct serve *s, struct err *e)
{
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TURBO, 0, NULL,
	    NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->http,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY,
	    MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, SILENT,
	    MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
	if (s->daemon == NULL)
		return err_set(e, "the web server cannot be started");
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return err_set(e, "the web server has no epoll");
	return serve_watch(s, info->epoll_fd, SOURCE_HTTP, 0, e);
}

void
http_work(struct serve *s)
{
	MHD_run(s->daemon);
}

int
http_wait(const struct serve *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(s->daemon, &ms) != MHD_YES)
		return -1;
	return ms < 60000 ? (int)ms : 60000;
}

void
http_stop(struct serve *s)
{
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	s->daemon = NULL;
}
