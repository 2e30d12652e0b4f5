/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "consoles.h"
#include "file.h"
#include "front.h"

#define LOCK "/run/domus/installer.lock"	/* below the root */
#define CONSOLES 8
#define EXIT_END 16		/* of a console's process: and the tui_end */

/*
 * Who has the installer: the lock is an open file description's, so that it
 * stays with the process that installs when the terminal's is gone.
 */
struct lock {
	int fd;
	const char *name;	/* of this terminal */
};

static bool
lock_take(void *arg)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const struct lock *lock = arg;

	if (fcntl(lock->fd, F_OFD_SETLK, &l) == -1)
		return false;
	if (ftruncate(lock->fd, 0) == 0)
		dprintf(lock->fd, "%s\n", lock->name);
	return true;
}

static bool
lock_taken(void *arg)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const struct lock *lock = arg;

	return fcntl(lock->fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static struct front *
open_front(int in, int out, const char *term, struct claim *claim,
    struct err *e)
{
	struct front *f = NULL;

	if (term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0)
		f = full_open(in, out, term, claim, e);
	return f != NULL ? f : plain_open(in, out, claim, e);
}

/* Until the terminal that has it is left. */
static void
wait_turn(const char *path, struct lock *lock, int out)
{
	const struct timespec second = { 1, 0 };
	char name[64];
	struct err e;

	if (file_line(path, name, sizeof(name), &e) == -1)
		snprintf(name, sizeof(name), "another terminal");
	dprintf(out, "\r\n\r\nThe installer is in use on %s.\r\n"
	    "This terminal has it again when that one is left.\r\n", name);
	while (lock_taken(lock))
		nanosleep(&second, NULL);
}

static int
on_terminal(const struct options *o, int in, int out, const char *term,
    const char *name, enum tui_end *end_r, struct err *e)
{
	struct lock lock = { -1, name };
	char path[PATH_MAX];
	struct claim claim;
	struct front *f;

	*end_r = TUI_LOST;
	snprintf(path, sizeof(path), "%s" LOCK, o->root);
	lock.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	do {
		claim = (struct claim){ .ours = true };
		if (lock.fd != -1)
			claim = (struct claim){ lock_take, lock_taken, &lock,
				false };
		f = open_front(in, out, term, &claim, e);
		if (f == NULL)
			break;
		*end_r = tui_run(o, f);
		f->ops->close(f);
		if (*end_r == TUI_TAKEN)
			wait_turn(path, &lock, out);
	} while (*end_r == TUI_TAKEN);
	if (lock.fd != -1)
		close(lock.fd);
	return f != NULL ? 0 : -1;
}

enum tui_end
tui_here(const struct options *o, struct err *e)
{
	const char *name = ttyname(STDIN_FILENO);
	enum tui_end end;

	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	err_set(e, "the terminal is gone");
	on_terminal(o, STDIN_FILENO, STDOUT_FILENO, getenv("TERM"),
	    name != NULL ? name : "another terminal", &end, e);
	return end;
}

/* One process a console. */
static pid_t
start_console(const struct options *o, const char *name)
{
	bool screen = strncmp(name, "tty", 3) == 0 &&
	    strncmp(name, "ttyS", 4) != 0;
	char path[PATH_MAX];
	enum tui_end end;
	struct err e;
	pid_t pid;
	int fd;

	pid = fork();
	if (pid != 0)
		return pid;
	/* tty0 is whichever screen is seen; the installer's is the first. */
	snprintf(path, sizeof(path), "%s/dev/%s", o->root,
	    strcmp(name, "tty0") == 0 ? "tty1" : name);
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		_exit(1);
	signal(SIGHUP, SIG_IGN);
	on_terminal(o, fd, fd, screen ? "linux" :
	    o->terminal != NULL ? o->terminal : "vt100", path, &end, &e);
	_exit(EXIT_END + (int)end);
}

/* Until one of them says what is to be done; the others are told to go. */
static enum tui_end
wait_consoles(pid_t *pids, size_t n)
{
	enum tui_end end = TUI_LOST;
	int status;
	pid_t pid;

	while (end == TUI_LOST) {
		pid = wait(&status);
		if (pid == -1 && errno == EINTR)
			continue;
		if (pid == -1)
			break;
		for (size_t i = 0; i < n; i++)
			if (pids[i] == pid)
				pids[i] = -1;
		if (WIFEXITED(status) && WEXITSTATUS(status) >= EXIT_END)
			end = (enum tui_end)(WEXITSTATUS(status) - EXIT_END);
	}
	for (size_t i = 0; i < n; i++)
		if (pids[i] > 0) {
			kill(pids[i], SIGTERM);
			waitpid(pids[i], &status, 0);
		}
	return end;
}

enum tui_end
tui_consoles(const struct options *o, struct ui *ui)
{
	char names[CONSOLES][32];
	size_t n = ui_console_names(o->root, names, CONSOLES), started = 0;
	pid_t pids[CONSOLES];

	for (size_t i = 0; i < n; i++) {
		pids[started] = start_console(o, names[i]);
		if (pids[started] > 0)
			started++;
		else
			ui_say(ui, "warning: %s: fork: %s", names[i],
			    strerror(errno));
	}
	return wait_consoles(pids, started);
}
