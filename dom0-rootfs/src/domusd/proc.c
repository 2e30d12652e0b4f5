/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console.h"
#include "core_main.h"
#include "disk.h"
#include "handover.h"
#include "net.h"
#include "priv.h"
#include "proc.h"

/* The processes: with what each may have and no more. */

#define END_S 10		/* between SIGTERM and SIGKILL */
#define MOMENT_MS 100
#define QUICK_MS 10000		/* a [net] that ends so soon... */
#define QUICK_ENDS 5		/* so many times is no use */

/* The accounts of etc/passwd; 0: stays root. */
static const struct {
	const char *name;
	uid_t uid;
} processes[PROCESSES] = {
	[NET] = { "[net]", 104 },
	[XEN] = { "[xen]", 0 },
	[DISK] = { "[disk]", 0 },
	[LINK] = { "[link]", 107 },
	[ASK] = { "[ask]", 107 },
	[CONSOLE] = { "[console]", 109 },
	[CORE] = { "[core]", 105 },
};

uid_t
proc_core_uid(void)
{
	return processes[CORE].uid;
}

static int
run_net(struct daemon *d)
{
	struct net_config c = {
		.core_fd = d->pairs[NET][1],
		.tls_fd = d->tls_fd,
		.http_fd = d->http_fd,
		.https_port = d->tls_port,
		.pem = d->cert.pem,
		.root = NET_ROOT,
		.uid = processes[NET].uid,
		.sandbox = d->drop,
		.log = &d->log,
	};

	return net_main(&c);
}

static int
run_console(struct daemon *d)
{
	struct console_config c = {
		.core_fd = d->pairs[CONSOLE][1],
		.root = NET_ROOT,
		.uid = processes[CONSOLE].uid,
		.sandbox = d->drop,
		.log = &d->log,
	};

	return console_main(&c);
}

static int
run_core(struct daemon *d)
{
	struct core_fds fds = { d->pairs[NET][0], d->pairs[XEN][0],
		d->pairs[DISK][0], d->pairs[LINK][0], d->pairs[ASK][0],
		d->pairs[CONSOLE][0], d->local_fd, d->handover[0] };

	return core_main(&fds, &d->o, &d->conf, &d->cert, &d->log);
}

static void
our_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGCHLD);
}

static void
block_signals(void)
{
	sigset_t set;

	our_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void
free_signals(void)
{
	sigset_t set;

	our_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* the terminal's goes to all; only main decides */
	signal(SIGINT, SIG_IGN);
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* What process i has no business with. */
static void
keep_own(struct daemon *d, int i)
{
	for (int p = 0; p < CORE; p++) {
		if (i != CORE)
			close_fd(&d->pairs[p][0]);
		if (i != p)
			close_fd(&d->pairs[p][1]);
	}
	if (i != NET && i != PROCESSES) {
		close_fd(&d->tls_fd);
		close_fd(&d->http_fd);
	}
	if (i != CORE) {
		close_fd(&d->local_fd);
		close_fd(&d->handover[0]);
	}
	if (i != PROCESSES)
		close_fd(&d->handover[1]);
}

static int
become(const struct daemon *d, int i)
{
	uid_t uid = processes[i].uid;

	/* these do more, themselves */
	if (!d->drop || uid == 0 || i == NET || i == CONSOLE)
		return 0;
	if (setgroups(0, NULL) == -1 || setresgid(uid, uid, uid) == -1 ||
	    setresuid(uid, uid, uid) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return 0;
}

static int
run_process(struct daemon *d, int i)
{
	static const char *const names[] = { "domusd[net]", "domusd[xen]",
		"domusd[disk]", "domusd[link]", "domusd[ask]",
		"domusd[console]", "domusd[core]" };

	keep_own(d, i);
	if (i != NET)
		cert_forget_key(&d->cert);
	if (i != CORE)		/* [core] reads its signals itself */
		free_signals();
	d->log.prog = names[i];
	prctl(PR_SET_NAME, names[i]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (become(d, i) == -1) {
		log_error(&d->log, "privileges: %s", strerror(errno));
		return 1;
	}
	switch (i) {
	case NET:
		return run_net(d);
	case XEN:
		return xen_main(d->pairs[XEN][1], &d->o, &d->log);
	case DISK:
		return disk_main(d->pairs[DISK][1], &d->o, &d->log);
	case LINK:
	case ASK:
		return link_main(d->pairs[i][1], &d->o, &d->log);
	case CONSOLE:
		return run_console(d);
	default:
		return run_core(d);
	}
}

static int
start(struct daemon *d, int i, struct err *e)
{
	d->pids[i] = fork();
	if (d->pids[i] == -1)
		return err_sys(e, "fork");
	if (d->pids[i] == 0) {
		i = run_process(d, i);
		cert_free(&d->cert);
		conf_free(&d->conf);
		exit(i);
	}
	if (i == NET)
		d->net_started = core_ms();
	return 0;
}

static int
start_all(struct daemon *d, struct err *e)
{
	for (int i = 0; i < PROCESSES; i++)
		if (start(d, i, e) == -1)
			return -1;
	keep_own(d, PROCESSES);
	return 0;
}

/* With a new conversation to [core]; the listening sockets are the same. */
static int
restart_net(struct daemon *d, struct err *e)
{
	int *pair = d->pairs[NET], rc = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	    pair) == -1)
		return err_sys(e, "socketpair");
	log_error(&d->log, "[net] has ended; starting it again");
	d->net_round++;
	if (start(d, NET, e) == 0 &&
	    handover_give(d->handover[1], d->net_round, pair[0], e) == 0)
		rc = 0;
	close_fd(&pair[0]);
	close_fd(&pair[1]);
	return rc;
}

/* Not at once: it may be [core] that is ending, or [net] that cannot live. */
static bool
net_wanted(struct daemon *d)
{
	return d->pids[NET] == 0 && core_ms() - d->net_ended >= MOMENT_MS &&
	    core_ms() - d->net_started >= d->quick_ends * 1000;
}

static bool
net_may_end(struct daemon *d)
{
	bool quick = core_ms() - d->net_started < QUICK_MS;

	d->quick_ends = quick ? d->quick_ends + 1 : 0;
	d->net_ended = core_ms();
	return d->quick_ends < QUICK_ENDS;
}

/* [core] has done with a [net] that may not know it. */
static void
end_lost_net(const struct daemon *d)
{
	if (handover_heard(d->handover[1]) == d->net_round &&
	    d->pids[NET] > 0)
		kill(d->pids[NET], SIGKILL);
}

static void
signal_all(const struct daemon *d, int sig)
{
	for (int i = 0; i < PROCESSES; i++)
		if (d->pids[i] > 0)
			kill(d->pids[i], sig);
}

/* -1, or the process that has ended. */
static int
ended(struct daemon *d, pid_t pid, int status, bool ending)
{
	int i;

	for (i = 0; i < PROCESSES && d->pids[i] != pid; i++)
		;
	if (i == PROCESSES)
		return -1;
	d->pids[i] = 0;
	if (WIFSIGNALED(status) && !ending)
		log_error(&d->log, "%s: signal %d", processes[i].name,
		    WTERMSIG(status));
	return i;
}

static bool
any_left(const struct daemon *d)
{
	for (int i = 0; i < PROCESSES; i++)
		if (d->pids[i] > 0)
			return true;
	return false;
}

/* [core] finishes what it does; the others end with its sockets, but one that
 * waits for another host would take its time. */
static void
end_all(const struct daemon *d)
{
	if (d->pids[CORE] > 0)
		kill(d->pids[CORE], SIGTERM);
	for (int i = LINK; i <= ASK; i++)
		if (d->pids[i] > 0)
			kill(d->pids[i], SIGTERM);
}

/* Its conversation with [core] has ended: what that means [core] says. */
static bool
follows_core(int which, int status)
{
	return which != CORE && which != NET && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

/* The first process to end: what that means for all of us. */
static int
reap(struct daemon *d, bool ending)
{
	int status, which, rc = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		which = ended(d, pid, status, ending);
		if (which == -1 || ending || follows_core(which, status) ||
		    (which == NET && net_may_end(d)))
			continue;
		ending = true;
		rc = which == CORE && WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0 ? 1 : -1;
	}
	return rc;
}

static int
supervise(struct daemon *d)
{
	struct timespec second = { 1, 0 }, moment = { 0, MOMENT_MS * 1000000 };
	int sig, r, rc = 0, left = END_S;
	bool ending = false;
	sigset_t set;
	struct err e;

	our_signals(&set);
	while (any_left(d)) {
		sig = sigtimedwait(&set, NULL,
		    !ending && d->pids[NET] == 0 ? &moment : &second);
		r = reap(d, ending);
		if (r == -1)
			rc = -1;
		if (!ending && (r != 0 || sig == SIGTERM || sig == SIGINT)) {
			ending = true;
			end_all(d);
		}
		end_lost_net(d);
		if (!ending && net_wanted(d) && restart_net(d, &e) == -1) {
			log_error(&d->log, "[net]: %s", e.text);
			rc = -1;
			ending = true;
			end_all(d);
		}
		if (ending && sig == -1 && left-- == 0)
			signal_all(d, SIGKILL);
	}
	return rc;
}

int
proc_run(struct daemon *d, struct err *e)
{
	block_signals();
	if (start_all(d, e) == -1) {
		signal_all(d, SIGKILL);
		return -1;
	}
	return supervise(d);
}
