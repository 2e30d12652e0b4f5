/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "core.h"
#include "event.h"
#include "handover.h"
#include "http.h"
#include "local.h"
#include "log.h"
#include "out.h"
#include "pool.h"
#include "request.h"

#define LOCAL_PEERS 32
#define PEERS (LOCAL_PEERS + 5)
#define FIRST_FACTS_MS 30000
#define PEER_FULL ((size_t)4 << 20)

int64_t
core_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
core_time(void)
{
	return (int64_t)time(NULL);
}

struct peer *
core_peer(struct core *core, enum peer_kind kind, int fd, uint64_t accepts,
    size_t max_in, size_t max_out)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->kind = kind;
	msg_port_init(&p->port, fd, accepts, max_in, max_out);
	p->next = core->peers;
	core->peers = p;
	return p;
}

static void
got(struct core *core, struct peer *p, const struct msg *m)
{
	struct call c;
	struct err e;

	switch (m->kind) {
	case MSG_CALL:
		if (msg_call_get(m, &c, &e) == -1) {
			log_error(core->log, "%s", e.text);
			p->ended = true;
			return;
		}
		request_start(core, p, m->id, &c, p->kind == PEER_LOCAL);
		break;
	case MSG_HTTP:
		if (msg_call_get(m, &c, &e) == -1) {
			log_error(core->log, "%s", e.text);
			p->ended = true;
			return;
		}
		http_start(core, p, m->id, &c);
		break;
	case MSG_NOTE:
		core_got_note(core, p, m);
		break;
	case MSG_CANCEL:
		request_cancel(core, p, m->id);
		break;
	case MSG_REPLY:
		core_got_reply(core, p, m);
		break;
	default:
		break;
	}
}

/* [xen], [disk] and [link] say only what they were asked. */
bool
core_peer_full(const struct peer *p)
{
	return (p->kind == PEER_NET || p->kind == PEER_LOCAL) &&
	    p->port.out.len - p->port.out_at > PEER_FULL;
}

static void
take_messages(struct core *core, struct peer *p)
{
	struct msg m;
	struct err e;
	int r = 0;

	while (!p->ended && !core_peer_full(p) &&
	    (r = msg_next(&p->port, &m, &e)) == 1)
		got(core, p, &m);
	if (r == -1)
		log_error(core->log, "%s", e.text);
	p->more = core_peer_full(p);
	p->ended |= r == -1 || p->port.eof;
}

static void
serve_peer(struct core *core, struct peer *p, short events)
{
	struct err e;

	if (core_peer_full(p)) {
		/* nobody is there to read it */
		p->ended |= (events & (POLLHUP | POLLERR)) != 0;
		return;
	}
	if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 &&
	    msg_fill(&p->port, &e) == -1) {
		log_error(core->log, "%s", e.text);
		p->ended = true;
		return;
	}
	take_messages(core, p);
}

/* What poll(2) is to look for at a peer. */
static short
events_of(const struct peer *p)
{
	return (short)((core_peer_full(p) ? 0 : POLLIN) |
	    (msg_waiting(&p->port) ? POLLOUT : 0));
}

static void
flush_peers(struct core *core)
{
	struct peer *p;
	struct err e;

	for (p = core->peers; p != NULL; p = p->next)
		if (msg_waiting(&p->port) && msg_flush(&p->port, &e) == -1)
			p->ended = true;
}

/* Its clients see their connections end, and come back to the next one. */
static void
lose_net(struct core *core)
{
	core->net = NULL;
	handover_lost(core->main_fd, core->net_round);
}

/*
 * Local peers come and go, and [net] is started again; without one of the
 * others we are no agent.
 */
static int
reap_peers(struct core *core, struct err *e)
{
	static const char *const names[] = { "[net]", "[xen]", "[disk]",
		"[link] or [ask]", "[console]", "" };
	struct peer **at = &core->peers, *p;

	while ((p = *at) != NULL) {
		if (!p->ended) {
			at = &p->next;
			continue;
		}
		if (p->kind != PEER_LOCAL && core->stop)
			return 0;	/* all of us are ending */
		if (p->kind == PEER_NET)
			lose_net(core);
		else if (p->kind != PEER_LOCAL)
			return err_set(e, "%s has ended", names[p->kind]);
		*at = p->next;
		request_peer_gone(core, p);
		close(p->port.fd);
		msg_port_free(&p->port);
		free(p);
	}
	return 0;
}

static void
accept_local(struct core *core)
{
	struct peer *p;
	size_t n = 0;
	int fd = local_accept(core->local_fd);

	if (fd == -1)
		return;
	for (p = core->peers; p != NULL; p = p->next)
		n++;
	if (n >= PEERS || core_peer(core, PEER_LOCAL, fd, MSG_FROM_NET,
	    MSG_MAX_FROM_NET, MSG_MAX_FROM_CORE) == NULL)
		close(fd);
}

static int
take_net(struct core *core, struct err *e)
{
	unsigned char round;
	int fd = handover_take(core->main_fd, &round);

	if (fd == -2)
		return err_set(e, "main has ended");
	if (fd == -1)
		return 0;
	core->net = core_peer(core, PEER_NET, fd, MSG_FROM_NET,
	    MSG_MAX_FROM_NET, MSG_MAX_FROM_CORE);
	core->net_round = round;
	return core->net != NULL ? 0 : err_set(e, "out of memory");
}

static int
wait_ms(const struct core *core)
{
	int64_t now = core_ms(), due = event_due(core);

	if (core->own_waits)
		return 0;
	if (due == 0)
		due = INT64_MAX;
	for (const struct peer *p = core->peers; p != NULL; p = p->next)
		if (p->more && !core_peer_full(p))
			return 0;
	for (size_t i = 0; i < EVERY; i++)
		if (core->every_due[i] < due)
			due = core->every_due[i];
	return due <= now ? 0 : due - now > 60000 ? 60000 : (int)(due - now);
}

static void
run_due(struct core *core)
{
	core_every(core);
	event_run(core);
	core->stop |= core->stop_due != 0 && core->stop_due <= core_ms();
}

static void
got_signal(struct core *core)
{
	struct signalfd_siginfo info;

	if (read(core->signal_fd, &info, sizeof(info)) == sizeof(info))
		core->stop = true;
}

int
core_turn(struct core *core, struct err *e)
{
	struct pollfd fds[PEERS + 3 + OUTS];
	struct peer *peers[PEERS + 1], *p;
	nfds_t n = 0, npeers, nouts;

	for (p = core->peers; p != NULL && n < PEERS; p = p->next) {
		peers[n] = p;
		fds[n++] = (struct pollfd){ p->port.fd, events_of(p), 0 };
	}
	npeers = n;
	fds[n++] = (struct pollfd){ core->signal_fd, POLLIN, 0 };
	fds[n++] = (struct pollfd){ core->local_fd, POLLIN, 0 };
	fds[n++] = (struct pollfd){ core->main_fd, POLLIN, 0 };
	nouts = out_poll(core, fds + n);
	n += nouts;
	if (poll(fds, n, wait_ms(core)) == -1)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	clock_look(core);
	for (nfds_t i = 0; i < npeers; i++)
		if ((fds[i].revents & ~POLLOUT) != 0 || peers[i]->more)
			serve_peer(core, peers[i], fds[i].revents);
	out_run(core, fds + n - nouts, nouts);
	if (fds[npeers].revents & POLLIN)
		got_signal(core);
	if (fds[npeers + 1].revents & POLLIN)
		accept_local(core);
	if (fds[npeers + 2].revents != 0 && take_net(core, e) == -1)
		return core->stop ? 0 : -1;
	core_answer_unasked(core);
	run_due(core);
	request_run_own(core);
	flush_peers(core);
	return reap_peers(core, e);
}

int
core_first_facts(struct core *core, struct err *e)
{
	int64_t until = core_ms() + FIRST_FACTS_MS;

	while (core_host(core) == NULL && !core->stop) {
		if (core_turn(core, e) == -1)
			return -1;
		if (core_ms() > until)
			return err_set(e, "[xen] tells nothing of this host");
	}
	return 0;
}

int
core_loop(struct core *core, struct err *e)
{
	while (!core->stop)
		if (core_turn(core, e) == -1)
			return -1;
	flush_peers(core);
	return 0;
}
