/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "disk_serve.h"
#include "mover.h"
#include "msg.h"

#define UID 108			/* of etc/passwd */
#define ROOT "/run/domusd/empty"
#define TELL_MS 500

void
moved_fail(struct moved *m, const struct err *e)
{
	m->failed = 1;
	m->sys = e->sys;
	snprintf(m->text, sizeof(m->text), "%.255s", e->text);
}

/* What it has open is all that it will ever have. */
static int
drop_rights(void)
{
	struct rlimit none = { 0, 0 };

	if (chroot(ROOT) == -1 || chdir("/") == -1 ||
	    setgroups(0, NULL) == -1 || setresgid(UID, UID, UID) == -1 ||
	    setresuid(UID, UID, UID) == -1 ||
	    setrlimit(RLIMIT_NOFILE, &none) == -1 ||
	    setrlimit(RLIMIT_NPROC, &none) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void
child(bool drop, void (*fn)(void *, struct moved *), void *arg, int to)
{
	struct moved m = { 0 };
	struct err e;

	if (drop && drop_rights() == -1) {
		err_sys(&e, "privileges");
		moved_fail(&m, &e);
	} else {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fn(arg, &m);
	}
	_exit(write(to, &m, sizeof(m)) == sizeof(m) ? 0 : 1);
}

void
mover_run(bool drop, void (*fn)(void *, struct moved *), void *arg,
    struct moved *m_r)
{
	int ends[2] = { -1, -1 };
	pid_t pid = -1;
	ssize_t n = -1;

	*m_r = (struct moved){ .failed = 1, .text = "it ended in the middle" };
	if (pipe(ends) == 0)
		pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(drop, fn, arg, ends[1]);
	}
	if (ends[1] != -1)
		close(ends[1]);
	if (pid > 0) {
		do
			n = read(ends[0], m_r, sizeof(*m_r));
		while (n == -1 && errno == EINTR);
		waitpid(pid, NULL, 0);
	}
	if (ends[0] != -1)
		close(ends[0]);
	if (n != sizeof(*m_r))
		*m_r = (struct moved){ .failed = 1,
		    .text = "it ended in the middle" };
	m_r->text[sizeof(m_r->text) - 1] = '\0';
}

void
progress_tell(struct progress *p, uint64_t done, uint64_t all)
{
	struct timespec t;
	struct value *v;
	struct err ignored;
	int64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (p->told == 0)
		p->told = now;
	if (now - p->told < TELL_MS || all == 0)
		return;
	p->told = now;
	v = value_new_struct();
	value_set_float(v, "progress", done >= all ? 1.0 :
	    (double)done / (double)all);
	if (msg_put(p->talk->port, MSG_NOTE, p->talk->id, v, &ignored) == 0)
		msg_flush(p->talk->port, &ignored);
	value_free(v);
}
