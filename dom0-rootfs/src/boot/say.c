/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "say.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
say_device(const char *console)
{
	return strcmp(console, "tty0") == 0 ? "tty1" : console;
}

static void
add(struct say *s, const char *device)
{
	char path[64];
	int fd;

	if (s->n == (int)COUNT(s->fd))
		return;
	snprintf(path, sizeof(path), "/dev/%s", device);
	fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd != -1)
		s->fd[s->n++] = fd;
}

void
say_open(struct say *s)
{
	char names[256], *rest;
	struct err e;

	s->n = 0;
	if (file_line("/sys/class/tty/console/active", names, sizeof(names),
	    &e) == 0)
		for (char *w = strtok_r(names, " ", &rest); w != NULL;
		    w = strtok_r(NULL, " ", &rest))
			add(s, say_device(w));
	if (s->n == 0)
		add(s, "console");
}

void
say(const struct say *s, const char *fmt, ...)
{
	char line[1400];
	struct err e;
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line) - 2, fmt, ap);
	va_end(ap);
	len = strlen(line);
	memcpy(line + len, "\r\n", 2);
	for (int i = 0; i < s->n; i++)
		file_write_all(s->fd[i], line, len + 2, &e);
}

void
say_close(struct say *s)
{
	while (s->n > 0)
		close(s->fd[--s->n]);
}

double
since_boot(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
