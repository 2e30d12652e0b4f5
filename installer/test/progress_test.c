/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "progress.h"

/* A server of one request a connection: bodies become lines of a file. */
static void
serve(int listener, FILE *to)
{
	char text[4096], *body;
	ssize_t n;
	size_t len;
	int c;

	for (;;) {
		c = accept(listener, NULL, NULL);
		for (len = 0; (n = read(c, text + len, sizeof(text) - 1 -
		    len)) > 0; ) {
			len += (size_t)n;
			text[len] = '\0';
			body = strstr(text, "\r\n\r\n");
			if (body != NULL && text[len - 1] == '}')
				break;
		}
		fprintf(to, "%s\n", len > 0 ? strstr(text, "\r\n\r\n") + 4 :
		    "");
		fflush(to);
		if (write(c, "HTTP/1.0 204 No Content\r\n\r\n", 27) == -1)
			_exit(1);
		close(c);
	}
}

static int
start_server(const char *path, pid_t *pid)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
	*pid = fork();
	if (*pid == 0)
		serve(fd, fopen(path, "w"));
	close(fd);
	return ntohs(a.sin_port);
}

static void
what_is_said_is_posted_and_the_end_last(void **state)
{
	char path[] = "/tmp/progress_test.XXXXXX", url[64], *text, *last;
	struct ui ui;
	struct err e;
	pid_t pid;

	(void)state;
	close(mkstemp(path));
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/p",
	    start_server(path, &pid));
	ui_init(&ui, "test");
	ui.nout = 0;
	progress_begin(&ui, url, "/none", "01-52-54-00-d0-00-01");
	assert_int_not_equal(ui.post, -1);
	ui_say(&ui, "hello");
	ui_step(&ui, &(struct ui_step){ 1, 2, 0, 1, 4, "one", "the first" });
	ui_progress(&ui, 1, 2);
	/* more than a pipe holds, and than a server takes */
	for (int i = 0; i < 20000; i++)
		ui_log_line(&ui, "a line that a program prints, and long");
	ui_step(&ui, &(struct ui_step){ 2, 2, 1, 3, 4, "two", "the last" });
	progress_end(&ui, true);
	assert_int_equal(ui.post, -1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(file_read(path, 1 << 20, &text, NULL, &e), 0);
	assert_int_equal(strncmp(text, "{\"run\":\"", 8), 0);
	assert_non_null(strstr(text, "\"seq\":1,"));
	assert_non_null(strstr(text, "\"mac\":\"52:54:00:d0:00:01\""));
	text[strlen(text) - 1] = '\0';
	last = strrchr(text, '\n');
	last = last != NULL ? last : text;
	assert_non_null(strstr(last, "\"event\":\"done\""));
	assert_non_null(strstr(last, "\"permille\":1000"));
	free(text);
	unlink(path);
	ui_free(&ui);
}

static void
a_wrong_url_is_a_warning(void **state)
{
	struct ui ui;

	(void)state;
	ui_init(&ui, "test");
	ui.nout = 0;
	progress_begin(&ui, "ftp://s/", "/none", "");
	assert_int_equal(ui.post, -1);
	assert_non_null(strstr(buf_str(&ui.log), "warning: progress-url=: its "
	    "URL is no URL that begins"));
	progress_end(&ui, true);
	ui_free(&ui);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_is_posted_and_the_end_last),
		cmocka_unit_test(a_wrong_url_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
