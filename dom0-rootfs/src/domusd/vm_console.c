/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm_console.h"

#define FDS 1024
#define PTS "/dev/pts/"

int
console_tty(const char *tty, struct err *e)
{
	int fd;

	if (tty == NULL || strncmp(tty, PTS, strlen(PTS)) != 0 ||
	    strchr(tty + strlen(PTS), '/') != NULL)
		return err_set(e, "console: no terminal");
	fd = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return fd != -1 ? fd : err_sys(e, "%s", tty);
}

static _Noreturn void
be_program(const char *tty, const char *const argv[])
{
	static const char *const environment[] = {
		"PATH=/bin:/sbin:/usr/bin:/usr/sbin", "TERM=linux", NULL };
	sigset_t none;
	int fd;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	fd = open(tty, O_RDWR);
	if (fd == -1 || ioctl(fd, TIOCSCTTY, 0) == -1)
		_exit(1);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	for (fd = 3; fd < FDS; fd++)
		close(fd);
	/* execve(2) writes to neither */
	execve(argv[0], (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)environment);
	_exit(1);
}

int
console_login(const char *const argv[], pid_t *pid, struct err *e)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char tty[64];
	int fd;

	if (*pid != 0 && waitpid(*pid, NULL, WNOHANG) == 0)
		return -2;
	*pid = 0;
	fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 || grantpt(fd) == -1 || unlockpt(fd) == -1 ||
	    ptsname_r(fd, tty, sizeof(tty)) != 0 ||
	    ioctl(fd, TIOCSWINSZ, &size) == -1) {
		err_sys(e, "terminal");
		goto fail;
	}
	*pid = fork();
	if (*pid == 0)
		be_program(tty, argv);
	if (*pid != -1)
		return fd;
	err_sys(e, "fork");
	*pid = 0;
fail:
	if (fd != -1)
		close(fd);
	return -1;
}
