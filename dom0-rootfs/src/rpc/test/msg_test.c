/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "local.h"
#include "msg.h"

/* Two ports that talk to each other. */
struct pair {
	struct msg_port net, core;
};

static int
setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fd[2];

	assert_non_null(p);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fd), 0);
	msg_port_init(&p->net, fd[0], MSG_FROM_CORE, MSG_MAX_FROM_CORE,
	    MSG_MAX_FROM_NET);
	msg_port_init(&p->core, fd[1], MSG_FROM_NET, MSG_MAX_FROM_NET,
	    MSG_MAX_FROM_CORE);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	close(p->net.fd);
	if (p->core.fd != -1)
		close(p->core.fd);
	msg_port_free(&p->net);
	msg_port_free(&p->core);
	free(p);
	return 0;
}

/* The next message, reading as often as it takes. */
static void
expect_msg(struct msg_port *p, struct msg *m)
{
	struct err e;
	int n;

	while ((n = msg_next(p, m, &e)) == 0)
		assert_int_equal(msg_fill(p, &e), 1);
	assert_int_equal(n, 1);
}

static void
a_call_arrives_as_it_was_sent(void **state)
{
	struct pair *p = *state;
	char method[] = "a.b";
	struct call c = { .protocol = PROTOCOL_JSONRPC1, .method = method,
	    .peer = "fe80::1", .local_root = true }, got;
	struct msg m;
	struct err e;

	c.params = value_new_array();
	value_add_str(c.params, "x");
	assert_int_equal(msg_call_put(&p->net, 77, &c, &e), 0);
	assert_true(msg_waiting(&p->net));
	assert_int_equal(msg_flush(&p->net, &e), 1);
	expect_msg(&p->core, &m);
	assert_int_equal(m.kind, MSG_CALL);
	assert_int_equal(m.id, 77);
	assert_int_equal(msg_call_get(&m, &got, &e), 0);
	assert_string_equal(got.method, "a.b");
	assert_string_equal(got.peer, "fe80::1");
	assert_int_equal(got.protocol, PROTOCOL_JSONRPC1);
	assert_false(got.local_root);	/* never by message */
	assert_true(value_equal(got.params, c.params));
	value_free(c.params);
	call_free(&got);
}

static void
replies_come_in_any_order(void **state)
{
	struct pair *p = *state;
	struct reply ok = { 0 }, failed = { 0 }, got;
	struct buf b = { 0 };
	struct msg m;
	struct err e;

	reply_set(&ok, value_new_int(5));
	reply_fail(&failed, "CODE", "a", "b", NULL);
	value_encode_str(&b, "ready");
	assert_int_equal(msg_reply_put(&p->core, 2, &ok, &e), 0);
	assert_int_equal(msg_reply_put(&p->core, 1, &failed, &e), 0);
	assert_int_equal(msg_reply_encoded_put(&p->core, 3, b.data, b.len,
	    &e), 0);
	assert_int_equal(msg_flush(&p->core, &e), 1);
	expect_msg(&p->net, &m);
	assert_int_equal(m.id, 2);
	assert_int_equal(msg_reply_get(&m, &got, &e), 0);
	assert_true(got.ok && value_equal(got.value, ok.value));
	reply_free(&got);
	expect_msg(&p->net, &m);
	assert_int_equal(m.id, 1);
	assert_int_equal(msg_reply_get(&m, &got, &e), 0);
	reply_error(&got, &e);
	assert_string_equal(e.text, "CODE(a, b)");
	reply_free(&got);
	expect_msg(&p->net, &m);
	assert_int_equal(msg_reply_get(&m, &got, &e), 0);
	assert_string_equal(value_str(got.value), "ready");
	reply_free(&got);
	reply_free(&ok);
	reply_free(&failed);
	buf_free(&b);
}

/* Far more than the socket holds, written and read in turns. */
static void
large_messages_go_in_pieces(void **state)
{
	struct pair *p = *state;
	struct reply r = { 0 }, got;
	char *big = malloc(3000000);
	struct msg m;
	struct err e;
	int n, done = 0;

	memset(big, 'x', 3000000);
	reply_set(&r, value_new_text(big, 3000000));
	assert_int_equal(msg_reply_put(&p->core, 9, &r, &e), 0);
	while (!done) {
		assert_true(msg_flush(&p->core, &e) >= 0);
		while ((n = msg_fill(&p->net, &e)) == 1)
			continue;
		assert_int_equal(n, 0);
		done = msg_next(&p->net, &m, &e);
		assert_true(done >= 0);
	}
	assert_int_equal(msg_reply_get(&m, &got, &e), 0);
	assert_true(value_equal(got.value, r.value));
	reply_free(&got);
	reply_free(&r);
	free(big);
}

static void
a_reply_that_is_too_large_becomes_an_error(void **state)
{
	struct pair *p = *state;
	struct reply r = { 0 }, got;
	struct msg m;
	struct err e;

	p->core.max_out = 100;
	reply_set(&r, value_new_text("0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890123456789012345678901234567890",
	    101));
	assert_int_equal(msg_reply_put(&p->core, 9, &r, &e), 0);
	assert_int_equal(msg_flush(&p->core, &e), 1);
	expect_msg(&p->net, &m);
	assert_int_equal(msg_reply_get(&m, &got, &e), 0);
	assert_string_equal(got.code, "INTERNAL_ERROR");
	reply_free(&got);
	reply_free(&r);
}

static void
what_is_not_ours_ends_the_conversation(void **state)
{
	static const struct {
		unsigned char head[16];
		const char *why;
	} cases[] = {
		{ { 0, 0, 0, 0, MSG_REPLY }, "message: unexpected kind 3" },
		{ { 0, 0, 0, 0, 99 }, "message: unexpected kind 99" },
		{ { 0, 0, 0, 99, MSG_CALL },
		    "message: larger than 2097152 bytes" },
	};
	struct pair *p = *state;
	struct msg m;
	struct err e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(write(p->net.fd, cases[i].head, 16), 16);
		assert_int_equal(msg_fill(&p->core, &e), 1);
		assert_int_equal(msg_next(&p->core, &m, &e), -1);
		assert_string_equal(e.text, cases[i].why);
		buf_reset(&p->core.in);
	}
}

static void
a_closed_end_is_seen_by_both(void **state)
{
	struct pair *p = *state;
	struct err e;

	close(p->core.fd);
	p->core.fd = -1;
	assert_int_equal(msg_fill(&p->net, &e), 0);
	assert_true(p->net.eof);
	assert_int_equal(msg_put(&p->net, MSG_CANCEL, 1,
	    &(struct value){ .type = VALUE_NULL }, &e), 0);
	assert_int_equal(msg_flush(&p->net, &e), -1);
}

static void
the_local_socket_is_for_its_owner(void **state)
{
	char path[] = "/tmp/domus-local-XXXXXX/s";
	int fd, client, server;
	struct err e;

	(void)state;
	path[strlen(path) - 2] = '\0';
	assert_non_null(mkdtemp(path));
	path[strlen(path)] = '/';
	fd = local_listen(path, &e);
	assert_true(fd != -1);
	assert_int_equal(local_accept(fd), -1);
	client = local_connect(path, &e);
	assert_true(client != -1);
	server = local_accept(fd);
	assert_true(server != -1);
	assert_true((fcntl(server, F_GETFL) & O_NONBLOCK) != 0);
	close(client);
	close(server);
	close(fd);
	assert_int_equal(local_connect(path, &e), -1);
	unlink(path);
	path[strlen(path) - 2] = '\0';
	rmdir(path);
}

static void
same_file(int a, int b)
{
	struct stat sa, sb;

	assert_int_equal(fstat(a, &sa), 0);
	assert_int_equal(fstat(b, &sb), 0);
	assert_int_equal(sa.st_ino, sb.st_ino);
}

/* Among other messages, and written in pieces: each with its own. */
static void
a_descriptor_comes_with_its_message(void **state)
{
	struct pair *p = *state;
	int pipes[2][2];
	struct reply r;
	struct msg m;
	struct err e;
	char big[300000];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	p->net.takes_fds = true;
	for (int i = 0; i < 2; i++) {
		struct value *v = value_new_str(big);

		assert_int_equal(pipe(pipes[i]), 0);
		assert_int_equal(msg_put(&p->core, MSG_CERT, 9, v, &e), 0);
		value_free(v);
		assert_int_equal(msg_reply_fd_put(&p->core, (uint64_t)i,
		    dup(pipes[i][0]), &e), 0);
	}
	for (int i = 0; i < 2; i++) {
		while (msg_next(&p->net, &m, &e) == 0) {
			msg_flush(&p->core, &e);
			msg_fill(&p->net, &e);
		}
		assert_int_equal(m.kind, MSG_CERT);
		while (msg_next(&p->net, &m, &e) == 0) {
			msg_flush(&p->core, &e);
			msg_fill(&p->net, &e);
		}
		assert_int_equal(m.id, i);
		assert_int_equal(msg_reply_peek(&m, &r, &e), 0);
		assert_true(r.ok && r.has_fd);
		same_file(r.fd, pipes[i][0]);
		reply_free(&r);
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	assert_false(msg_waiting(&p->core));
	assert_int_equal(msg_fd_take(&p->net), -1);
}

/* A reply that says so without one is none. */
static void
a_missing_descriptor_is_noticed(void **state)
{
	struct pair *p = *state;
	struct reply r;
	struct msg m;
	struct err e;
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(msg_reply_fd_put(&p->core, 1, fd[0], &e), 0);
	assert_int_equal(msg_flush(&p->core, &e), 1);
	expect_msg(&p->net, &m);	/* takes none */
	assert_int_equal(msg_reply_get(&m, &r, &e), -1);
	close(fd[1]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_arrives_as_it_was_sent),
		cmocka_unit_test(replies_come_in_any_order),
		cmocka_unit_test(large_messages_go_in_pieces),
		cmocka_unit_test(a_reply_that_is_too_large_becomes_an_error),
		cmocka_unit_test(what_is_not_ours_ends_the_conversation),
		cmocka_unit_test(a_closed_end_is_seen_by_both),
		cmocka_unit_test(a_descriptor_comes_with_its_message),
		cmocka_unit_test(a_missing_descriptor_is_noticed),
		cmocka_unit_test(the_local_socket_is_for_its_owner),
	};
	struct CMUnitTest with[sizeof(tests) / sizeof(tests[0])];

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		with[i] = tests[i];
		with[i].setup_func = setup;
		with[i].teardown_func = teardown;
	}
	return cmocka_run_group_tests(with, NULL, NULL);
}
