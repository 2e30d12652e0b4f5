/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "ui.h"

void
ui_init(struct ui *ui, const char *prog)
{
	*ui = (struct ui){ .out = { STDOUT_FILENO }, .nout = 1,
		.prog = prog, .events = -1, .post = -1,
		.watch = -1 };
}

/* proc(5): /proc/consoles: "tty0  -WU (EC p  )  4:1", E is enabled. */
size_t
ui_console_names(const char *root, char names[][32], size_t max)
{
	char path[PATH_MAX], flags[32], *text, *line;
	struct err e;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/proc/consoles", root);
	if (file_read(path, 4096, &text, NULL, &e) == -1)
		return 0;
	for (line = text; *line != '\0' && n < max;
	    line += strcspn(line, "\n"), line += *line == '\n')
		if (sscanf(line, "%31s %*s (%31[^)])", names[n], flags) == 2 &&
		    strchr(flags, 'E') != NULL)
			n++;
	free(text);
	return n;
}

void
ui_open_consoles(struct ui *ui, const char *root)
{
	char path[PATH_MAX], names[8][32];
	size_t all = ui_console_names(root, names, 8);
	unsigned int n = 0;
	int fd;

	for (size_t i = 0; i < all; i++) {
		snprintf(path, sizeof(path), "%s/dev/%s", root, names[i]);
		fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
		if (fd != -1)
			ui->out[n++] = fd;
	}
	if (n > 0)
		ui->nout = n;
}

/* A console that is slow is waited for a little, one that is stuck is not. */
static void
write_some(int fd, const char *data, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return;
		if (n == -1 && poll(&p, 1, 500) <= 0)
			return;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

void
ui_events(struct ui *ui, int fd)
{
	ui->nout = 0;
	ui->events = fd;
}

/* In one write, which a pipe takes whole or not at all. */
void
ui_post(struct ui *ui, char kind, const char *text, size_t len)
{
	char line[512];
	int n;

	if (ui->post == -1)
		return;
	n = snprintf(line, sizeof(line), "%c %.*s", kind,
	    (int)(len < sizeof(line) - 4 ? len : sizeof(line) - 4), text);
	line[n] = '\n';
	if (write(ui->post, line, (size_t)n + 1) == -1)
		return;
}

void
ui_watch(struct ui *ui, char kind, const char *text)
{
	if (ui->watch != -1)
		dprintf(ui->watch, "%c %s\n", kind, text);
}

static void
event(struct ui *ui, char kind, const char *text, size_t len)
{
	if (ui->events != -1)
		dprintf(ui->events, "%c %.*s\n", kind, (int)len, text);
	if (ui->watch != -1)
		dprintf(ui->watch, "%c %.*s\n", kind, (int)len, text);
	ui_post(ui, kind, text, len);
}

static void
put(struct ui *ui, const char *line, size_t len)
{
	struct buf b = { 0 };

	/* What is indented belongs to the line above; screens are narrow. */
	if (len > 0 && line[0] == ' ')
		buf_printf(&b, "%.*s\n", (int)len, line);
	else
		buf_printf(&b, "%s: %.*s\n", ui->prog, (int)len, line);
	for (unsigned int i = 0; i < ui->nout && !b.failed; i++)
		write_some(ui->out[i], b.data, b.len);
	buf_free(&b);
	event(ui, 'L', line, len);
	buf_printf(&ui->log, "%.*s\n", (int)len, line);
}

void
ui_say(struct ui *ui, const char *fmt, ...)
{
	char *text;
	va_list ap;
	size_t n;
	int r;

	va_start(ap, fmt);
	r = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (r == -1)
		return;
	for (char *line = text; *line != '\0'; line += n,
	    line += *line == '\n') {
		n = strcspn(line, "\n");
		put(ui, line, n);
	}
	free(text);
}

void
ui_log_line(void *arg, const char *line)
{
	struct ui *ui = arg;

	event(ui, 'L', line, strlen(line));
	buf_printf(&ui->log, "  %s\n", line);
}

void
ui_step(struct ui *ui, const struct ui_step *s)
{
	char line[200];
	int n = snprintf(line, sizeof(line), "%zu %zu %u %u %u %s %s", s->nr,
	    s->all, s->before, s->weight, s->sum, s->name, s->title);

	event(ui, 'S', line, (size_t)n < sizeof(line) ? (size_t)n :
	    sizeof(line) - 1);
	ui->percent = 0;
	ui_say(ui, "step %zu/%zu %s: %s", s->nr, s->all, s->name, s->title);
}

static void
progress(struct ui *ui, const char *what, uint64_t done, uint64_t all)
{
	unsigned int now = all > 0 ? (unsigned int)(done * 100 / all) : 100;
	char text[16];

	if (now != ui->percent)
		event(ui, 'P', text, (size_t)snprintf(text, sizeof(text), "%u",
		    now));
	if (now < ui->percent)
		ui->percent = 0;
	if (now / 10 == ui->percent / 10)
		return;
	ui->percent = now;
	ui_say(ui, "  %s %u %%", what, now);
}

void
ui_progress(struct ui *ui, uint64_t done, uint64_t all)
{
	progress(ui, "copied", done, all);
}

void
ui_fetched(struct ui *ui, uint64_t done, uint64_t all)
{
	progress(ui, "fetched", done, all);
}

const char *
ui_tail(const struct ui *ui, unsigned int n)
{
	const char *s = buf_str(&ui->log), *p = s + ui->log.len;

	while (p > s && n > 0) {
		p--;
		while (p > s && p[-1] != '\n')
			p--;
		n--;
	}
	return p;
}

void
ui_free(struct ui *ui)
{
	for (unsigned int i = 0; i < ui->nout; i++)
		if (ui->out[i] > STDERR_FILENO)
			close(ui->out[i]);
	ui->nout = 0;
	buf_free(&ui->log);
}

double
ui_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
