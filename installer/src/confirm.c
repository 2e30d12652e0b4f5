/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "confirm.h"
#include "ui.h"

#define PLACES 8

/* One place where a line may be typed. */
struct typed {
	char text[64];
	size_t len;
};

/* A line at a time, and seen; a full-screen program may have left it. */
static void
make_cooked(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) == -1)
		return;
	t.c_lflag |= ICANON | ECHO | ISIG;
	t.c_iflag |= ICRNL;
	tcsetattr(fd, TCSAFLUSH, &t);
}

static unsigned int
open_places(const struct ui *ui, const char *root, struct pollfd p[PLACES])
{
	char path[PATH_MAX], names[PLACES][32];
	unsigned int n = 0;
	size_t all;
	int fd;

	if (ui->nout > 0 && ui->out[0] == STDOUT_FILENO) {
		p[0] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
		return 1;
	}
	all = ui_console_names(root, names, PLACES);
	for (size_t i = 0; i < all; i++) {
		snprintf(path, sizeof(path), "%s/dev/%s", root, names[i]);
		fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
		if (fd == -1)
			continue;
		make_cooked(fd);
		p[n++] = (struct pollfd){ fd, POLLIN, 0 };
	}
	return n;
}

/* 1: a line is whole; 0: not yet; -1: nothing more comes. */
static int
read_line(int fd, struct typed *t)
{
	char c;

	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n == 0)
			return -1;
		if (n == -1)
			return 0;
		if (c == '\n' || c == '\r')
			return 1;
		if (t->len + 1 < sizeof(t->text))
			t->text[t->len++] = c;
		if (fd == STDIN_FILENO)
			return 0;	/* it blocks: poll again */
	}
}

static bool
wait_for_line(struct pollfd p[PLACES], unsigned int n)
{
	struct typed typed[PLACES] = { 0 };
	unsigned int left = n;
	int got;

	while (left > 0 && (poll(p, n, -1) >= 0))
		for (unsigned int i = 0; i < n; i++) {
			if (p[i].fd == -1 || p[i].revents == 0)
				continue;
			got = read_line(p[i].fd, &typed[i]);
			if (got == 1)
				return strcasecmp(typed[i].text, "yes") == 0;
			if (got == 0 && (p[i].revents & POLLIN) != 0)
				continue;
			if (p[i].fd != STDIN_FILENO)
				close(p[i].fd);
			p[i].fd = -1;
			left--;
		}
	return false;
}

bool
confirm_ask(struct ui *ui, const char *root, const char *question)
{
	struct pollfd p[PLACES] = { 0 };
	unsigned int n = open_places(ui, root, p);
	bool yes;

	ui_say(ui, "%s", question);
	ui_say(ui, "type yes to install; anything else ends it");
	yes = wait_for_line(p, n);
	for (unsigned int i = 0; i < n; i++)
		if (p[i].fd > STDIN_FILENO)
			close(p[i].fd);
	ui_say(ui, yes ? "confirmed" : "not confirmed: nothing was written");
	return yes;
}
