/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "confirm.h"
#include "file.h"
#include "ui.h"

/* Two consoles of a kernel below a directory, both of them terminals. */
struct consoles {
	char root[64];
	int keys[2], ends[2];
};

static void
make_path(const struct consoles *c, const char *name, char to[128])
{
	snprintf(to, 128, "%s/%s", c->root, name);
}

static void
consoles_make(struct consoles *c)
{
	static const char list[] =
	    "tty0                 -WU (EC p  )    4:1\n"
	    "ttyS0                -W- (E  p a)    4:64\n";
	char path[128], end[64];
	struct err e;

	snprintf(c->root, sizeof(c->root), "/tmp/confirm.XXXXXX");
	assert_non_null(mkdtemp(c->root));
	make_path(c, "dev", path);
	assert_int_equal(mkdir(path, 0755), 0);
	make_path(c, "proc", path);
	assert_int_equal(mkdir(path, 0755), 0);
	make_path(c, "proc/consoles", path);
	assert_int_equal(file_write(path, list, sizeof(list) - 1, 0644, &e),
	    0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(openpty(&c->keys[i], &c->ends[i], end, NULL,
		    NULL), 0);
		make_path(c, i == 0 ? "dev/tty0" : "dev/ttyS0", path);
		assert_int_equal(symlink(end, path), 0);
	}
}

static void
consoles_free(struct consoles *c)
{
	static const char *const names[] = { "dev/tty0", "dev/ttyS0", "dev",
		"proc/consoles", "proc", "" };
	char path[128];

	for (int i = 0; i < 2; i++) {
		close(c->keys[i]);
		close(c->ends[i]);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		make_path(c, names[i], path);
		remove(path);
	}
}

/* The kernel forgets what was typed before the question: wait for it. */
static void
type(int keys, const char *typed)
{
	char seen[512] = "";
	size_t n = 0;
	ssize_t r = 1;

	while (r > 0 && strstr(seen, "type yes") == NULL) {
		r = read(keys, seen + n, sizeof(seen) - 1 - n);
		n += r > 0 ? (size_t)r : 0;
		seen[n] = '\0';
	}
	_exit(write(keys, typed, strlen(typed)) == -1);
}

/* The answer typed on that one of two new consoles. */
static bool
ask(int where, const char *typed)
{
	struct consoles c;
	struct ui ui;
	int status;
	pid_t pid;
	bool yes;

	consoles_make(&c);
	ui_init(&ui, "test");
	ui_open_consoles(&ui, c.root);
	assert_int_equal(ui.nout, 2);
	pid = fork();
	if (pid == 0)
		type(c.keys[where], typed);
	yes = confirm_ask(&ui, c.root, "Go on?");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	ui_free(&ui);
	consoles_free(&c);
	return yes;
}

static void
any_console_may_answer(void **state)
{
	(void)state;
	assert_true(ask(0, "yes\r"));
	assert_true(ask(1, "YES\r"));
	assert_false(ask(1, "no\r"));
	assert_false(ask(0, "\r"));
	assert_false(ask(0, "yes sir\r"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_console_may_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
