/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "run.h"

#define KILLED_MS 2000	/* to be gone after SIGKILL */

/* One of the child's output pipes, and the line it is in the middle of. */
struct stream {
	int fd;
	struct buf part;
	struct buf *whole;	/* everything goes here instead of lines */
	char last[200];		/* the last line that was not blank */
};

struct child {
	pid_t pid;
	int in;
	struct stream out, errs;
};

static void
line_done(struct stream *s, const struct run *r, size_t len)
{
	char *text = s->part.data;

	text[len] = '\0';
	if (len > 0 && text[len - 1] == '\r')
		text[len - 1] = '\0';
	if (*text != '\0')
		snprintf(s->last, sizeof(s->last), "%s", text);
	if (r->line != NULL)
		r->line(r->arg, text);
}

static void
lines_take(struct stream *s, const struct run *r)
{
	char *nl;

	while (s->part.len > 0 &&
	    (nl = memchr(s->part.data, '\n', s->part.len)) != NULL) {
		size_t len = (size_t)(nl - s->part.data);

		line_done(s, r, len);
		buf_drop(&s->part, len + 1);
	}
}

/* Read what is there; closes the stream at its end. */
static void
stream_read(struct stream *s, const struct run *r)
{
	char part[4096];
	ssize_t n;

	n = read(s->fd, part, sizeof(part));
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		if (s->part.len > 0)
			line_done(s, r, s->part.len);
		close(s->fd);
		s->fd = -1;
		return;
	}
	if (s->whole != NULL) {
		buf_add(s->whole, part, (size_t)n);
		return;
	}
	buf_add(&s->part, part, (size_t)n);
	lines_take(s, r);
}

static void
in_child(const char *const argv[], const struct run *r, const int fds[3])
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) == -1)
			_exit(127);
	for (size_t i = 0; r->env != NULL && r->env[i] != NULL; i++) {
		char *pair = strdup(r->env[i]);

		if (pair == NULL || putenv(pair) != 0)
			_exit(127);
	}
	execvp(argv[0], (char *const *)argv);
	fprintf(stderr, "%s\n", strerror(errno));
	_exit(127);
}

static int
start(const char *const argv[], const struct run *r, struct child *c,
    struct err *e)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, errs[2] = { -1, -1 };
	int rc = -1;

	if (pipe2(out, O_CLOEXEC) == -1 || pipe2(errs, O_CLOEXEC) == -1 ||
	    (r->input != NULL ? pipe2(in, O_CLOEXEC) :
	    (in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC))) == -1) {
		err_sys(e, "%s", argv[0]);
		goto out;
	}
	c->pid = fork();
	if (c->pid == -1) {
		err_sys(e, "%s: fork", argv[0]);
		goto out;
	}
	if (c->pid == 0)
		in_child(argv, r, (int[]){ in[0], out[1], errs[1] });
	c->in = in[1];
	c->out.fd = out[0];
	c->errs.fd = errs[0];
	in[1] = out[0] = errs[0] = -1;
	rc = 0;
out:
	for (int i = 0; i < 2; i++) {
		if (in[i] != -1)
			close(in[i]);
		if (out[i] != -1)
			close(out[i]);
		if (errs[i] != -1)
			close(errs[i]);
	}
	return rc;
}

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Write more of the input; closes the pipe when done or not wanted. */
static void
feed(struct child *c, const char **input)
{
	ssize_t n = write(c->in, *input, strlen(*input));

	if (n > 0)
		*input += n;
	if ((n == -1 && errno != EINTR && errno != EAGAIN) ||
	    **input == '\0') {
		close(c->in);
		c->in = -1;
	}
}

/* Move bytes until both outputs end.  Returns 1 when the time was up. */
static int
converse(struct child *c, const struct run *r)
{
	long long end = r->seconds > 0 ? now_ms() + r->seconds * 1000LL : 0;
	const char *input = r->input;

	if (c->in != -1)
		fcntl(c->in, F_SETFL, O_NONBLOCK);
	while (c->out.fd != -1 || c->errs.fd != -1) {
		struct pollfd p[3] = {
			{ .fd = c->out.fd, .events = POLLIN },
			{ .fd = c->errs.fd, .events = POLLIN },
			{ .fd = c->in, .events = POLLOUT },
		};
		long long left = end == 0 ? -1 : end - now_ms();

		if (end != 0 && left <= 0)
			return 1;
		if (poll(p, 3, (int)left) <= 0)
			continue;
		if (p[0].revents != 0)
			stream_read(&c->out, r);
		if (p[1].revents != 0)
			stream_read(&c->errs, r);
		if (p[2].revents != 0)
			feed(c, &input);
	}
	return 0;
}

/* One that waits for a disk in the kernel may outlive any signal. */
static bool
wait_killed(pid_t pid, int *status)
{
	const struct timespec pause = { 0, 20 * 1000 * 1000 };
	long long end = now_ms() + KILLED_MS;
	pid_t r;

	while ((r = waitpid(pid, status, WNOHANG)) == 0 && now_ms() < end)
		nanosleep(&pause, NULL);
	return r != 0;
}

static int
verdict(const char *name, const struct child *c, int late, struct run *r,
    int status, struct err *e)
{
	const char *said = c->errs.last[0] != '\0' ? c->errs.last :
	    c->out.last;
	const char *colon = *said != '\0' ? ": " : "";

	r->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
	if (late)
		return err_set(e, "%s: killed after %d s%s%s", name,
		    r->seconds, colon, said);
	if (WIFSIGNALED(status))
		return err_set(e, "%s: signal %d%s%s", name,
		    WTERMSIG(status), colon, said);
	if (r->status != 0)
		return err_set(e, "%s: exit %d%s%s", name, r->status, colon,
		    said);
	return 0;
}

int
run_with(const char *const argv[], struct run *r, struct err *e)
{
	struct child c = { .in = -1, .out.fd = -1, .errs.fd = -1 };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int late, status = 0;
	bool gone = true;

	r->status = -1;
	c.out.whole = r->output;
	if (start(argv, r, &c, e) == -1)
		return -1;
	sigaction(SIGPIPE, &ignore, &before);
	late = converse(&c, r);
	if (late) {
		kill(c.pid, SIGKILL);
		gone = wait_killed(c.pid, &status);
	}
	while (!late && waitpid(c.pid, &status, 0) == -1 && errno == EINTR)
		;
	sigaction(SIGPIPE, &before, NULL);
	if (c.in != -1)
		close(c.in);
	if (c.out.fd != -1)
		close(c.out.fd);
	if (c.errs.fd != -1)
		close(c.errs.fd);
	buf_free(&c.out.part);
	buf_free(&c.errs.part);
	if (!gone)
		return err_set(e, "%s: did not end within %d s and hangs in "
		    "the kernel", argv[0], r->seconds);
	return verdict(argv[0], &c, late, r, status, e);
}

int
run(const char *const argv[], struct err *e)
{
	struct run r = { 0 };

	return run_with(argv, &r, e);
}
