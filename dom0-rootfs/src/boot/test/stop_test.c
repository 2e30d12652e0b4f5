/* SPDX-License-Identifier: ISC */
/* What domus-setup --stop waits for: processes that have been killed, and
 * mounts that they still hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "procs.h"
#include "stop.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DIRECTORY "/tmp/stop_test.XXXXXX"

static char *
stat_text(char *text, size_t size, const char *name, char state,
    unsigned int flags, unsigned int threads)
{
	snprintf(text, size, "7 (%s) %c 1 7 7 0 -1 %u 0 0 0 0 0 0 0 0 20 0 %u "
	    "0 100 8192 10\n", name, state, flags, threads);
	return text;
}

static void
what_has_let_go_is_not_alive(void **state)
{
	static const struct {
		const char *name;
		char state;
		unsigned int flags, threads;
		bool alive;
	} cases[] = {
		{ "sleep", 'S', 0x400000, 1, true },
		{ "sleep", 'R', 0x404, 1, true },
		{ "in the kernel", 'D', 0x400000, 1, true },
		{ "sleep", 'Z', 0x40c, 1, false },
		{ "sleep", 'X', 0x40c, 1, false },
		{ "other threads", 'Z', 0x40c, 2, true },
		{ "kthreadd", 'S', 0x208040, 1, false },
		{ "odd) Z 1 (name", 'S', 0x400000, 1, true },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(procs_alive(stat_text(text, sizeof(text),
		    cases[i].name, cases[i].state, cases[i].flags,
		    cases[i].threads)), cases[i].alive);
	assert_false(procs_alive(""));
	assert_false(procs_alive("7 (cut"));
	assert_false(procs_alive("7 (cut) S 1 7"));
}

static void
process_add(const char *proc, const char *pid, char state)
{
	char path[128], text[256];
	struct err e;

	snprintf(path, sizeof(path), "%s/%s", proc, pid);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/%s/stat", proc, pid);
	stat_text(text, sizeof(text), "x", state, 0x400000, 1);
	assert_int_equal(file_write(path, text, strlen(text), 0644, &e), 0);
}

static void
process_gone(const char *proc, const char *pid)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s/stat", proc, pid);
	unlink(path);
	snprintf(path, sizeof(path), "%s/%s", proc, pid);
	rmdir(path);
}

static void
killed_processes_are_waited_for(void **state)
{
	char proc[] = DIRECTORY;
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(proc));
	process_add(proc, "1", 'S');
	process_add(proc, "40", 'S');
	process_add(proc, "41", 'R');
	process_add(proc, "42", 'Z');
	assert_int_equal(procs_count(proc, 40), 1);
	assert_int_equal(procs_count(proc, 99), 2);
	assert_int_equal(procs_wait(proc, 40, 30), 1);
	pid = fork();
	if (pid == 0) {
		poll(NULL, 0, 60);
		process_gone(proc, "41");
		_exit(0);
	}
	assert_int_equal(procs_wait(proc, 40, 10000), 0);
	waitpid(pid, &status, 0);
	process_gone(proc, "1");
	process_gone(proc, "40");
	process_gone(proc, "42");
	assert_int_equal(rmdir(proc), 0);
	assert_int_equal(procs_count(proc, 1), -1);
}

/* Mount, let a child stay in it for a while, unmount.  Returns 0, 77 when this
 * machine lets nobody mount, else what was wrong. */
static int
busy_mount(const char *where, int ms)
{
	int ready[2], status, rc;
	char byte;
	pid_t pid;

	if (unshare(CLONE_NEWNS) == -1 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
		return 77;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("none", where, "tmpfs", 0, NULL) == -1)
		return 77;
	if (pipe(ready) == -1)
		return 1;
	pid = fork();
	if (pid == 0) {
		if (chdir(where) == 0 && write(ready[1], "x", 1) == 1)
			poll(NULL, 0, ms);
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1)
		return 2;
	if (umount2(where, UMOUNT_NOFOLLOW) != -1 || errno != EBUSY)
		return 3;
	rc = stop_unmount(where, 10000) == 0 ? 0 : 4;
	waitpid(pid, &status, 0);
	if (stop_unmount(where, 10000) != -1 || errno != EINVAL)
		return 5;
	return rc;
}

static void
a_busy_mount_is_waited_for(void **state)
{
	char where[] = DIRECTORY;
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(where));
	pid = fork();
	if (pid == 0)
		_exit(busy_mount(where, 100));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	rmdir(where);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("# mounting is not allowed here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_let_go_is_not_alive),
		cmocka_unit_test(killed_processes_are_waited_for),
		cmocka_unit_test(a_busy_mount_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
