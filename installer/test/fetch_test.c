/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <sched.h>
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

#include "codes.h"
#include "fetch.h"
#include "has_address.h"

/* What the server answers, one connection each, and what comes of it. */
static const struct {
	const char *answer, *body, *error;	/* one of the last two */
	int code;
	int holds;		/* until the client gives up */
} cases[] = {
	{ "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", NULL,
	    0, 0 },
	{ "HTTP/1.0 200 OK\r\n\r\nto the end", "to the end", NULL, 0, 0 },
	{ "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n", NULL, "404",
	    DI_NOT_FOUND, 0 },
	{ "HTTP/1.0 403 No\r\nContent-Length: 0\r\n\r\n", NULL, "403",
	    DI_SERVER, 0 },
	{ "HTTP/1.0 200 OK\r\n\r\n0123456789012345678901234567890123456789",
	    NULL, "larger than 32 bytes", DI_LARGE, 0 },
	{ "HTTP/1.0 302 Found\r\nLocation: ftp://127.0.0.1/x\r\n"
	    "Content-Length: 0\r\n\r\n", NULL, "ftp", DI_SERVER, 0 },
	{ "HTTP/1.0 302 Found\r\nLocation: file:///etc/passwd\r\n"
	    "Content-Length: 0\r\n\r\n", NULL, "file", DI_SERVER, 0 },
	/* stalls, is cut short, lies, or says nothing */
	{ "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello", NULL,
	    "Operation too slow", DI_STALLED, 1 },
	{ "", NULL, "Operation too slow", DI_STALLED, 1 },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello", NULL,
	    "4 bytes remaining", DI_SHORT, 0 },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "9\r\nhello", NULL, "", DI_SHORT, 0 },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n", NULL,
	    "", DI_SHORT, 0 },
	{ "", NULL, "", DI_SHORT, 0 },
	/* a server that comes up again is asked again */
	{ "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nback", "back", NULL,
	    0, 0 },
};
#define NCASES (sizeof(cases) / sizeof(cases[0]))

static const struct patience hasty = { .tries = 1, .connect = 5,
	.stall = 1, .whole = 20 };

static void
serve(int listener)
{
	char request[4096];
	ssize_t n;
	int c;

	for (size_t i = 0; i < NCASES; i++) {
		c = accept(listener, NULL, NULL);
		n = read(c, request, sizeof(request));
		if (n > 0)
			n = write(c, cases[i].answer, strlen(cases[i].answer));
		while (cases[i].holds && read(c, request, 1) > 0)
			;
		close(c);
	}
	_exit(0);
}

static void
http_answers_are_taken_or_refused(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(a);
	char url[64], *data;
	struct err e;
	size_t len;
	pid_t pid;
	int fd;

	(void)state;
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 4), 0);
	getsockname(fd, (struct sockaddr *)&a, &size);
	pid = fork();
	if (pid == 0)
		serve(fd);
	close(fd);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/x",
	    ntohs(a.sin_port));
	for (size_t i = 0; i < NCASES; i++) {
		if (fetch_by(&hasty, url, 32, &data, &len, &e) == -1) {
			if (cases[i].error == NULL ||
			    strstr(e.text, cases[i].error) == NULL)
				fail_msg("%s: %s", cases[i].answer, e.text);
			assert_int_equal(e.code, cases[i].code);
			continue;
		}
		assert_non_null(cases[i].body);
		assert_string_equal(data, cases[i].body);
		assert_int_equal(len, strlen(cases[i].body));
		free(data);
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

/*
 * A server that breaks off after five of ten bytes, and what it does with the
 * request that follows; none gets a third unless it must begin anew.
 */
#define CUT(headers) "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n" headers \
	"\r\nhello"
#define REST "HTTP/1.1 206 Part\r\nContent-Length: 5\r\n"
#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew"
#define TAG "ETag: \"v1\"\r\n"
#define DATE "Last-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n"
static const struct {
	const char *answers[3];
	const char *asks, *asks_not;	/* the second request */
	const char *body;
	long at;		/* where it went on */
} broken[] = {
	{ { CUT(TAG DATE), REST "Content-Range: bytes 5-9/10\r\n\r\nworld" },
	    "If-Range: \"v1\"", NULL, "helloworld", 5 },
	{ { CUT("ETag: W/\"v1\"\r\n" DATE),
	    REST "content-range: bytes 5-9/10\r\n\r\nworld" },
	    "If-Range: Sat, 01 Jan 2000", "v1", "helloworld", 5 },
	{ { CUT(""), REST "Content-Range: bytes 5-9/10\r\n\r\nworld" },
	    "Range: bytes=5-", "If-Range", "helloworld", 5 },
	/* another file now, or a server that knows no parts */
	{ { CUT(TAG), WHOLE }, "Range: bytes=5-", NULL, "new", 0 },
	{ { CUT(TAG), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
	    "If-Range", NULL, "", 0 },
	{ { CUT(""), "HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n",
	    WHOLE }, "Range", NULL, "new", -1 },
	/* not what was asked for */
	{ { CUT(TAG), REST "Content-Range: bytes 4-8/10\r\n\r\noworl",
	    WHOLE }, "Range", NULL, "new", -1 },
	{ { CUT(TAG), REST "Content-Range: bytes 5-9/11\r\n\r\nworld",
	    WHOLE }, "Range", NULL, "new", -1 },
	{ { CUT(TAG), REST "\r\nworld", WHOLE }, "Range", NULL, "new", -1 },
};
#define NBROKEN (sizeof(broken) / sizeof(broken[0]))

/* What it was asked second goes to `told'. */
static void
serve_broken(int listener, int told)
{
	char request[4096];
	ssize_t n = 0;
	int c;

	for (size_t i = 0; i < NBROKEN; i++)
		for (size_t k = 0; k < 3 && broken[i].answers[k] != NULL; k++) {
			c = accept(listener, NULL, NULL);
			n = read(c, request, sizeof(request) - 1);
			request[n > 0 ? n : 0] = '\0';
			if (k == 1)
				n = write(told, request, sizeof(request));
			n = write(c, broken[i].answers[k],
			    strlen(broken[i].answers[k]));
			close(c);
		}
	_exit(n > 0 ? 0 : 1);
}

struct course {
	long at;
	uint64_t done, all;
	bool back;
};

static void
on_going_on(void *arg, uint64_t at)
{
	struct course *c = arg;

	c->at = (long)at;
	c->done = at;
}

static void
on_progress(void *arg, uint64_t done, uint64_t all)
{
	struct course *c = arg;

	if (done != 0)
		c->back |= done < c->done;
	c->done = done;
	c->all = all;
}

static void
what_broke_off_goes_on(void **state)
{
	static const struct patience once = { .tries = 1, .connect = 5,
		.stall = 5, .whole = 20 };
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char url[64], path[] = "/tmp/fetch_test.XXXXXX", request[4096] = "";
	socklen_t size = sizeof(a);
	int fd, told[2], file = mkstemp(path);
	char body[16];
	struct err e;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(told), 0);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 4), 0);
	getsockname(fd, (struct sockaddr *)&a, &size);
	pid = fork();
	if (pid == 0)
		serve_broken(fd, told[1]);
	close(fd);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/x",
	    ntohs(a.sin_port));
	for (size_t i = 0; i < NBROKEN; i++) {
		struct course course = { .at = -1 };
		struct fetch_how how = { .patience = &once, .progress =
			on_progress, .goes_on = on_going_on, .arg = &course };

		if (fetch_file(&how, url, 32, path, &e) == -1)
			fail_msg("%zu: %s", i, e.text);
		n = pread(file, body, sizeof(body) - 1, 0);
		body[n > 0 ? n : 0] = '\0';
		assert_string_equal(body, broken[i].body);
		assert_int_equal(course.at, broken[i].at);
		assert_int_equal(read(told[0], request, sizeof(request)),
		    sizeof(request));
		if (strstr(request, broken[i].asks) == NULL ||
		    (broken[i].asks_not != NULL &&
		    strstr(request, broken[i].asks_not) != NULL))
			fail_msg("%zu: %s", i, request);
		if (broken[i].at > 0) {
			assert_false(course.back);
			assert_int_equal(course.done, 10);
			assert_int_equal(course.all, 10);
		}
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	close(file);
	unlink(path);
}

static void
files_are_read_up_to_the_limit(void **state)
{
	struct err e;
	size_t len;
	char *data;

	(void)state;
	assert_int_equal(fetch("file:///proc/self/comm", 64, &data, &len, &e),
	    0);
	free(data);
	assert_int_equal(fetch("file:///proc/self/comm", 3, &data, &len, &e),
	    -1);
	assert_int_equal(fetch("file:///none", 3, &data, &len, &e), -1);
	assert_int_equal(fetch("gopher://127.0.0.1/x", 3, &data, &len, &e),
	    -1);
}

/* RFC 6761: nobody has that name. */
static void
what_cannot_be_reached_is_named(void **state)
{
	static const struct patience twice = { .tries = 2, .connect = 2,
		.stall = 1, .whole = 5 };
	struct err e;
	size_t len;
	char *data;

	(void)state;
	assert_int_equal(fetch_by(&hasty, "http://no.invalid/x", 9, &data,
	    &len, &e), -1);
	assert_int_equal(e.code, has_address() ? DI_NAME : DI_ADDRESS);
	assert_int_equal(fetch_by(&twice, "http://127.0.0.1:1/x", 9, &data,
	    &len, &e), -1);
	assert_int_equal(e.code, has_address() ? DI_CONNECT : DI_ADDRESS);
}

/* As when no DHCP server answers: in a network of its own, without a card. */
static void
a_machine_without_an_address_is_told_so(void **state)
{
	struct err e;
	size_t len;
	char *data;
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) == -1 &&
		    unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1)
			_exit(77);
		_exit(fetch_by(&hasty, "http://10.0.0.1/x", 9, &data, &len,
		    &e) == -1 && e.code == DI_ADDRESS &&
		    strncmp(e.text, "no network card has an address: ", 32)
		    == 0 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();		/* this machine lets nobody have one */
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_answers_are_taken_or_refused),
		cmocka_unit_test(what_broke_off_goes_on),
		cmocka_unit_test(what_cannot_be_reached_is_named),
		cmocka_unit_test(a_machine_without_an_address_is_told_so),
		cmocka_unit_test(files_are_read_up_to_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
