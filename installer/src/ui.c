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
		.prog = prog };
}

/* proc(5): /proc/consoles: "tty0  -WU (EC p  )  4:1", E is enabled. */
void
ui_open_consoles(struct ui *ui, const char *root)
{
	char path[PATH_MAX], name[32], flags[32], *text, *line;
	unsigned int n = 0;
	struct err e;
	int fd;

	snprintf(path, sizeof(path), "%s/proc/consoles", root);
	if (file_read(path, 4096, &text, NULL, &e) == -1)
		return;
	for (line = text; *line != '\0' && n < sizeof(ui->out) /
	    sizeof(ui->out[0]); line += strcspn(line, "\n"),
	    line += *line == '\n') {
		if (sscanf(line, "%31s %*s (%31[^)])", name, flags) != 2 ||
		    strchr(flags, 'E') == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/dev/%s", root, name);
		fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
		if (fd != -1)
			ui->out[n++] = fd;
	}
	free(text);
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

	buf_printf(&ui->log, "  %s\n", line);
}

void
ui_progress(struct ui *ui, uint64_t done, uint64_t all)
{
	unsigned int now = all > 0 ? (unsigned int)(done * 100 / all) : 100;

	if (now < ui->percent)
		ui->percent = 0;
	if (now / 10 == ui->percent / 10)
		return;
	ui->percent = now;
	ui_say(ui, "  copied %u %%", now);
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
