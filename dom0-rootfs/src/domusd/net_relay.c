/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_query.h"
#include "net_relay.h"
#include "net_tls.h"
#include "net_ws.h"

#define KEPT 32768		/* read on when less waits to be written */
#define PIECE 16384
#define STUCK_MS 60000		/* a client that takes nothing is gone */
#define REF 128

struct relay {
	int fd;			/* -1: no answer yet */
	uint32_t interest;
	bool websocket, eof;
	struct ws ws;
	struct buf to;		/* for fd */
	size_t to_at;
};

bool
relay_wanted(const struct http *h)
{
	return query_path_is(buf_str(&h->url), "/console") &&
	    (h->parser.method == HTTP_CONNECT ||
	    h->parser.method == HTTP_GET);
}

void
relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	if (r->fd != -1)
		close(r->fd);
	buf_free(&r->to);
	free(r);
}

static bool
refuse(struct conn *c, int status)
{
	answer_status(&c->out, status);
	return false;
}

bool
relay_request(struct conn *c)
{
	const struct http *h = &c->http;
	const char *url = buf_str(&h->url);
	char session[REF], ref[REF], accept[32];
	struct call *call = &c->call;
	bool connect = h->parser.method == HTTP_CONNECT;

	if (!connect && (strcasecmp(h->upgrade, "websocket") != 0 ||
	    strcmp(h->ws_version, "13") != 0 ||
	    ws_accept(h->ws_key, accept) == -1))
		return refuse(c, 426);
	if (!query_get(url, "session_id", session, REF) &&
	    !query_cookie(h->cookie, "session_id", session, REF))
		return refuse(c, 401);
	if (!query_get(url, "ref", ref, REF) &&
	    !query_get(url, "uuid", ref, REF))
		return refuse(c, 400);
	c->relay = calloc(1, sizeof(*c->relay));
	call->method = strdup("console.domus_open");
	call->params = value_new_array();
	if (c->relay == NULL || call->method == NULL)
		return refuse(c, 503);
	c->relay->fd = -1;
	c->relay->websocket = !connect;
	call->protocol = PROTOCOL_JSONRPC2;
	value_add_str(call->params, session);
	value_add_str(call->params, ref);
	return true;
}

static int
status_of(const char *code)
{
	static const struct {
		const char *code;
		int status;
	} codes[] = {
		{ "SESSION_INVALID", 401 },
		{ "RBAC_PERMISSION_DENIED", 403 },
		{ "HANDLE_INVALID", 404 },
		{ "VM_BAD_POWER_STATE", 409 },
		{ "HOST_IS_SLAVE", 421 },
		{ "TOO_BUSY", 503 },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].code, code) == 0)
			return codes[i].status;
	return 500;
}

/* "HTTP/1.1 200" is what answers a CONNECT, also one of HTTP/1.0. */
static void
put_head(struct conn *c)
{
	const struct http *h = &c->http;
	char accept[32];

	if (!c->relay->websocket || ws_accept(h->ws_key, accept) == -1) {
		buf_str_add(&c->out, "HTTP/1.1 200 OK\r\n"
		    "Connection: keep-alive\r\n"
		    "Cache-Control: no-cache, no-store\r\n\r\n");
		return;
	}
	buf_printf(&c->out, "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n%s\r\n", accept,
	    query_lists(h->ws_protocol, "binary") ?
	    "Sec-WebSocket-Protocol: binary\r\n" : "");
}

void
relay_reply(struct conn *c, struct reply *r)
{
	struct epoll_event ev = { .events = EPOLLIN,
		.data.u64 = c->slot | RELAY_DATA };
	struct relay *relay = c->relay;
	const int on = 1;

	relay->fd = reply_take_fd(r);
	if (relay->fd == -1 || epoll_ctl(c->net->epoll, EPOLL_CTL_ADD,
	    relay->fd, &ev) == -1) {
		answer_status(&c->out, status_of(r->code != NULL ? r->code :
		    "INTERNAL_ERROR"));
		conn_answer(c, false);
		return;
	}
	relay->interest = ev.events;
	setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	put_head(c);
	c->state = CONN_RELAY;
	c->deadline = INT64_MAX;
}

static void
put(struct relay *r, struct buf *out, const char *data, size_t len)
{
	if (r->websocket)
		ws_put(out, data, len);
	else
		buf_add(out, data, len);
}

static void
used_up(struct buf *b, size_t *at)
{
	if (*at == b->len) {
		buf_reset(b);
		*at = 0;
	}
}

/* Each moves a little: GO_ON when it did, WAIT when there is nothing. */
static enum next
from_guest(struct conn *c)
{
	struct relay *r = c->relay;
	char data[PIECE];
	ssize_t n;

	if (r->eof || c->out.len - c->out_at >= KEPT)
		return WAIT;
	n = read(r->fd, data, sizeof(data));
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return WAIT;
	if (n > 0) {
		put(r, &c->out, data, (size_t)n);
		return GO_ON;
	}
	r->eof = true;
	if (r->websocket && !r->ws.closed)
		ws_put_close(&c->out, 1001);
	return GO_ON;
}

static enum next
to_guest(struct relay *r)
{
	ssize_t n;

	if (r->to.failed)
		return OVER;
	if (r->to_at == r->to.len || r->eof)
		return WAIT;
	n = send(r->fd, r->to.data + r->to_at, r->to.len - r->to_at,
	    MSG_NOSIGNAL);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return WAIT;
	if (n == -1) {
		r->eof = true;
		return GO_ON;
	}
	r->to_at += (size_t)n;
	used_up(&r->to, &r->to_at);
	return GO_ON;
}

static int
take(struct conn *c, const char *data, size_t len)
{
	struct relay *r = c->relay;

	if (r->websocket)
		return ws_feed(&r->ws, data, len, &r->to, &c->out);
	buf_add(&r->to, data, len);
	return 0;
}

/* *want_r: what the socket is to be waited for. */
static enum next
from_client(struct conn *c, uint32_t *want_r)
{
	struct relay *r = c->relay;
	char data[PIECE];
	ssize_t n;

	if (c->in_at < c->in.len) {	/* came with the request */
		if (take(c, c->in.data + c->in_at, c->in.len - c->in_at) == -1)
			return OVER;
		c->in_at = c->in.len;
		used_up(&c->in, &c->in_at);
		return GO_ON;
	}
	if (r->ws.closed || r->to.len - r->to_at >= KEPT ||
	    c->out.len - c->out_at >= 2 * KEPT)
		return WAIT;
	n = conn_recv(c, data, sizeof(data));
	if (n == TLS_OVER)
		return OVER;
	if (n < 0) {
		*want_r |= n == TLS_WANT_WRITE ? EPOLLOUT : EPOLLIN;
		return WAIT;
	}
	return take(c, data, (size_t)n) == -1 ? OVER : GO_ON;
}

static enum next
to_client(struct conn *c, uint32_t *want_r)
{
	ssize_t n;

	if (c->out.failed)
		return OVER;
	if (c->out_at == c->out.len)
		return WAIT;
	if (c->deadline == INT64_MAX)
		c->deadline = c->net->now + STUCK_MS;
	n = conn_send(c, c->out.data + c->out_at, c->out.len - c->out_at);
	if (n == TLS_OVER)
		return OVER;
	if (n < 0) {
		*want_r |= n == TLS_WANT_READ ? EPOLLIN : EPOLLOUT;
		return WAIT;
	}
	c->deadline = INT64_MAX;
	c->out_at += (size_t)n;
	used_up(&c->out, &c->out_at);
	return GO_ON;
}

static enum next
relay_wait(struct conn *c, uint32_t want)
{
	struct relay *r = c->relay;
	struct epoll_event ev = { .data.u64 = c->slot | RELAY_DATA };

	if (!r->eof && c->out.len - c->out_at < KEPT)
		ev.events |= EPOLLIN;
	if (!r->eof && r->to_at < r->to.len)
		ev.events |= EPOLLOUT;
	if (ev.events != r->interest && epoll_ctl(c->net->epoll,
	    r->eof ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, r->fd, &ev) == -1 &&
	    errno != ENOENT)
		return OVER;
	r->interest = ev.events;
	return conn_wait(c, want != 0 ? want : EPOLLRDHUP);
}

enum next
relay_step(struct conn *c)
{
	uint32_t want = 0;
	enum next steps[] = { to_client(c, &want), from_guest(c),
		to_guest(c->relay), from_client(c, &want) };
	enum next next = WAIT;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i] == OVER)
			return OVER;
		if (steps[i] == GO_ON)
			next = GO_ON;
	}
	if (next == GO_ON)
		return GO_ON;
	if ((c->relay->eof || c->relay->ws.closed) && c->out_at == c->out.len) {
		conn_answer(c, false);	/* nothing left: close */
		return GO_ON;
	}
	return relay_wait(c, want);
}

void
relay_event(struct conn *c, uint32_t events)
{
	if (c->relay == NULL)
		return;
	if (c->state == CONN_RELAY)
		conn_run(c);
	else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		/* it is over, and its last bytes are on their way */
		epoll_ctl(c->net->epoll, EPOLL_CTL_DEL, c->relay->fd, NULL);
}
