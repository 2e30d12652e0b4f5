/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "job.h"

/*
 * What comes by the pipe, a line each (ui.c writes it):
 *
 *	S step steps weight-before its-weight weight-of-all name title
 *	P percent
 *	L a line of the log
 */

static int
work(int (*run)(void *, struct ui *), void *arg, int fd)
{
	struct ui ui;
	int rc;

	setsid();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	ui_init(&ui, "domus-install");
	ui_events(&ui, fd);
	rc = run(arg, &ui);
	ui_free(&ui);
	return rc;
}

int
job_start(struct job *j, int (*run)(void *arg, struct ui *ui), void *arg,
    struct err *e)
{
	int fds[2];

	*j = (struct job){ .fd = -1, .all = 1 };
	if (pipe2(fds, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	j->from = ui_now();
	j->pid = fork();
	if (j->pid == 0)
		_exit(work(run, arg, fds[1]));
	close(fds[1]);
	if (j->pid == -1) {
		close(fds[0]);
		return err_sys(e, "fork");
	}
	j->fd = fds[0];
	fcntl(j->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

static void
take_step(struct job *j, const char *line)
{
	int at = 0;

	if (sscanf(line, "%u %u %u %u %u %31s %n", &j->step, &j->steps,
	    &j->begun, &j->weight, &j->all, j->name, &at) < 6 || at == 0)
		return;
	snprintf(j->title, sizeof(j->title), "%s", line + at);
	j->percent = 0;
}

static void
take_line(struct job *j, const char *line)
{
	if (strncmp(line, "S ", 2) == 0)
		take_step(j, line + 2);
	else if (strncmp(line, "P ", 2) == 0)
		j->percent = (unsigned int)strtoul(line + 2, NULL, 10);
	else if (strncmp(line, "L ", 2) == 0)
		buf_printf(&j->log, "%s\n", line + 2);
}

static void
take_end(struct job *j)
{
	int status;

	close(j->fd);
	j->fd = -1;
	while (waitpid(j->pid, &status, 0) == -1 && errno == EINTR)
		;
	j->ended = true;
	j->took = ui_now() - j->from;
	j->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
	if (WIFSIGNALED(status))
		buf_printf(&j->log, "FAILED: the installation ended by "
		    "signal %d (%s)\n", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
}

void
job_read(struct job *j)
{
	char part[4096], *end;
	ssize_t n;

	while (!j->ended) {
		n = read(j->fd, part, sizeof(part));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return;		/* EAGAIN: no more for now */
		if (n == 0) {
			take_end(j);
			return;
		}
		buf_add(&j->part, part, (size_t)n);
		while (j->part.data != NULL &&
		    (end = strchr(j->part.data, '\n')) != NULL) {
			*end = '\0';
			take_line(j, j->part.data);
			buf_drop(&j->part, (size_t)(end - j->part.data) + 1);
		}
	}
}

unsigned int
job_permille(const struct job *j)
{
	if (j->ended && j->status == 0)
		return 1000;
	return j->all == 0 ? 0 :
	    (j->begun * 1000 + j->weight * j->percent * 10) / j->all;
}

int
job_seconds_left(const struct job *j, double now)
{
	unsigned int done = job_permille(j);
	double gone = now - j->from;

	if (done < 50 || gone < 2)
		return -1;
	return (int)(gone * (1000 - done) / done + 0.5);
}

const char *
log_tail(const struct buf *log, unsigned int n)
{
	const char *s = buf_str(log), *p = s + log->len;

	for (; p > s && n > 0; n--) {
		p--;
		while (p > s && p[-1] != '\n')
			p--;
	}
	return p;
}

void
job_free(struct job *j)
{
	if (j->fd > 0)
		close(j->fd);
	buf_free(&j->log);
	buf_free(&j->part);
	*j = (struct job){ .fd = -1 };
}
