/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "client.h"
#include "fingerprint.h"
#include "jsonrpc.h"
#include "local.h"
#include "msg.h"

#define CONNECT_MS 10000
#define TIMEOUT_MS 3600000

struct rpc_client {
	char *where;		/* in front of errors */
	unsigned int timeout_ms;
	size_t answer_max;
	uint64_t last_id;
	/* over HTTPS */
	CURL *curl;
	struct curl_slist *headers;
	char url[300], curl_why[CURL_ERROR_SIZE];
	struct buf answer;
	bool pinned, refused;
	struct fingerprint want;
	char seen[FINGERPRINT_TEXT];
	/* over a local socket */
	int fd;
	struct msg_port port;
};

/* OpenSSL asks: is this chain good?  Only the first certificate counts. */
static int
check_certificate(X509_STORE_CTX *ctx, void *arg)
{
	struct rpc_client *c = arg;
	struct fingerprint f;
	struct err e;
	X509 *cert = X509_STORE_CTX_get0_cert(ctx);

	if (cert == NULL || fingerprint_of(cert, &f, &e) == -1)
		return 0;
	fingerprint_text(&f, c->seen);
	if (c->pinned && !fingerprint_equal(&f, &c->want)) {
		c->refused = true;
		X509_STORE_CTX_set_error(ctx, X509_V_ERR_CERT_REJECTED);
		return 0;
	}
	/* Without a pin: this one from now on. */
	c->want = f;
	c->pinned = true;
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return 1;
}

static CURLcode
on_ssl_ctx(CURL *curl, void *ssl_ctx, void *arg)
{
	(void)curl;
	SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, check_certificate, arg);
	return CURLE_OK;
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct rpc_client *c = arg;

	if (size * n > c->answer_max - c->answer.len)
		return 0;	/* curl: stop */
	buf_add(&c->answer, data, size * n);
	return c->answer.failed ? 0 : size * n;
}

static int
curl_set_up(struct rpc_client *c, const struct rpc_options *o)
{
	CURL *h = c->curl;
	long connect_ms = o->connect_ms != 0 ? (long)o->connect_ms : CONNECT_MS;

	c->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (c->headers == NULL)
		return -1;
	/* curl would ask for "100 Continue" before larger bodies. */
	if (curl_slist_append(c->headers, "Expect:") == NULL)
		return -1;
	return curl_easy_setopt(h, CURLOPT_URL, c->url) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_HTTPHEADER, c->headers) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx) ==
	    CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_SSL_CTX_DATA, c) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_WRITEDATA, c) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->curl_why) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) ==
	    CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms) ==
	    CURLE_OK ? 0 : -1;
}

/* A host is a name or an address: nothing that could end it in a URL. */
static int
url_set(struct rpc_client *c, const char *host, unsigned int port,
    struct err *e)
{
	bool v6 = strchr(host, ':') != NULL;

	if (*host == '\0' || host[strspn(host, "0123456789abcdefghijklmnopqr"
	    "stuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:_%")] != '\0' ||
	    strlen(host) > 255)
		return err_set(e, "\"%.100s\" is not a host", host);
	snprintf(c->url, sizeof(c->url), "https://%s%s%s:%u/jsonrpc",
	    v6 ? "[" : "", host, v6 ? "]" : "", port != 0 ? port : 443);
	return 0;
}

static int
https_open(struct rpc_client *c, const struct rpc_options *o, struct err *e)
{
	if (url_set(c, o->host, o->port, e) == -1)
		return -1;
	if (o->fingerprint != NULL) {
		if (fingerprint_parse(o->fingerprint, &c->want, e) == -1)
			return -1;
		c->pinned = true;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, "curl: cannot start");
	c->curl = curl_easy_init();
	if (c->curl == NULL || curl_set_up(c, o) == -1)
		return err_set(e, "curl: cannot be set up");
	return 0;
}

int
rpc_client_open(const struct rpc_options *o, struct rpc_client **c_r,
    struct err *e)
{
	struct rpc_client *c = calloc(1, sizeof(*c));
	int rc = -1;

	if (c == NULL)
		return err_sys(e, "client");
	c->fd = -1;
	c->timeout_ms = o->timeout_ms != 0 ? o->timeout_ms : TIMEOUT_MS;
	c->answer_max = o->answer_max != 0 ? o->answer_max :
	    value_limits_reply.bytes;
	c->where = strdup(o->socket != NULL ? o->socket : o->host);
	if (c->where == NULL) {
		err_sys(e, "client");
		goto out;
	}
	if (o->socket != NULL) {
		c->fd = local_connect(o->socket, e);
		if (c->fd == -1)
			goto out;
		msg_port_init(&c->port, c->fd, MSG_FROM_CORE,
		    MSG_MAX_FROM_CORE, MSG_MAX_FROM_NET);
	} else if (https_open(c, o, e) == -1)
		goto out;
	*c_r = c;
	c = NULL;
	rc = 0;
out:
	rpc_client_close(c);
	return rc;
}

void
rpc_client_close(struct rpc_client *c)
{
	if (c == NULL)
		return;
	if (c->curl != NULL) {
		curl_easy_cleanup(c->curl);
		curl_slist_free_all(c->headers);
		curl_global_cleanup();
	}
	if (c->fd != -1)
		close(c->fd);
	msg_port_free(&c->port);
	buf_free(&c->answer);
	free(c->where);
	free(c);
}

const char *
rpc_client_seen(const struct rpc_client *c)
{
	return c->seen;
}

/* Why there is no answer. */
static int
transport_error(struct rpc_client *c, CURLcode code, struct err *e)
{
	char want[FINGERPRINT_TEXT];

	if (c->refused) {
		fingerprint_text(&c->want, want);
		return err_set(e, "%s: wrong certificate: expected %s, "
		    "the server has %s", c->where, want, c->seen);
	}
	if (code == CURLE_WRITE_ERROR)
		return err_set(e, "%s: the answer is too large", c->where);
	return err_set(e, "%s: %s", c->where, c->curl_why[0] != '\0' ?
	    c->curl_why : curl_easy_strerror(code));
}

static int
https_call(struct rpc_client *c, const char *method,
    const struct value *params, struct reply *r, struct err *e)
{
	struct buf body = { 0 };
	CURLcode code;
	long status = 0;
	int rc = -1;

	jsonrpc_call_put(&body, method, params, (int64_t)++c->last_id);
	if (buf_ok(&body, e) == -1)
		goto out;
	buf_reset(&c->answer);
	c->refused = false;
	c->curl_why[0] = '\0';
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)body.len);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body.data);
	code = curl_easy_perform(c->curl);
	if (code != CURLE_OK) {
		transport_error(c, code, e);
		goto out;
	}
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200) {
		err_set(e, "%s: HTTP status %ld", c->where, status);
		goto out;
	}
	if (jsonrpc_reply_parse(buf_str(&c->answer), c->answer.len,
	    &value_limits_reply, r, e) == -1) {
		err_in(e, "%s: answer", c->where);
		goto out;
	}
	rc = 0;
out:
	buf_free(&body);
	return rc;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Wait for the answer of that id; others are of calls given up before. */
static int
local_wait(struct rpc_client *c, uint64_t id, struct reply *r, struct err *e)
{
	int64_t end = now_ms() + c->timeout_ms, left;
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	struct msg m;
	int n;

	for (;;) {
		n = msg_next(&c->port, &m, e);
		if (n == -1)
			return -1;
		if (n == 1 && m.kind == MSG_REPLY && m.id == id)
			return msg_reply_get(&m, r, e);
		if (n == 1)
			continue;
		left = end - now_ms();
		n = left > 0 ? poll(&p, 1, (int)left) : 0;
		if (n == -1 && errno != EINTR)
			return err_sys(e, "poll");
		if (n == 0)
			return err_set(e, "no answer in time");
		if (n == 1 && msg_fill(&c->port, e) == -1)
			return -1;
		if (c->port.eof)
			return err_set(e, "the agent has closed the socket");
	}
}

int
rpc_call(struct rpc_client *c, const char *method, const struct value *params,
    struct reply *r, struct err *e)
{
	char name[256];
	struct call call = { .method = name };

	*r = (struct reply){ 0 };
	if (c->curl != NULL)
		return https_call(c, method, params, r, e);
	if ((size_t)snprintf(name, sizeof(name), "%s", method) >= sizeof(name))
		return err_set(e, "%s: method name is too long", c->where);
	call.protocol = PROTOCOL_JSONRPC2;
	call.params = (struct value *)(uintptr_t)params;	/* only read */
	if (msg_call_put(&c->port, ++c->last_id, &call, e) == -1 ||
	    msg_flush(&c->port, e) == -1 ||
	    local_wait(c, c->last_id, r, e) == -1)
		return err_in(e, "%s", c->where);
	return 0;
}

struct value *
rpc_value(struct rpc_client *c, const char *method,
    const struct value *params, struct err *e)
{
	struct value *v = NULL;
	struct reply r = { 0 };

	if (value_ok(params, e) == 0 &&
	    rpc_call(c, method, params, &r, e) == 0) {
		if (r.ok) {
			v = r.value;
			r.value = NULL;
		} else
			reply_error(&r, e);
	}
	reply_free(&r);
	return v;
}

struct value *
rpc_get(struct rpc_client *c, struct err *e, const char *method, ...)
{
	struct value *params = value_new_array(), *v;
	const char *s;
	va_list ap;

	va_start(ap, method);
	while ((s = va_arg(ap, const char *)) != NULL)
		value_add_str(params, s);
	va_end(ap);
	v = rpc_value(c, method, params, e);
	value_free(params);
	return v;
}
