/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "net_rig.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define JSON(method, params) \
    "{\"jsonrpc\":\"2.0\",\"method\":\"" method "\",\"params\":" params \
    ",\"id\":1}"

/* A whole body beyond the limit is written, and the answer still arrives. */
static void
a_large_body_is_refused_with_a_word(void **state)
{
	const struct rig *r = *state;
	static const char *const heads[] = {
		"POST / HTTP/1.1\r\nContent-Length: 400000\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n61a80\r\n",
	};
	struct buf answer = { 0 };
	char *big = malloc(400000);
	struct wire w;

	memset(big, ' ', 400000);
	for (size_t i = 0; i < COUNT(heads); i++) {
		wire_open(&w, r->port, true);
		wire_send(&w, heads[i]);
		wire_send_n(&w, big, 400000);
		assert_has(wire_answer(&w, &answer),
		    "413 Content Too Large\r\n");
		wire_close(&w);
	}
	wire_open(&w, r->port, true);
	wire_send(&w, "GET / HTTP/1.1\r\nX: ");
	wire_send_n(&w, big, 40000);
	assert_has(wire_answer(&w, &answer), "HTTP/1.1 431 ");
	wire_close(&w);
	free(big);
	buf_free(&answer);
}

static void
two_hundred_connections_are_served_at_once(void **state)
{
	const struct rig *other = *state;
	struct rig r = { .sandbox = other->sandbox };
	struct wire *w = calloc(200, sizeof(*w));
	struct buf b = { 0 }, answer = { 0 };
	char part[32];

	/* 200 handshakes take their time on a busy machine */
	rig_start(&r, (struct net_config){ .idle_ms = 60000 });
	for (int i = 0; i < 200; i++)
		wire_open(&w[i], r.port, true);
	for (int i = 0; i < 200; i++) {
		buf_reset(&b);
		buf_printf(&b, "{\"method\":\"echo\",\"params\":[%d],\"id\":1}",
		    i);
		buf_reset(&answer);
		rig_post(&answer, "/json", buf_str(&b));
		wire_send(&w[i], buf_str(&answer));
	}
	for (int i = 199; i >= 0; i--) {
		snprintf(part, sizeof(part), "\"result\":[%d]", i);
		assert_has(wire_answer(&w[i], &answer), part);
		wire_close(&w[i]);
	}
	assert_int_equal(rig_stop(&r), 0);
	free(w);
	buf_free(&b);
	buf_free(&answer);
}

static void
a_large_answer_reaches_a_slow_reader(void **state)
{
	const struct rig *r = *state;
	struct rpc_client *c;
	struct reply reply;
	struct value *params = value_new_array();
	struct buf answer = { 0 }, b = { 0 };
	struct wire w;
	struct err e;

	rig_client(r, &r->print, &c);
	value_add_int(params, 8000000);
	assert_int_equal(rpc_call(c, "big", params, &reply, &e), 0);
	assert_int_equal(value_len(reply.value), 8000000);
	reply_free(&reply);
	rpc_client_close(c);
	value_free(params);
	wire_open(&w, r->port, true);
	rig_post(&b, "/jsonrpc", JSON("big", "[3000000]"));
	wire_send(&w, buf_str(&b));
	usleep(300000);
	assert_true(strlen(wire_answer(&w, &answer)) > 3000000);
	wire_close(&w);
	buf_free(&answer);
	buf_free(&b);
}

/* A long poll does not stop others, nor itself when it comes second. */
static void
answers_come_in_the_order_of_core(void **state)
{
	const struct rig *r = *state;
	struct buf b = { 0 }, answer = { 0 };
	struct wire first, second;

	wire_open(&first, r->port, true);
	wire_open(&second, r->port, true);
	rig_post(&b, "/jsonrpc", JSON("late", "[]"));
	wire_send(&first, buf_str(&b));
	usleep(100000);
	buf_reset(&b);
	rig_post(&b, "/jsonrpc", JSON("echo", "[\"both\"]"));
	wire_send(&second, buf_str(&b));
	assert_has(wire_answer(&second, &answer), "both");
	assert_has(wire_answer(&first, &answer), "both");
	wire_close(&first);
	wire_close(&second);
	buf_free(&b);
	buf_free(&answer);
}

static int64_t
cancels(struct rpc_client *c)
{
	struct value *v;
	struct err e;
	int64_t n = -1;

	v = rpc_get(c, &e, "cancels", NULL);
	value_as_int(v, &n, &e);
	value_free(v);
	return n;
}

static void
a_client_that_leaves_cancels_its_call(void **state)
{
	const struct rig *r = *state;
	struct buf b = { 0 };
	struct rpc_client *c;
	struct wire w;
	int64_t before;

	rig_client(r, &r->print, &c);
	before = cancels(c);
	rig_post(&b, "/jsonrpc", JSON("hold", "[]"));
	for (int i = 0; i < 2; i++) {
		wire_open(&w, r->port, true);
		wire_send(&w, buf_str(&b));
		usleep(100000);
		if (i == 1)	/* more requests than are read ahead */
			for (int n = 0; n < 400; n++)
				wire_send_n(&w, b.data, b.len);
		wire_close(&w);
	}
	for (int i = 0; i < 100 && cancels(c) != before + 2; i++)
		usleep(20000);
	assert_int_equal(cancels(c), before + 2);
	rpc_client_close(c);
	buf_free(&b);
}

static void
slow_and_idle_clients_are_put_out(void **state)
{
	static const char *const parts[] = { "GET / HTTP/1.1\r\n", "" };
	const struct rig *r = *state;
	struct buf answer = { 0 };
	struct wire w;

	for (size_t i = 0; i < COUNT(parts); i++) {
		wire_open(&w, r->port, true);
		wire_send(&w, parts[i]);
		assert_string_equal(wire_answer(&w, &answer), "");
		wire_close(&w);
	}
	buf_free(&answer);
}

/* A connection that has asked once and stays. */
static void
stay(struct wire *w, const struct rig *r, struct buf *answer)
{
	wire_open(w, r->port, true);
	wire_send(w, "GET / HTTP/1.1\r\n\r\n");
	wire_answer(w, answer);
}

static void
a_full_house_lets_the_longest_idle_go(void **state)
{
	const struct rig *other = *state;
	struct rig r = { .sandbox = other->sandbox };
	struct buf answer = { 0 };
	struct wire w[4];

	rig_start(&r, (struct net_config){ .max_conns = 3 });
	for (size_t i = 0; i < COUNT(w); i++) {
		stay(&w[i], &r, &answer);
		assert_has(buf_str(&answer), "speaks XenAPI");
		usleep(20000);
	}
	assert_string_equal(wire_answer(&w[0], &answer), "");
	wire_send(&w[1], "GET / HTTP/1.1\r\n\r\n");
	assert_has(wire_answer(&w[1], &answer), "speaks XenAPI");
	for (size_t i = 0; i < COUNT(w); i++)
		wire_close(&w[i]);
	assert_int_equal(rig_stop(&r), 0);
	buf_free(&answer);
}

static void
one_peer_has_only_so_many(void **state)
{
	const struct rig *other = *state;
	struct rig r = { .sandbox = other->sandbox };
	struct buf answer = { 0 };
	struct wire w[3];

	rig_start(&r, (struct net_config){ .max_per_peer = 2 });
	for (size_t i = 0; i < COUNT(w); i++) {
		stay(&w[i], &r, &answer);
		if (i < 2)
			assert_has(buf_str(&answer), "speaks XenAPI");
		else
			assert_string_equal(buf_str(&answer), "");
	}
	for (size_t i = 0; i < COUNT(w); i++)
		wire_close(&w[i]);
	assert_int_equal(rig_stop(&r), 0);
	buf_free(&answer);
}

/* The kernel's buffers hold some of it, hence the sizes. */
static void
those_who_read_nothing_share_a_limit(void **state)
{
	const struct rig *other = *state;
	struct rig r = { .sandbox = other->sandbox };
	struct buf b = { 0 }, answer = { 0 };
	struct wire w[3];
	size_t len;

	rig_start(&r, (struct net_config){ .max_out = 8 << 20 });
	rig_post(&b, "/jsonrpc", JSON("big", "[20000000]"));
	for (size_t i = 0; i < COUNT(w); i++) {
		wire_open(&w[i], r.port, true);
		wire_send(&w[i], buf_str(&b));
		usleep(400000);
	}
	for (size_t i = 0; i < COUNT(w); i++) {
		len = strlen(wire_answer(&w[i], &answer));
		if (i + 1 < COUNT(w))
			assert_true(len < 20000000);
		else
			assert_true(len > 20000000);
		wire_close(&w[i]);
	}
	assert_int_equal(rig_stop(&r), 0);
	buf_free(&answer);
	buf_free(&b);
}

static void
begin_put(struct wire *w, const struct rig *r, const char *more)
{
	struct buf b = { 0 };

	wire_open(w, r->port, true);
	buf_printf(&b, "PUT /import_raw_vdi?vdi=x HTTP/1.1\r\nHost: h\r\n"
	    "%s\r\n", more);
	wire_send(w, buf_str(&b));
	buf_free(&b);
}

static void
a_body_is_asked_for_and_passed_on(void **state)
{
	const struct rig *r = *state;
	struct buf b = { 0 };
	struct wire w;

	begin_put(&w, r, "Transfer-Encoding: chunked\r\n"
	    "Expect: 100-continue\r\n");
	assert_has(wire_answer(&w, &b), "HTTP/1.1 100 Continue\r\n");
	wire_send(&w, "5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n");
	assert_has(wire_answer(&w, &b), "8 bytes");
	/* and the connection is good for more */
	buf_reset(&b);
	rig_post(&b, "/jsonrpc", JSON("echo", "[7]"));
	wire_send(&w, buf_str(&b));
	assert_has(wire_answer(&w, &b), "[7]");
	wire_close(&w);
	buf_free(&b);
}

/* What a client does not send in time is no end of what it meant to. */
static void
a_body_that_stalls_is_cut_off(void **state)
{
	const struct rig *other = *state;
	struct rig r = { .sandbox = other->sandbox };
	struct buf b = { 0 };
	struct wire w, asks;

	rig_start(&r, (struct net_config){ .stream_ms = 500 });
	begin_put(&w, &r, "Content-Length: 100\r\n");
	wire_send(&w, "too few");
	assert_string_equal(wire_answer(&w, &b), "");
	wire_close(&w);
	wire_open(&asks, r.port, true);
	buf_reset(&b);
	rig_post(&b, "/jsonrpc", JSON("cancels", "[]"));
	wire_send(&asks, buf_str(&b));
	/* the call's own, and that its bytes ended too early */
	assert_has(wire_answer(&asks, &b), "101");
	wire_close(&asks);
	assert_int_equal(rig_stop(&r), 0);
	buf_free(&b);
}

/* No last chunk: nobody takes the part for the whole. */
static void
a_download_that_breaks_off_looks_so(void **state)
{
	const struct rig *r = *state;
	struct buf b = { 0 };
	struct wire w;
	char rest[64];
	int n;

	wire_open(&w, r->port, true);
	wire_send(&w, "GET /export_raw_vdi?vdi=x HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_has(wire_answer(&w, &b), "Transfer-Encoding: chunked");
	buf_reset(&b);
	while ((n = SSL_read(w.ssl, rest, sizeof(rest))) > 0)
		buf_add(&b, rest, (size_t)n);
	assert_string_equal(buf_str(&b), "3\r\nabc\r\n");
	wire_close(&w);
	buf_free(&b);
}

int
main(int argc, char *argv[])
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_body_is_refused_with_a_word),
		cmocka_unit_test(two_hundred_connections_are_served_at_once),
		cmocka_unit_test(a_large_answer_reaches_a_slow_reader),
		cmocka_unit_test(answers_come_in_the_order_of_core),
		cmocka_unit_test(a_client_that_leaves_cancels_its_call),
		cmocka_unit_test(slow_and_idle_clients_are_put_out),
		cmocka_unit_test(a_full_house_lets_the_longest_idle_go),
		cmocka_unit_test(one_peer_has_only_so_many),
		cmocka_unit_test(those_who_read_nothing_share_a_limit),
		cmocka_unit_test(a_body_is_asked_for_and_passed_on),
		cmocka_unit_test(a_body_that_stalls_is_cut_off),
		cmocka_unit_test(a_download_that_breaks_off_looks_so),
	};

	return rig_run(tests, COUNT(tests), argc == 2 &&
	    strcmp(argv[1], "--sandbox") == 0);
}
