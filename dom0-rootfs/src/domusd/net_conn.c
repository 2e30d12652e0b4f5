/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "log.h"
#include "net_conn.h"
#include "net_page.h"
#include "net_relay.h"
#include "net_stream.h"
#include "net_tls.h"

#define READ_SIZE 16384		/* a TLS record */
#define AHEAD_MAX 16384		/* read while [core] works */
#define HELD_MAX ((size_t)16 << 20)
#define QUEUE_MAX ((size_t)16 << 20)
#define KEEP_CAP 65536		/* larger buffers are given back */
#define STEPS_MAX 64		/* then it is the others' turn */
#define HANDSHAKE_MS 10000
#define WRITE_MS 60000
#define LINGER_MS 2000

enum next
conn_wait(struct conn *c, uint32_t interest)
{
	struct epoll_event ev = { .events = interest, .data.u64 = c->slot };

	if (c->interest == interest)
		return WAIT;
	if (epoll_ctl(c->net->epoll, EPOLL_CTL_MOD, c->fd, &ev) == -1)
		return OVER;
	c->interest = interest;
	return WAIT;
}

ssize_t
conn_recv(struct conn *c, char *data, size_t len)
{
	ssize_t n;

	if (c->ssl != NULL)
		return net_tls_read(c->ssl, data, len);
	do
		n = recv(c->fd, data, len, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return TLS_WANT_READ;
	return n > 0 ? n : TLS_OVER;
}

ssize_t
conn_send(struct conn *c, const char *data, size_t len)
{
	ssize_t n;

	if (c->ssl != NULL)
		return net_tls_write(c->ssl, data, len);
	do
		n = send(c->fd, data, len, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return TLS_WANT_WRITE;
	return n > 0 ? n : TLS_OVER;
}

static enum next
wait_or_over(struct conn *c, ssize_t why)
{
	if (why == TLS_OVER)
		return OVER;
	return conn_wait(c, why == TLS_WANT_WRITE ? EPOLLOUT : EPOLLIN);
}

static void
give_back(struct buf *b)
{
	if (b->cap > KEEP_CAP)
		buf_free(b);
	else
		buf_reset(b);
}

void
conn_answer(struct conn *c, bool keep_alive)
{
	if (!keep_alive)
		c->close_after = true;
	c->state = CONN_WRITE;
	c->deadline = c->net->now + WRITE_MS;
}

static enum next
step_handshake(struct conn *c)
{
	int n = net_tls_accept(c->ssl);

	if (n != 0)
		return wait_or_over(c, n);
	c->state = CONN_READ;
	c->deadline = c->net->now + c->net->idle_ms;
	return GO_ON;
}

static void
refuse(struct conn *c, int status)
{
	answer_status(&c->out, status);
	conn_answer(c, false);
}

/* true: for [core]; false: it is answered. */
static bool
is_call(struct conn *c)
{
	if (c->service == SERVICE_API && relay_wanted(&c->http))
		return relay_request(c);
	return answer_request(&c->out, c->service, c->net->conf->https_port,
	    &c->http, &c->call);
}

/* A whole request, or a page's head: answer it, or ask [core]. */
static void
request(struct conn *c)
{
	struct net *net = c->net;
	struct err e;

	if (net->core.out.len - net->core.out_at > QUEUE_MAX) {
		refuse(c, 503);
		return;
	}
	if (!is_call(c)) {
		conn_answer(c, http_keep_alive(&c->http));
		return;
	}
	memcpy(c->call.peer, c->peer, sizeof(c->call.peer));
	c->id = ++net->calls << 16 | c->slot;
	if ((c->http.page ? msg_http_put : msg_call_put)(&net->core, c->id,
	    &c->call, &e) == -1) {
		c->id = 0;
		refuse(c, 503);
		return;
	}
	value_free(c->call.params);
	c->call.params = NULL;
	c->state = CONN_CALL;
	c->deadline = INT64_MAX;
}

/* Use what has been read. */
static enum next
feed(struct conn *c)
{
	struct http *h = &c->http;
	size_t held = h->body.len;
	bool begun = h->begun;

	c->in_at += http_feed(h, c->in.data + c->in_at, c->in.len - c->in_at);
	if (c->in_at == c->in.len) {
		give_back(&c->in);
		c->in_at = 0;
	}
	if (h->begun && !begun) {
		held = 0;
		c->deadline = c->net->now + c->net->head_ms;
	}
	c->net->held += h->body.len - held;
	if (h->state == HTTP_BAD)
		refuse(c, h->status);
	else if (c->net->held > HELD_MAX)
		refuse(c, 503);
	else if (h->state == HTTP_DONE || h->state == HTTP_AT_BODY)
		request(c);
	if (c->state != CONN_READ) {
		c->net->held -= h->body.len;
		give_back(&h->body);
	} else if (h->want_continue) {
		h->want_continue = false;
		buf_str_add(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
		conn_answer(c, true);
		c->deadline = c->net->now + c->net->head_ms;
	}
	return GO_ON;
}

/* Read more into `in'. */
enum next
conn_fill(struct conn *c)
{
	char data[READ_SIZE];
	ssize_t n = conn_recv(c, data, sizeof(data));

	if (n < 0)
		return wait_or_over(c, n);
	buf_add(&c->in, data, (size_t)n);
	return c->in.failed ? OVER : GO_ON;
}

static enum next
step_read(struct conn *c)
{
	return c->in_at < c->in.len ? feed(c) : conn_fill(c);
}

/*
 * The client may hang up, or send its next request.  One that uploads may have
 * said all before [core] wants it: that is looked at then.
 */
static enum next
step_call(struct conn *c)
{
	if (c->http.state == HTTP_AT_BODY)
		return conn_wait(c, EPOLLET);
	if (c->in.len - c->in_at >= AHEAD_MAX)
		return conn_wait(c, EPOLLRDHUP);
	return conn_fill(c);
}

/* Everything is written: the rest of this request, the next one, or the end. */
enum next
conn_written(struct conn *c)
{
	give_back(&c->out);
	c->out_at = 0;
	if (c->close_after) {
		if (c->ssl != NULL)
			SSL_shutdown(c->ssl);
		shutdown(c->fd, SHUT_WR);
		c->state = CONN_LINGER;
		c->deadline = c->net->now + LINGER_MS;
		return GO_ON;
	}
	c->state = CONN_READ;
	if (c->http.state != HTTP_DONE)
		return GO_ON;	/* it was "100 Continue" */
	call_free(&c->call);
	http_next(&c->http);
	c->deadline = c->net->now + c->net->idle_ms;
	return GO_ON;
}

/* Write some of `out'. */
enum next
conn_send_out(struct conn *c)
{
	ssize_t n = conn_send(c, c->out.data + c->out_at,
	    c->out.len - c->out_at);

	if (n < 0)
		return wait_or_over(c, n);
	c->out_at += (size_t)n;
	return GO_ON;
}

static enum next
step_write(struct conn *c)
{
	enum next next;
	size_t n;

	if (c->out.failed)
		return OVER;
	if (c->out_at == c->out.len)
		return conn_written(c);
	if (c->http.state != HTTP_DONE)
		return conn_send_out(c);
	n = c->out_at;
	next = conn_send_out(c);
	if (c->out_at > n)
		c->deadline = c->net->now + WRITE_MS;
	return next;
}

/*
 * Closing with unread bytes would reset the connection, and the client might
 * never see the answer: throw them away for a moment.
 */
static enum next
step_linger(struct conn *c)
{
	char data[READ_SIZE];
	ssize_t n = recv(c->fd, data, sizeof(data), 0);

	if (n > 0)
		return GO_ON;
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return conn_wait(c, EPOLLIN);
	return OVER;
}

void
conn_run(struct conn *c)
{
	static enum next (*const steps[])(struct conn *) = {
		[CONN_HANDSHAKE] = step_handshake,
		[CONN_READ] = step_read,
		[CONN_CALL] = step_call,
		[CONN_WRITE] = step_write,
		[CONN_UPLOAD] = stream_upload,
		[CONN_DOWNLOAD] = stream_download,
		[CONN_RELAY] = relay_step,
		[CONN_LINGER] = step_linger,
	};
	enum next next = GO_ON;

	for (int i = 0; next == GO_ON && i < STEPS_MAX; i++)
		next = steps[c->state](c);
	c->again = next == GO_ON;
	c->net->again |= c->again;
	if (next == OVER)
		conn_close(c);
}

void
conn_reply(struct conn *c, struct reply *r)
{
	c->id = 0;
	if (c->state == CONN_DOWNLOAD)
		return;		/* the stream itself tells its end */
	stream_end(c);
	if (c->relay != NULL) {
		relay_reply(c, r);
	} else {
		answer_reply(&c->out, &c->http, &c->call, r);
		conn_answer(c, http_keep_alive(&c->http));
	}
	conn_run(c);
}

void
conn_open(struct net *net, int fd, enum service service, const char *peer)
{
	struct conn *c = calloc(1, sizeof(*c));
	struct epoll_event ev = { .events = EPOLLIN };

	if (c == NULL) {
		close(fd);
		return;
	}
	c->net = net;
	c->fd = fd;
	c->service = service;
	c->state = CONN_READ;
	c->interest = EPOLLIN;
	c->deadline = net->now + HANDSHAKE_MS;
	memcpy(c->peer, peer, strlen(peer) + 1);
	http_init(&c->http, service == SERVICE_API ? NET_MAX_BODY : 0);
	if (service == SERVICE_API)
		c->http.is_page = page_is;
	while (net->conns[c->slot] != NULL)
		c->slot++;
	net->conns[c->slot] = c;
	net->n++;
	ev.data.u64 = c->slot;
	if (service == SERVICE_API) {
		c->state = CONN_HANDSHAKE;
		c->ssl = SSL_new(net->tls);
		if (c->ssl == NULL || SSL_set_fd(c->ssl, fd) != 1) {
			conn_close(c);
			return;
		}
	}
	if (epoll_ctl(net->epoll, EPOLL_CTL_ADD, fd, &ev) == -1) {
		conn_close(c);
		return;
	}
	conn_run(c);
}

void
conn_close(struct conn *c)
{
	struct net *net = c->net;
	struct err e;

	if (c->id != 0)
		msg_put(&net->core, MSG_CANCEL, c->id,
		    &(struct value){ .type = VALUE_NULL }, &e);
	if (c->state == CONN_READ)
		net->held -= c->http.body.len;
	stream_end(c);
	net->conns[c->slot] = NULL;
	net->n--;
	relay_free(c->relay);
	SSL_free(c->ssl);
	close(c->fd);
	http_free(&c->http);
	buf_free(&c->in);
	buf_free(&c->out);
	call_free(&c->call);
	free(c);
}
