/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk_move.h"
#include "disk_serve.h"
#include "log.h"
#include "msg.h"

#define WORKERS 16		/* then questions wait in the socket */

struct worker {
	pid_t pid;		/* 0: free */
	uint64_t id;		/* of the question */
	struct msg_port port;	/* its end of a pair */
	int body;		/* the descriptor that it works with, or -1 */
};

struct serve {
	struct msg_port core;
	struct worker workers[WORKERS];
	disk_answer_fn *answer;
	void *arg;
	const struct log *log;
};

static enum priv
priv_named(const char *name)
{
	enum priv p;

	for (p = 0; p < PRIV_NAMES; p++)
		if (strcmp(priv_names[p], name) == 0)
			break;
	return p;
}

/* The child: one answer, and the end. */
static int
work(struct serve *s, int fd, int body, uint64_t id, struct call *c)
{
	struct disk_talk talk = { .body = body, .id = id };
	enum priv what = priv_named(c->method);
	struct reply r = { 0 };
	struct msg_port port;
	struct err e;
	int rc = 0;

	msg_port_init(&port, fd, MSG_BIT(MSG_NOTE), PRIV_MAX, PRIV_MAX);
	talk.port = &port;
	if (what == PRIV_NAMES)
		reply_fail(&r, "INTERNAL_ERROR", "unknown question", NULL);
	else
		s->answer(s->arg, what, c->params, &talk, &r);
	if (msg_reply_put(&port, id, &r, &e) == -1)
		rc = 1;
	while (rc == 0 && msg_waiting(&port))
		rc = msg_flush(&port, &e) == -1;
	reply_free(&r);
	msg_port_free(&port);
	call_free(c);
	return rc;
}

static struct worker *
free_worker(struct serve *s)
{
	for (int i = 0; i < WORKERS; i++)
		if (s->workers[i].pid == 0)
			return &s->workers[i];
	return NULL;
}

static void
fail(struct serve *s, uint64_t id, const char *why)
{
	struct reply r = { 0 };
	struct err e;

	reply_fail(&r, "INTERNAL_ERROR", why, NULL);
	if (msg_reply_put(&s->core, id, &r, &e) == -1)
		log_error(s->log, "%s", e.text);
	reply_free(&r);
}

/* Their bodies shall end when they do. */
static void
forget_others(struct serve *s, const struct worker *w)
{
	for (int i = 0; i < WORKERS; i++) {
		if (&s->workers[i] == w || s->workers[i].pid == 0)
			continue;
		close(s->workers[i].port.fd);
		if (s->workers[i].body != -1)
			close(s->workers[i].body);
	}
}

static void
begin(struct serve *s, struct worker *w, uint64_t id, struct call *c)
{
	enum priv what = priv_named(c->method);
	int pair[2] = { -1, -1 };

	w->body = disk_takes_body(what) ? msg_fd_take(&s->core) : -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1 ||
	    (w->pid = fork()) == -1) {
		w->pid = 0;
		fail(s, id, strerror(errno));
		close(pair[0]);
		close(pair[1]);
		if (w->body != -1)
			close(w->body);
		return;
	}
	if (w->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pair[0]);
		forget_others(s, w);
		_exit(work(s, pair[1], w->body, id, c));
	}
	close(pair[1]);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	w->id = id;
	msg_port_init(&w->port, pair[0], MSG_BIT(MSG_REPLY) |
	    MSG_BIT(MSG_NOTE), PRIV_MAX, PRIV_MAX);
}

static struct worker *
worker_of(struct serve *s, uint64_t id)
{
	for (int i = 0; i < WORKERS; i++)
		if (s->workers[i].pid != 0 && s->workers[i].id == id)
			return &s->workers[i];
	return NULL;
}

/* As it is. */
static void
pass_on(struct msg_port *to, uint64_t id, const struct msg *m)
{
	struct err ignored;

	buf_add(msg_begin(to, m->kind, id), m->data, m->len);
	msg_end(to, &ignored);
}

/*
 * [core] has something to say about a question: a note, or that nobody waits
 * for it any more.  Then its body ends, and the worker leaves all in order.
 */
static void
tell(struct serve *s, const struct msg *m)
{
	struct worker *w = worker_of(s, m->id);

	if (w == NULL)
		return;
	if (m->kind == MSG_NOTE)
		pass_on(&w->port, m->id, m);
	else if (w->body != -1)
		shutdown(w->body, SHUT_RDWR);
}

/* 0 when there is nothing more to do now. */
static int
take(struct serve *s, struct err *e)
{
	struct worker *w;
	struct call c;
	struct msg m;
	int rc;

	while ((w = free_worker(s)) != NULL &&
	    (rc = msg_next(&s->core, &m, e)) != 0) {
		if (rc == 1 && m.kind != MSG_CALL) {
			tell(s, &m);
			continue;
		}
		if (rc == -1 || msg_call_get(&m, &c, e) == -1)
			return -1;
		begin(s, w, m.id, &c);
		call_free(&c);
	}
	return 0;
}

/* A child has said something, or ended without a word. */
static void
hear(struct serve *s, struct worker *w)
{
	struct reply r;
	struct msg m;
	struct err e;
	int rc = msg_fill(&w->port, &e);

	if (rc != -1)
		rc = msg_next(&w->port, &m, &e);
	while (rc == 1 && m.kind == MSG_NOTE) {
		pass_on(&s->core, w->id, &m);
		rc = msg_next(&w->port, &m, &e);
	}
	if (rc == 0 && !w->port.eof)
		return;
	if (rc == 1 && msg_reply_get(&m, &r, &e) == 0) {
		if (msg_reply_put(&s->core, w->id, &r, &e) == -1)
			log_error(s->log, "%s", e.text);
		reply_free(&r);
	} else
		fail(s, w->id, "[disk] ended in the middle");
	close(w->port.fd);
	if (w->body != -1)
		close(w->body);
	msg_port_free(&w->port);
	waitpid(w->pid, NULL, 0);
	w->pid = 0;
}

/* A worker's conversation, as poll(2) sees it. */
static void
serve_worker(struct serve *s, struct worker *w, short events)
{
	struct err e;

	/* one that has ended is heard of below */
	if ((events & POLLOUT) != 0)
		msg_flush(&w->port, &e);
	if ((events & ~POLLOUT) != 0)
		hear(s, w);
}

static struct pollfd
wish(const struct worker *w)
{
	if (w->pid == 0)
		return (struct pollfd){ .fd = -1 };
	return (struct pollfd){ w->port.fd, (short)(POLLIN |
	    (msg_waiting(&w->port) ? POLLOUT : 0)), 0 };
}

static int
turn(struct serve *s, struct err *e)
{
	struct pollfd fds[WORKERS + 1];
	short in = free_worker(s) != NULL ? POLLIN : 0;

	fds[WORKERS] = (struct pollfd){ s->core.fd, (short)(in |
	    (msg_waiting(&s->core) ? POLLOUT : 0)), 0 };
	for (int i = 0; i < WORKERS; i++)
		fds[i] = wish(&s->workers[i]);
	if (poll(fds, WORKERS + 1, -1) == -1)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	for (int i = 0; i < WORKERS; i++)
		if (fds[i].revents != 0)
			serve_worker(s, &s->workers[i], fds[i].revents);
	if ((fds[WORKERS].revents & ~POLLOUT) != 0 &&
	    msg_fill(&s->core, e) == -1)
		return -1;
	if (take(s, e) == -1)
		return -1;
	if (!msg_waiting(&s->core) || msg_flush(&s->core, e) != -1)
		return 0;
	s->core.eof = e->sys == EPIPE;	/* [core] has ended, and so do we */
	return s->core.eof ? 0 : -1;
}

int
disk_serve(int fd, disk_answer_fn *answer, void *arg, const struct log *log)
{
	struct serve s = { .answer = answer, .arg = arg, .log = log };
	struct err e;
	int rc = 0;

	msg_port_init(&s.core, fd, MSG_BIT(MSG_CALL) | MSG_BIT(MSG_NOTE) |
	    MSG_BIT(MSG_CANCEL), PRIV_MAX, PRIV_MAX);
	s.core.takes_fds = true;
	while (!s.core.eof && rc == 0)
		rc = turn(&s, &e);
	if (rc == -1)
		log_error(log, "%s", e.text);
	/* whoever still works is of no use to anybody */
	for (int i = 0; i < WORKERS; i++) {
		if (s.workers[i].pid == 0)
			continue;
		kill(s.workers[i].pid, SIGKILL);
		close(s.workers[i].port.fd);
		msg_port_free(&s.workers[i].port);
		waitpid(s.workers[i].pid, NULL, 0);
	}
	msg_port_free(&s.core);
	return rc == 0 ? 0 : 1;
}
