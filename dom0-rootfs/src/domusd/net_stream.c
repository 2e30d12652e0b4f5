/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "frame.h"
#include "net_stream.h"

#define PIECE ((size_t)128 << 10)	/* moved at once */

enum { LEFT_CHUNKS = -1, LEFT_CLOSE = -2 };	/* how its end is told */

struct stream {
	int fd;			/* -1: the other end has gone */
	uint32_t interest;	/* epoll's events; 0: not there */
	int64_t left;		/* of a download's length, or LEFT_... */
	struct frames frames;	/* of a download */
	unsigned char head[FRAME_HEAD];	/* of an upload's frame */
	size_t at, len;		/* done of head and body, and both together */
	bool last;		/* the frame on its way is the last one */
};

static enum next
stream_wait(struct conn *c, uint32_t interest)
{
	struct stream *s = c->stream;
	struct epoll_event ev = { .events = interest,
	    .data.u64 = c->slot | STREAM_DATA };
	int op = interest == 0 ? EPOLL_CTL_DEL :
	    s->interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (s->fd == -1 || s->interest == interest)
		return WAIT;
	if (epoll_ctl(c->net->epoll, op, s->fd, &ev) == -1)
		return OVER;
	s->interest = interest;
	return WAIT;
}

/*
 * Wait for the other end.  A client that vanishes ends its download at once;
 * of its upload what it has sent still counts, so that its end is only told
 * once.
 */
static enum next
wait_for_stream(struct conn *c, uint32_t interest)
{
	if (stream_wait(c, interest) == OVER)
		return OVER;
	c->deadline = INT64_MAX;	/* it is we who are slow */
	return conn_wait(c, c->state == CONN_UPLOAD ? EPOLLET : EPOLLRDHUP);
}

/* Wait for the client, as it says. */
static enum next
wait_for_client(struct conn *c, enum next next)
{
	if (next == WAIT && stream_wait(c, 0) == OVER)
		return OVER;
	if (next == WAIT && c->deadline == INT64_MAX)
		c->deadline = c->net->now + c->net->stream_ms;
	return next;
}

static void
lose_fd(struct conn *c)
{
	struct stream *s = c->stream;

	if (s->fd != -1) {
		stream_wait(c, 0);
		close(s->fd);
	}
	s->fd = -1;
}

void
stream_end(struct conn *c)
{
	if (c->stream == NULL)
		return;
	lose_fd(c);
	free(c->stream);
	c->stream = NULL;
}

/* A frame of what has been read, or the last one, is on its way. */
static void
upload_frame(struct conn *c)
{
	struct stream *s = c->stream;

	s->last = c->http.body.len == 0;
	frame_head(s->head, (uint32_t)c->http.body.len);
	s->len = FRAME_HEAD + c->http.body.len;
	s->at = 0;
}

static enum next
upload_send(struct conn *c)
{
	struct stream *s = c->stream;
	struct buf *body = &c->http.body;
	size_t done = s->at < FRAME_HEAD ? 0 : s->at - FRAME_HEAD;
	struct iovec iov[2] = { { s->head, FRAME_HEAD },
		{ body->data != NULL ? body->data + done : NULL,
		    s->len - FRAME_HEAD - done } };
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	if (s->at >= FRAME_HEAD) {
		h.msg_iov = iov + 1;
		h.msg_iovlen = 1;
	} else {
		iov[0].iov_base = s->head + s->at;
		iov[0].iov_len = FRAME_HEAD - s->at;
	}
	n = s->fd == -1 ? -1 : sendmsg(s->fd, &h, MSG_NOSIGNAL);
	if (n == -1 && s->fd != -1 && (errno == EAGAIN || errno == EINTR))
		return wait_for_stream(c, EPOLLOUT);
	if (n == -1) {
		/* it has had enough; the answer will say why */
		lose_fd(c);
		s->at = s->len;
	} else
		s->at += (size_t)n;
	if (s->at == s->len)
		buf_reset(body);
	return GO_ON;
}

/* More of the body out of what the client has sent. */
static enum next
upload_read(struct conn *c)
{
	struct http *h = &c->http;
	enum next next;

	if (c->in_at == c->in.len) {
		buf_reset(&c->in);
		c->in_at = 0;
		next = conn_fill(c);
		if (next == GO_ON)
			c->deadline = c->net->now + c->net->stream_ms;
		/* pass on what there is before waiting for more, or the end */
		if (next != GO_ON && h->body.len > 0) {
			upload_frame(c);
			return GO_ON;
		}
		return wait_for_client(c, next);
	}
	c->in_at += http_feed(h, c->in.data + c->in_at, c->in.len - c->in_at);
	if (h->state == HTTP_BAD || h->body.failed)
		return OVER;
	if (h->state == HTTP_DONE || h->body.len >= PIECE)
		upload_frame(c);
	return GO_ON;
}

enum next
stream_upload(struct conn *c)
{
	struct stream *s = c->stream;

	if (c->out_at < c->out.len)	/* "100 Continue" */
		return conn_send_out(c);
	if (s->at < s->len)
		return upload_send(c);
	if (s->fd == -1)
		return conn_wait(c, EPOLLRDHUP);
	if (c->http.state == HTTP_DONE && !s->last) {
		upload_frame(c);
		return GO_ON;
	}
	if (c->http.state != HTTP_DONE)
		return upload_read(c);
	/* the client has said all; now it waits for the answer */
	stream_end(c);
	buf_reset(&c->out);
	c->out_at = 0;
	c->state = CONN_CALL;
	c->deadline = INT64_MAX;
	return GO_ON;
}

/* So many bytes of the body into the client's answer.  -1: too many. */
static int
download_put(struct conn *c, const char *data, size_t len)
{
	struct stream *s = c->stream;

	if (s->left >= 0 && (uint64_t)len > (uint64_t)s->left)
		return -1;
	if (s->left >= 0)
		s->left -= (int64_t)len;
	if (s->left == LEFT_CHUNKS)
		buf_printf(&c->out, "%zx\r\n", len);
	buf_add(&c->out, data, len);
	if (s->left == LEFT_CHUNKS)
		buf_str_add(&c->out, "\r\n");
	return 0;
}

static enum next
download_read(struct conn *c)
{
	struct stream *s = c->stream;
	char data[PIECE];
	size_t done = 0, at, used, n;
	ssize_t got = recv(s->fd, data, sizeof(data), 0);

	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return wait_for_stream(c, EPOLLIN);
	if (got <= 0)
		return OVER;	/* cut off: the client shall see it */
	while (done < (size_t)got && !s->frames.ended) {
		n = frames_take(&s->frames, data + done, (size_t)got - done,
		    &at, &used);
		if (n > 0 && download_put(c, data + done + at, n) == -1)
			return OVER;
		done += used;
	}
	if (!s->frames.ended)
		return GO_ON;
	if (s->left > 0)
		return OVER;
	if (s->left == LEFT_CHUNKS)
		buf_str_add(&c->out, "0\r\n\r\n");
	return GO_ON;
}

enum next
stream_download(struct conn *c)
{
	enum next next;

	if (c->out.failed)
		return OVER;
	if (c->out_at < c->out.len) {
		next = conn_send_out(c);
		if (next == GO_ON)
			c->deadline = c->net->now + c->net->stream_ms;
		return wait_for_client(c, next);
	}
	buf_reset(&c->out);
	c->out_at = 0;
	if (!c->stream->frames.ended)
		return download_read(c);
	stream_end(c);
	c->id = 0;		/* the answer has been given */
	if (!http_keep_alive(&c->http))
		c->close_after = true;
	return conn_written(c);
}

void
conn_stream(struct conn *c, int fd, const struct value *v)
{
	const char *way = value_get_str(v, "way");
	bool upload = way != NULL && strcmp(way, "upload") == 0;
	struct stream *s = calloc(1, sizeof(*s));
	struct err ignored;

	if (s == NULL || upload != (c->http.state == HTTP_AT_BODY)) {
		free(s);
		close(fd);
		conn_close(c);
		return;
	}
	s->fd = fd;
	s->left = LEFT_CHUNKS;
	c->stream = s;
	c->deadline = c->net->now + c->net->stream_ms;
	if (upload) {
		if (c->http.want_continue)
			buf_str_add(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
		c->http.want_continue = false;
		http_body(&c->http);
		c->state = CONN_UPLOAD;
	} else {
		value_as_int(value_get(v, "length"), &s->left, &ignored);
		if (c->http.parser.http_minor == 0 && s->left < 0)
			s->left = LEFT_CLOSE;
		c->close_after = s->left == LEFT_CLOSE;
		answer_stream(&c->out, &c->http, v, s->left);
		c->state = CONN_DOWNLOAD;
	}
	conn_run(c);
}
