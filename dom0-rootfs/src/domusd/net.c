/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "log.h"
#include "net_conn.h"
#include "net_listen.h"
#include "net_relay.h"
#include "net_sandbox.h"
#include "net_stream.h"
#include "net_tls.h"
#include "value.h"

#define EVENTS 64
#define ROUND_MS 1000		/* how often deadlines are looked at */
#define IDLE_MS (5 * 60 * 1000)
#define HEAD_MS (30 * 1000)
#define STREAM_MS (5 * 60 * 1000)
#define SPARE_FDS 32

/* epoll's data for what is not a connection's slot. */
enum { DATA_CORE = 1 << 20, DATA_TLS, DATA_HTTP };

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
watch(struct net *net, int fd, uint64_t data, struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = data };

	return fd != -1 && epoll_ctl(net->epoll, EPOLL_CTL_ADD, fd, &ev) == -1 ?
	    err_sys(e, "epoll") : 0;
}

static int
set_up(struct net *net, const struct net_config *conf, struct err *e)
{
	net->conf = conf;
	net->slots = conf->max_conns != 0 ? conf->max_conns : NET_MAX_CONNS;
	net->max_per_peer = conf->max_per_peer != 0 ? conf->max_per_peer :
	    NET_MAX_PER_PEER;
	net->idle_ms = conf->idle_ms != 0 ? conf->idle_ms : IDLE_MS;
	net->stream_ms = conf->stream_ms != 0 ? conf->stream_ms : STREAM_MS;
	net->head_ms = conf->head_ms != 0 ? conf->head_ms : HEAD_MS;
	net->max_out = conf->max_out != 0 ? conf->max_out : NET_MAX_OUT;
	net->now = now_ms();
	msg_port_init(&net->core, conf->core_fd, MSG_FROM_CORE,
	    MSG_MAX_FROM_CORE, MSG_MAX_FROM_NET);
	net->core.takes_fds = true;
	net->conns = calloc(net->slots, sizeof(struct conn *));
	if (net->conns == NULL)
		return err_sys(e, "connections");
	net->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (net->epoll == -1)
		return err_sys(e, "epoll");
	signal(SIGPIPE, SIG_IGN);
	OPENSSL_init_ssl(0, NULL);
	buf_keep_spares();
	net->tls = net_tls_ctx(conf->pem, e);
	if (net->tls == NULL)
		return -1;
	if (watch(net, conf->core_fd, DATA_CORE, e) == -1 ||
	    watch(net, conf->tls_fd, DATA_TLS, e) == -1 ||
	    watch(net, conf->http_fd, DATA_HTTP, e) == -1)
		return -1;
	if (conf->sandbox && net_sandbox(conf->root, conf->uid,
	    2 * net->slots + SPARE_FDS, e) == -1)
		return -1;
	return msg_put(&net->core, MSG_READY, 0,
	    &(struct value){ .type = VALUE_NULL }, e);
}

static void
tear_down(struct net *net)
{
	for (unsigned int i = 0; net->conns != NULL && i < net->slots; i++)
		if (net->conns[i] != NULL)
			conn_close(net->conns[i]);
	free(net->conns);
	SSL_CTX_free(net->tls);
	msg_port_free(&net->core);
	if (net->epoll != -1)
		close(net->epoll);
}

/* Between two requests, or before the first: nobody loses by its end. */
static bool
idle(const struct conn *c)
{
	return c->state == CONN_READ && !c->http.begun && c->in.len == 0;
}

/* A full house: the connection that has been idle longest makes room. */
static bool
make_room(struct net *net)
{
	struct conn *oldest = NULL;

	for (unsigned int i = 0; i < net->slots; i++)
		if (net->conns[i] != NULL && idle(net->conns[i]) &&
		    (oldest == NULL ||
		    net->conns[i]->deadline < oldest->deadline))
			oldest = net->conns[i];
	if (oldest == NULL)
		return false;
	conn_close(oldest);
	return true;
}

static unsigned int
count_peer(const struct net *net, const char *peer)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < net->slots; i++)
		if (net->conns[i] != NULL &&
		    strcmp(net->conns[i]->peer, peer) == 0)
			n++;
	return n;
}

static void
accept_some(struct net *net, int fd, enum service service)
{
	char peer[CALL_PEER];
	int client;

	for (int i = 0; i < EVENTS; i++) {
		client = net_accept(fd, peer, sizeof(peer));
		if (client == -1)
			return;
		if (count_peer(net, peer) >= net->max_per_peer ||
		    (net->n >= net->slots && !make_room(net))) {
			log_debug(net->conf->log,
			    "%s: too many connections", peer);
			close(client);
			continue;
		}
		conn_open(net, client, service, peer);
	}
}

static void
core_replied(struct net *net, const struct msg *m, struct reply *r)
{
	unsigned int slot = m->id & 0xffff;
	struct conn *c = slot < net->slots ? net->conns[slot] : NULL;

	/* Else its client went away while [core] was answering. */
	if (c != NULL && c->id == m->id && c->id != 0)
		conn_reply(c, r);
}

/* The bytes of a body come or go through this. */
static void
core_sent_stream(struct net *net, const struct msg *m)
{
	unsigned int slot = m->id & 0xffff;
	struct conn *c = slot < net->slots ? net->conns[slot] : NULL;
	int fd = msg_fd_take(&net->core);
	struct value *v;
	struct err e;

	if (fd == -1)
		return;
	v = value_decode(m->data, m->len, &value_limits_reply, NULL, &e);
	if (v != NULL && c != NULL && c->id == m->id && c->id != 0 &&
	    c->state == CONN_CALL && c->http.page)
		conn_stream(c, fd, v);
	else
		close(fd);	/* the other end sees it */
	value_free(v);
}

/* A new certificate, for connections from now on. */
static int
core_sent_cert(struct net *net, const struct msg *m, struct err *e)
{
	struct value *v = value_decode(m->data, m->len, &value_limits_reply,
	    NULL, e);
	SSL_CTX *tls;

	if (v == NULL)
		return -1;
	tls = value_is(v, VALUE_STRING) ? net_tls_ctx(value_str(v), e) : NULL;
	if (tls != NULL) {
		SSL_CTX_free(net->tls);
		net->tls = tls;
	} else
		log_error(net->conf->log, "new certificate: %s", e->text);
	value_free(v);
	return 0;
}

/* What [core] has sent.  0; 1: it has closed; -1 and e. */
static int
core_readable(struct net *net, struct err *e)
{
	struct reply r;
	struct msg m;
	int n = msg_fill(&net->core, e);

	if (n == -1)
		return -1;
	while ((n = msg_next(&net->core, &m, e)) == 1) {
		if (m.kind == MSG_CERT) {
			if (core_sent_cert(net, &m, e) == -1)
				return -1;
			continue;
		}
		if (m.kind == MSG_STREAM) {
			core_sent_stream(net, &m);
			continue;
		}
		if (msg_reply_peek(&m, &r, e) == -1) {
			log_error(net->conf->log, "an answer: %s", e->text);
			reply_fail(&r, "INTERNAL_ERROR", e->text, NULL);
		}
		core_replied(net, &m, &r);
		reply_free(&r);
	}
	return n == -1 ? -1 : net->core.eof;
}

static void
conn_event(struct net *net, uint64_t data, uint32_t events)
{
	uint64_t slot = data & ~(RELAY_DATA | STREAM_DATA);
	struct conn *c = slot < net->slots ? net->conns[slot] : NULL;

	if (c == NULL)
		return;		/* closed in this very round */
	if ((data & STREAM_DATA) != 0 && c->stream == NULL)
		return;
	if ((data & RELAY_DATA) != 0)
		relay_event(c, events);
	else if (slot == data && c->interest == EPOLLRDHUP &&
	    (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
		conn_close(c);
	else
		conn_run(c);
}

/*
 * Everything queued for [core] goes out in one write; wait for room if need
 * be.  1: [core] has ended.
 */
static int
core_flush(struct net *net, uint32_t *interest, struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = DATA_CORE };

	/* EPIPE: [core] has ended */
	if (msg_waiting(&net->core) && msg_flush(&net->core, e) == -1)
		return e->sys == EPIPE ? 1 : -1;
	if (msg_waiting(&net->core))
		ev.events |= EPOLLOUT;
	if (ev.events == *interest)
		return 0;
	*interest = ev.events;
	if (epoll_ctl(net->epoll, EPOLL_CTL_MOD, net->core.fd, &ev) == -1)
		return err_sys(e, "epoll");
	return 0;
}

static void
go_on(struct net *net)
{
	if (!net->again)
		return;
	net->again = false;
	for (unsigned int i = 0; i < net->slots; i++)
		if (net->conns[i] != NULL && net->conns[i]->again)
			conn_run(net->conns[i]);
}

/*
 * Answers that their clients do not read fill the memory that all share: the
 * one that has read nothing for longest goes, unless it is the only one.
 */
static void
shed(struct net *net)
{
	struct conn *slowest, *c;
	size_t total, n;

	do {
		slowest = NULL;
		total = n = 0;
		for (unsigned int i = 0; i < net->slots; i++) {
			c = net->conns[i];
			if (c == NULL || c->state != CONN_WRITE)
				continue;
			total += c->out.len - c->out_at;
			n++;
			if (slowest == NULL || c->deadline < slowest->deadline)
				slowest = c;
		}
		if (total <= net->max_out || n < 2)
			return;
		log_info(net->conf->log, "%s: reads too slowly", slowest->peer);
		conn_close(slowest);
	} while (true);
}

static void
expire(struct net *net)
{
	for (unsigned int i = 0; i < net->slots; i++)
		if (net->conns[i] != NULL &&
		    net->conns[i]->deadline <= net->now)
			conn_close(net->conns[i]);
}

/* One round of events. */
static int
serve(struct net *net, const struct epoll_event *ev, int n, struct err *e)
{
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++)
		switch (ev[i].data.u64) {
		case DATA_CORE:
			if ((ev[i].events & ~(uint32_t)EPOLLOUT) != 0)
				rc = core_readable(net, e);
			break;
		case DATA_TLS:
			accept_some(net, net->conf->tls_fd, SERVICE_API);
			break;
		case DATA_HTTP:
			accept_some(net, net->conf->http_fd, SERVICE_REDIRECT);
			break;
		default:
			conn_event(net, ev[i].data.u64, ev[i].events);
			break;
		}
	go_on(net);
	shed(net);
	return rc;
}

static int
loop(struct net *net, struct err *e)
{
	struct epoll_event ev[EVENTS];
	uint32_t interest = EPOLLIN;
	int64_t round = net->now;
	int n, rc = 0, spares = 0;

	while (rc == 0) {
		rc = core_flush(net, &interest, e);
		if (rc != 0)
			break;
		n = epoll_wait(net->epoll, ev, EVENTS, net->again ? 0 :
		    net->n > 0 || spares ? ROUND_MS : -1);
		if (n == -1 && errno != EINTR)
			return err_sys(e, "epoll");
		net->now = now_ms();
		rc = serve(net, ev, n, e);
		if (net->now - round >= ROUND_MS) {
			expire(net);
			spares = buf_age_spares();
			round = net->now;
		}
	}
	return rc == 1 ? 0 : -1;
}

int
net_main(const struct net_config *conf)
{
	struct net net = { .epoll = -1 };
	struct err e;
	int rc;

	rc = set_up(&net, conf, &e);
	if (rc == 0)
		rc = loop(&net, &e);
	if (rc == -1)
		log_error(conf->log, "network process: %s", e.text);
	tear_down(&net);
	return rc == 0 ? 0 : 1;
}
