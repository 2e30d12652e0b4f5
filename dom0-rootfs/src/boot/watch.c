/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "lease.h"
#include "netif.h"
#include "netup.h"
#include "say.h"
#include "serve.h"
#include "watch.h"

#define PID_FILE LEASE_DIR "/watch.pid"
#define IPV4_TOO 3.0		/* seconds that an IPv6 address waits for it */

struct watch {
	int report;		/* a pipe; -1: reported */
	double began, ipv6;	/* since boot; ipv6 0: not seen */
	void (*told)(void *);
	void *arg;
};

struct count {
	size_t links, ipv4, ipv6, failed, waiting;
};

static struct count
count(const struct serve *s)
{
	struct count n = { 0 };
	char top[NIC_NAME];

	for (size_t i = 0; i < s->plan->n; i++) {
		network_top(&s->plan->list[i], top);
		if (!netif_carrier(top))
			continue;
		n.links++;
		n.ipv4 += netif_has(top, AF_INET, NULL);
		n.ipv6 += netif_has(top, AF_INET6, NULL);
	}
	for (size_t i = 0; i < s->nclients; i++) {
		n.failed += s->clients[i].ended;
		n.waiting += s->clients[i].pid != 0 && !s->clients[i].ended;
	}
	return n;
}

static void
report(struct watch *w, const char *text)
{
	struct err none;

	file_write_all(w->report, text, strlen(text), &none);
	close(w->report);
	w->report = -1;
}

static int
look(struct serve *s, bool link_event, void *arg)
{
	struct watch *w = arg;
	double now = since_boot();
	char text[200];
	struct count n;

	(void)link_event;
	if (w->report == -1) {
		s->tick = 0;
		return 0;
	}
	n = count(s);
	if (n.ipv6 > 0 && w->ipv6 == 0)
		w->ipv6 = now;
	if (n.ipv4 > 0 || (w->ipv6 > 0 && (n.waiting == 0 ||
	    now > w->ipv6 + IPV4_TOO))) {
		report(w, "");
	} else if (n.links == 0 && now > w->began + WATCH_LINK) {
		snprintf(text, sizeof(text), "none of %zu network cards has a "
		    "link (a cable, a switch that is on)", s->plan->n);
		report(w, text);
	} else if (n.failed > 0 && n.waiting == 0) {
		snprintf(text, sizeof(text), "DHCP: no address on any of %zu "
		    "network cards, %zu with a link", s->plan->n, n.links);
		report(w, text);
	}
	return 0;
}

static void
told(void *arg)
{
	struct watch *w = arg;

	w->told(w->arg);
}

static void
stay(const struct netplan *p, struct watch *w)
{
	struct serve s = { .give_up = true, .tick = 100,
	    .each = look, .arg = w,
	    .told = told };
	struct err e;

	serve_plan(&s, p);
	if (serve_run(&s, &e) == -1 && w->report != -1)
		report(w, e.text);
	_exit(0);
}

/* Who waits for this program's words waits for their end, too. */
static void
words_to_log(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd != -1) {
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
}

static int
answer(int fd, struct err *e)
{
	char text[512];
	ssize_t n;
	size_t len = 0;

	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0 ||
	    (n == -1 && errno == EINTR))
		len += n > 0 ? (size_t)n : 0;
	text[len] = '\0';
	return len == 0 ? 0 : err_set(e, "%s", text);
}

static int
pid_write(pid_t pid, struct err *e)
{
	char text[32];

	if (file_mkdirs(LEASE_DIR, 0755, e) == -1)
		return -1;
	snprintf(text, sizeof(text), "%ld\n", (long)pid);
	return file_write(PID_FILE, text, strlen(text), 0644, e);
}

int
watch_start(const struct netplan *p, void (*then)(void *), void *arg,
    struct err *e)
{
	struct watch w = { .began = since_boot(), .told = then, .arg = arg };
	int ends[2], rc;
	pid_t pid;

	if (pipe(ends) == -1)
		return err_sys(e, "pipe");
	w.report = ends[1];
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		setsid();
		words_to_log();
		stay(p, &w);
	}
	close(ends[1]);
	rc = pid == -1 ? err_sys(e, "fork") : pid_write(pid, e);
	if (rc == 0)
		rc = answer(ends[0], e);
	close(ends[0]);
	return rc;
}

bool
watch_end(void)
{
	char text[32];
	struct err none;
	long pid;

	if (file_line(PID_FILE, text, sizeof(text), &none) == -1)
		return false;
	pid = strtol(text, NULL, 10);
	/* its DHCP clients are of its group */
	if (pid > 1)
		kill((pid_t)-pid, SIGTERM);
	unlink(PID_FILE);
	return pid > 1;
}
