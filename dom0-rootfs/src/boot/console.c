/* SPDX-License-Identifier: ISC */
/*
 * domus-console: what a console shows until somebody presses Enter.  init
 * starts one on each console, again and again; stdin and stdout are it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "buf.h"
#include "file.h"
#include "screen.h"
#include "setup.h"

#define CALM 300		/* ms without a change before it is drawn */
#define LOOK_AGAIN 60000	/* ms: for what tells nobody that it changed */
#define CLEAR "\033[H\033[2J\033[3J"

static const char usage_text[] =
    "usage: domus-console\n"
    "Shows the host's state on this terminal; Enter leads to the login\n"
    "(mode host) or to a root shell (modes install and rescue).\n";

static const char *const watched[] = {
	RUN_DIR, "/run/domusd", "/run/etc", STATE_DIR, STATE_DIR "/tls",
};

/* Addresses that come and go, over rtnetlink(7); -1: they go unnoticed. */
static int
addresses_open(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);
	if (fd != -1 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int
files_open(void)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	for (size_t i = 0; fd != -1 &&
	    i < sizeof(watched) / sizeof(watched[0]); i++)
		inotify_add_watch(fd, watched[i], IN_CLOSE_WRITE |
		    IN_MOVED_TO | IN_CREATE | IN_DELETE);
	return fd;
}

static void
drain(int fd)
{
	char part[4096];

	while (fd != -1 && read(fd, part, sizeof(part)) > 0)
		;
}

/*
 * True when Enter was pressed (or the line hung up: init starts anew).  While
 * it is hushed what is typed belongs to the installer's screens.
 */
static bool
wait_change(int files, int addresses, bool hush)
{
	struct pollfd p[] = {
		{ .fd = hush ? -1 : STDIN_FILENO, .events = POLLIN },
		{ .fd = files, .events = POLLIN },
		{ .fd = addresses, .events = POLLIN },
	};
	int ms = LOOK_AGAIN;

	while (poll(p, 3, ms) > 0) {
		if (p[0].revents != 0)
			return true;
		drain(files);
		drain(addresses);
		ms = CALM;
	}
	return false;
}

/* The installer owns the consoles while it runs; tty2 is never its. */
static bool
silent(const struct screen *s)
{
	const char *tty = ttyname(STDIN_FILENO);

	return s->mode == MODE_INSTALL && s->ended == -1 &&
	    (tty == NULL || strcmp(tty, "/dev/tty2") != 0);
}

/* An installer's last lines must stay to be read. */
static void
draw(const struct screen *s, const char *text)
{
	if (s->mode != MODE_INSTALL)
		fputs(CLEAR, stdout);
	fputs(text, stdout);
	fflush(stdout);
}

static enum mode
show(void)
{
	struct buf now = { 0 }, before = { 0 };
	int files = files_open(), addresses = addresses_open();
	struct screen s;
	enum mode mode;
	bool hush, enter;

	do {
		screen_look(&s);
		mode = s.mode;
		hush = silent(&s);
		buf_reset(&now);
		screen_text(&s, &now);
		if (!hush && strcmp(buf_str(&now), buf_str(&before)) != 0) {
			draw(&s, buf_str(&now));
			buf_reset(&before);
			buf_str_add(&before, buf_str(&now));
		}
		screen_free(&s);
		enter = wait_change(files, addresses, hush);
	} while (!enter);
	close(files);
	close(addresses);
	return mode;
}

int
main(int argc, char *argv[])
{
	const char *program;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	if (argc != 1) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (show() == MODE_HOST) {
		program = "/bin/login";
		tcflush(STDIN_FILENO, TCIFLUSH);
		execl(program, "login", (char *)NULL);
	} else {
		program = "/bin/sh";
		tcflush(STDIN_FILENO, TCIFLUSH);
		execl(program, "-sh", (char *)NULL);
	}
	fprintf(stderr, "domus-console: %s: %s\n", program, strerror(errno));
	return 1;
}
