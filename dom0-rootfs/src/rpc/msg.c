/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "msg.h"
#include "msg_fd.h"

#define HEADER 16
#define READ_SIZE 65536
#define READ_MAX ((size_t)1 << 20)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void
msg_port_init(struct msg_port *p, int fd, uint64_t accepts, size_t max_in,
    size_t max_out)
{
	*p = (struct msg_port){ .fd = fd, .accepts = accepts,
	    .max_in = max_in, .max_out = max_out };
}

void
msg_port_free(struct msg_port *p)
{
	buf_free(&p->in);
	buf_free(&p->out);
	msg_fds_close(&p->fds_in);
	msg_fds_close(&p->fds_out);
}

static uint64_t
get_le(const char *data, size_t bytes)
{
	uint64_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n |= (uint64_t)(unsigned char)data[i] << (8 * i);
	return n;
}

static void
set_le(char *data, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		data[i] = (char)(unsigned char)(n >> (8 * i));
}

/* Forget what is done with; the memory of a large burst is given back. */
static void
compact(struct buf *b, size_t *at)
{
	if (*at == b->len) {
		if (b->cap > (1 << 20))
			buf_free(b);
		else
			buf_reset(b);
		*at = 0;
	} else if (*at > b->len / 2) {
		buf_drop(b, *at);
		*at = 0;
	}
}

static void
compact_out(struct msg_port *p)
{
	size_t before = p->out_at;

	compact(&p->out, &p->out_at);
	for (size_t i = 0; i < p->fds_out.n; i++)
		p->fds_out.list[i].at -= before - p->out_at;
}

/* What is missing of a large message comes in large pieces, in its place. */
static size_t
worth_reading(const struct msg_port *p)
{
	size_t have = p->in.len - p->in_at, len;

	if (have < HEADER)
		return READ_SIZE;
	len = HEADER + (size_t)get_le(p->in.data + p->in_at, 4);
	return len < have + READ_SIZE ? READ_SIZE :
	    len > have + READ_MAX ? READ_MAX : len - have;
}

int
msg_fill(struct msg_port *p, struct err *e)
{
	size_t len;
	ssize_t n;
	char *to;

	compact(&p->in, &p->in_at);
	len = worth_reading(p);
	to = buf_room(&p->in, len);
	if (to == NULL)
		return buf_ok(&p->in, e);
	do
		n = p->takes_fds ? msg_recv(p, to, len) :
		    read(p->fd, to, len);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	/* the other end has gone, with something of ours unread */
	if (n == -1 && errno == ECONNRESET)
		n = 0;
	if (n == -1)
		return err_sys(e, "message: read");
	if (n == 0) {
		p->eof = true;
		return 0;
	}
	p->in.len += (size_t)n;
	p->in.data[p->in.len] = '\0';
	return 1;
}

int
msg_next(struct msg_port *p, struct msg *m, struct err *e)
{
	const char *at = buf_str(&p->in) + p->in_at;
	size_t have = p->in.len - p->in_at;
	uint64_t len, kind;

	if (have < HEADER)
		return 0;
	len = get_le(at, 4);
	kind = get_le(at + 4, 4);
	if (kind >= MSG_KINDS || (p->accepts & MSG_BIT(kind)) == 0)
		return err_set(e, "message: unexpected kind %d", (int)kind);
	if (len > p->max_in)
		return err_set(e, "message: larger than %zu bytes", p->max_in);
	if (have - HEADER < len)
		return 0;
	*m = (struct msg){ (enum msg_kind)kind, get_le(at + 8, 8),
	    at + HEADER, (size_t)len, p };
	p->in_at += HEADER + (size_t)len;
	return 1;
}

struct buf *
msg_begin(struct msg_port *p, enum msg_kind kind, uint64_t id)
{
	char header[HEADER] = { 0 };

	set_le(header + 4, kind, 4);
	set_le(header + 8, id, 8);
	compact_out(p);
	p->begun = p->out.len;
	buf_add(&p->out, header, sizeof(header));
	return &p->out;
}

int
msg_end(struct msg_port *p, struct err *e)
{
	size_t len;

	if (p->out.failed || p->out.len - p->begun - HEADER > p->max_out) {
		err_set(e, p->out.failed ? "message: out of memory" :
		    "message: too large");
		p->out.failed = false;
		p->out.len = p->begun;
		return -1;
	}
	len = p->out.len - p->begun - HEADER;
	set_le(p->out.data + p->begun, len, 4);
	return 0;
}

int
msg_put(struct msg_port *p, enum msg_kind kind, uint64_t id,
    const struct value *v, struct err *e)
{
	value_encode(msg_begin(p, kind, id), v);
	return msg_end(p, e);
}

int
msg_flush(struct msg_port *p, struct err *e)
{
	ssize_t n;

	while (p->out_at < p->out.len) {
		n = msg_send(p, p->out.data + p->out_at,
		    p->out.len - p->out_at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n == -1)
			return err_sys(e, "message: write");
		p->out_at += (size_t)n;
	}
	compact_out(p);
	return 1;
}

bool
msg_waiting(const struct msg_port *p)
{
	return p->out_at < p->out.len;
}

/* A call is [method, protocol, peer, params]. */
static int
call_put(struct msg_port *p, enum msg_kind kind, uint64_t id,
    const struct call *c, struct err *e)
{
	struct buf *b = msg_begin(p, kind, id);

	value_encode_array(b, 4);
	value_encode_str(b, c->method);
	value_encode_int(b, c->protocol);
	value_encode_str(b, c->peer);
	value_encode(b, c->params);
	return msg_end(p, e);
}

int
msg_call_put(struct msg_port *p, uint64_t id, const struct call *c,
    struct err *e)
{
	return call_put(p, MSG_CALL, id, c, e);
}

int
msg_http_put(struct msg_port *p, uint64_t id, const struct call *c,
    struct err *e)
{
	return call_put(p, MSG_HTTP, id, c, e);
}

int
msg_call_get(const struct msg *m, struct call *c, struct err *e)
{
	static const enum value_type types[] = { VALUE_STRING, VALUE_INT,
		VALUE_STRING, VALUE_ARRAY };
	struct value *v;
	int64_t n = 0;
	int rc = -1;

	*c = (struct call){ 0 };
	v = value_decode(m->data, m->len, &value_limits_reply, NULL, e);
	if (v == NULL)
		goto out;
	err_set(e, "message: not a call");
	if (!value_is(v, VALUE_ARRAY) || value_len(v) != COUNT(types))
		goto out;
	for (size_t i = 0; i < COUNT(types); i++)
		if (!value_is(value_at(v, i), types[i]))
			goto out;
	if (value_as_int(value_at(v, 1), &n, e) == -1 || n < 0 ||
	    n > PROTOCOL_HTTP ||
	    value_len(value_at(v, 2)) >= sizeof(c->peer))
		goto out;
	c->protocol = (enum protocol)n;
	strcpy(c->peer, value_str(value_at(v, 2)));
	c->method = strdup(value_str(value_at(v, 0)));
	if (c->method == NULL)
		goto out;
	c->params = v->u.items[3];
	v->len = 3;		/* the params are handed over */
	rc = 0;
out:
	value_free(v);
	return rc;
}

int
msg_reply_encoded_put(struct msg_port *p, uint64_t id, const void *value,
    size_t len, struct err *e)
{
	struct buf *b = msg_begin(p, MSG_REPLY, id);

	value_encode_array(b, 1);
	buf_add(b, value, len);
	return msg_end(p, e);
}

int
msg_reply_fd_put(struct msg_port *p, uint64_t id, int fd, struct err *e)
{
	struct buf *b;

	if (!msg_fd_room(p)) {
		close(fd);
		return err_set(e, "message: too many descriptors");
	}
	b = msg_begin(p, MSG_REPLY, id);
	value_encode_array(b, 3);
	for (int i = 0; i < 3; i++)
		value_encode(b, &(struct value){ .type = VALUE_NULL });
	if (msg_end(p, e) == -1) {
		close(fd);
		return -1;
	}
	return msg_attach(p, fd, e);
}

/*
 * A success is [value], a failure is [code, params]; [null, null, null] is a
 * success with a descriptor.
 */
static int
reply_put(struct msg_port *p, uint64_t id, const struct reply *r,
    struct err *e)
{
	struct buf *b = msg_begin(p, MSG_REPLY, id);

	if (r->ok) {
		value_encode_array(b, 1);
		value_encode(b, r->value);
	} else {
		value_encode_array(b, 2);
		value_encode_str(b, r->code != NULL ? r->code :
		    "INTERNAL_ERROR");
		value_encode(b, r->params);
	}
	return msg_end(p, e);
}

int
msg_reply_put(struct msg_port *p, uint64_t id, const struct reply *r,
    struct err *e)
{
	struct reply instead = { 0 };
	int rc;

	if ((r->has_fd ? msg_reply_fd_put(p, id, dup(r->fd), e) :
	    reply_put(p, id, r, e)) == 0)
		return 0;
	reply_fail(&instead, "INTERNAL_ERROR", e->text, NULL);
	rc = reply_put(p, id, &instead, e);
	reply_free(&instead);
	return rc;
}

int
msg_reply_get(const struct msg *m, struct reply *r, struct err *e)
{
	struct value *v;
	int rc = -1, fd;

	*r = (struct reply){ 0 };
	v = value_decode(m->data, m->len, &value_limits_reply, NULL, e);
	if (v == NULL)
		goto out;
	err_set(e, "message: not a reply");
	if (!value_is(v, VALUE_ARRAY))
		goto out;
	if (v->len == 1) {
		r->ok = true;
		r->value = v->u.items[0];
	} else if (v->len == 2 && value_is(v->u.items[0], VALUE_STRING) &&
	    value_is(v->u.items[1], VALUE_ARRAY)) {
		r->code = strdup(value_str(v->u.items[0]));
		if (r->code == NULL)
			goto out;
		r->params = v->u.items[1];
		value_free(v->u.items[0]);
	} else if (v->len == 3) {
		fd = m->port != NULL ? msg_fd_take(m->port) : -1;
		if (fd == -1)
			goto out;
		reply_set_fd(r, fd);
		rc = 0;
		goto out;
	} else
		goto out;
	v->len = 0;		/* handed over */
	rc = 0;
out:
	value_free(v);
	return rc;
}

int
msg_reply_peek(const struct msg *m, struct reply *r, struct err *e)
{
	static const unsigned char one[] = { VALUE_ARRAY, 1, 0, 0, 0 };

	if (m->len <= sizeof(one) || memcmp(m->data, one, sizeof(one)) != 0)
		return msg_reply_get(m, r, e);
	*r = (struct reply){ .ok = true,
	    .encoded = (const char *)m->data + sizeof(one),
	    .encoded_len = m->len - sizeof(one) };
	return 0;
}
