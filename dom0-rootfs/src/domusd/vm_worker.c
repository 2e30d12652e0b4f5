/* SPDX-License-Identifier: ISC */
#include "vm_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

int
worker_add(struct worker **list, uint64_t id, enum priv what,
    const struct value *arg, struct err *e)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return err_set(e, "out of memory");
	w->id = id;
	w->what = what;
	w->arg = value_copy(arg);
	if (w->arg == NULL) {
		free(w);
		return err_set(e, "%s: no parameters", priv_names[what]);
	}
	while (*list != NULL)
		list = &(*list)->next;
	*list = w;
	return 0;
}

/* In the worker.  The port's socket blocks: one flush is all. */
static int
work(struct worker *w, int fd, const struct log *log)
{
	struct vm_host *h = calloc(1, sizeof(*h));
	struct reply r = { 0 };
	struct msg_port port;
	struct err e;
	int rc;

	if (h == NULL)
		return 1;
	if (vm_host_open(h, log, &e) == -1)
		reply_fail(&r, "INTERNAL_ERROR", e.text, NULL);
	else
		vm_work(h, w->what, w->arg, &r);
	msg_port_init(&port, fd, 0, 0, PRIV_MAX);
	rc = msg_reply_put(&port, w->id, &r, &e) == -1 ||
	    msg_flush(&port, &e) == -1;
	msg_port_free(&port);
	reply_free(&r);
	vm_host_close(h);
	free(h);
	return rc;
}

static void
be_worker(struct worker *w, int fd, struct vm_host *parent,
    const struct log *log)
{
	prctl(PR_SET_NAME, "domusd[worker]");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	libxl_postfork_child_noexec(parent->ctx);
	_exit(work(w, fd, log));
}

int
worker_start(struct worker *w, struct vm_host *parent, const struct log *log)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	w->pid = fork();
	if (w->pid == 0)
		be_worker(w, pair[1], parent, log);
	close(pair[1]);
	if (w->pid == -1) {
		w->pid = 0;
		close(pair[0]);
		return -1;
	}
	msg_port_init(&w->port, pair[0], MSG_BIT(MSG_REPLY), PRIV_MAX, 0);
	return 0;
}

struct worker *
worker_by_fd(struct worker *list, int fd)
{
	while (list != NULL && (list->pid == 0 || list->port.fd != fd))
		list = list->next;
	return list;
}

static bool
ended(struct worker *w, const struct log *log, struct reply *r)
{
	char text[96];
	int status = 0;

	waitpid(w->pid, &status, 0);
	w->pid = 0;
	close(w->port.fd);
	if (r->ok || r->code != NULL)
		return true;
	snprintf(text, sizeof(text), "%s: the worker has ended: %s %d",
	    priv_names[w->what], WIFSIGNALED(status) ? "signal" : "status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	log_error(log, "%s", text);
	reply_fail(r, "INTERNAL_ERROR", text, NULL);
	return true;
}

bool
worker_done(struct worker *w, const struct log *log, struct reply *r)
{
	struct err e;
	struct msg m;
	int got = msg_fill(&w->port, &e);

	if (got == 1)
		got = msg_next(&w->port, &m, &e);
	if (got == 1) {
		if (msg_reply_get(&m, r, &e) == -1)
			reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
		return ended(w, log, r);
	}
	return got == -1 || w->port.eof ? ended(w, log, r) : false;
}

void
worker_free(struct worker **list, struct worker *w)
{
	while (*list != w)
		list = &(*list)->next;
	*list = w->next;
	if (w->pid > 0) {
		kill(w->pid, SIGKILL);
		waitpid(w->pid, NULL, 0);
		close(w->port.fd);
	}
	msg_port_free(&w->port);
	value_free(w->arg);
	free(w);
}
