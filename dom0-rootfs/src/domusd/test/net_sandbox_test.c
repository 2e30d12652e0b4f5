/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net_sandbox.h"

#define UID 65533

static int
uid_is_gone(void)
{
	return setuid(0) == 0;
}

static int
open_is_refused(void)
{
	return open("/", O_RDONLY) != -1 || errno != EACCES;
}

static int
memory_is_given(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int
code_is_not(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int
new_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) == -1;
}

static int
new_process(void)
{
	return fork() == -1;
}

/* What a child in the sandbox does, and how it should end. */
static const struct {
	int (*act)(void);
	int signal;		/* 0: it lives on and exits with 0 */
} acts[] = {
	{ memory_is_given, 0 },
	{ open_is_refused, 0 },
	{ uid_is_gone, SIGSYS },
	{ code_is_not, SIGSYS },
	{ new_socket, SIGSYS },
	{ new_process, SIGSYS },
};

static void
rights_are_gone_for_good(void **state)
{
	char root[] = "/tmp/domus-net-XXXXXX";
	struct err e;
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		print_message("# giving up rights needs uid 0\n");
		skip();
	}
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		pid = fork();
		if (pid == 0) {
			if (net_sandbox(root, UID, 64, &e) == -1)
				_exit(9);
			_exit(acts[i].act());
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (acts[i].signal == 0)
			assert_int_equal(status, 0);
		else {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), acts[i].signal);
		}
	}
	rmdir(root);
}

static void
root_is_refused(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(net_sandbox("/", 0, 64, &e), -1);
	assert_string_equal(e.text, "a process of strangers must not be root");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_are_gone_for_good),
		cmocka_unit_test(root_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
