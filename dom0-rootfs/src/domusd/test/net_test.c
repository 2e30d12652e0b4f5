/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net_rig.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define JSON(method, params) \
    "{\"jsonrpc\":\"2.0\",\"method\":\"" method "\",\"params\":" params \
    ",\"id\":1}"

/* One request on a connection of its own; the answer is the caller's. */
static char *
ask(const struct rig *r, const char *request)
{
	struct buf b = { 0 };
	struct wire w;

	wire_open(&w, r->port, true);
	wire_send(&w, request);
	wire_answer(&w, &b);
	wire_close(&w);
	return buf_take(&b);
}

static char *
ask_post(const struct rig *r, const char *path, const char *body)
{
	struct buf b = { 0 };
	char *answer;

	rig_post(&b, path, body);
	answer = ask(r, buf_str(&b));
	buf_free(&b);
	return answer;
}

static void
a_pinned_client_calls_and_is_answered(void **state)
{
	const struct rig *r = *state;
	struct rpc_client *c;
	struct value *v;
	struct err e;

	rig_client(r, &r->print, &c);
	for (int i = 0; i < 3; i++) {
		v = rpc_get(c, &e, "echo", "gr\xc3\xbc\xc3\x9f", NULL);
		assert_non_null(v);
		assert_string_equal(value_str(value_at(v, 0)),
		    "gr\xc3\xbc\xc3\x9f");
		value_free(v);
	}
	assert_null(rpc_get(c, &e, "fail", "why", NULL));
	assert_string_equal(e.text, "CODE(why)");
	v = rpc_get(c, &e, "peer", NULL);
	assert_string_equal(value_str(v), "127.0.0.1");
	value_free(v);
	rpc_client_close(c);
}

static void
a_wrong_certificate_is_named(void **state)
{
	const struct rig *r = *state;
	char want[FINGERPRINT_TEXT], seen[FINGERPRINT_TEXT], text[300];
	struct rpc_client *c;
	struct err e;

	fingerprint_text(&r->print2, want);
	fingerprint_text(&r->print, seen);
	rig_client(r, &r->print2, &c);
	assert_null(rpc_get(c, &e, "echo", NULL));
	snprintf(text, sizeof(text), "127.0.0.1: wrong certificate: expected "
	    "%s, the server has %s", want, seen);
	assert_string_equal(e.text, text);
	rpc_client_close(c);
	rig_client(r, NULL, &c);
	value_free(rpc_get(c, &e, "echo", NULL));
	assert_string_equal(rpc_client_seen(c), seen);
	rpc_client_close(c);
}

static void
paths_choose_the_protocol_and_types_are_exact(void **state)
{
	static const char xml[] = "<methodCall><methodName>echo</methodName>"
	    "<params><param><value>x</value></param></params></methodCall>";
	static const char json[] = JSON("echo", "[\"x\"]");
	static const struct {
		const char *path, *body, *type, *part;
	} cases[] = {
		{ "/jsonrpc", json, "\r\nContent-Type: application/json\r\n",
		    "{\"jsonrpc\":\"2.0\",\"result\":[\"x\"],\"id\":1}" },
		{ "/jsonrpc?a=b", json, "\r\nContent-Type: application/json\r\n",
		    "\"result\":[\"x\"]" },
		{ "/json", "{\"method\":\"echo\",\"params\":[1],\"id\":2}",
		    "\r\nContent-Type: application/json\r\n",
		    "{\"result\":[1],\"error\":null,\"id\":2}" },
		{ "/", xml, "\r\nContent-Type: text/xml\r\n", "Success" },
		{ "/xmlrpc", xml, "\r\nContent-Type: text/xml\r\n",
		    "<array><data><value>x</value></data></array>" },
		{ "/RPC2", xml, "\r\nContent-Type: text/xml\r\n", "Success" },
		{ "/anything/else", "<methodCall>",
		    "\r\nContent-Type: text/xml\r\n",
		    "<value>XMLRPC_UNMARSHAL_FAILURE</value>" },
		{ "/jsonrpc", "{\"id\":7,\"jsonrpc\":\"2.0\"}",
		    "\r\nContent-Type: application/json\r\n",
		    "\"message\":\"XMLRPC_UNMARSHAL_FAILURE\"" },
		{ "/jsonrpc", "", "\r\nContent-Type: application/json\r\n",
		    "\"id\":null}" },
	};
	char *answer;

	for (size_t i = 0; i < COUNT(cases); i++) {
		answer = ask_post(*state, cases[i].path, cases[i].body);
		assert_has(answer, "HTTP/1.1 200 OK\r\n");
		assert_has(answer, "\r\nAccess-Control-Allow-Origin: *\r\n");
		assert_has(answer, cases[i].type);
		assert_has(answer, cases[i].part);
		free(answer);
	}
}

static void
other_requests_have_their_answers(void **state)
{
	static const struct {
		const char *request, *first, *part;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n",
		    "speaks XenAPI" },
		{ "GET /x HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n", "" },
		{ "PUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
		    "HTTP/1.1 404 Not Found\r\n", "" },
		{ "OPTIONS /jsonrpc HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n",
		    "\r\nAccess-Control-Allow-Headers: X-Requested-With\r\n" },
		{ "CONNECT /console?ref=x HTTP/1.0\r\n\r\n",
		    "HTTP/1.1 401 Unauthorized\r\n", "Connection: close" },
		{ "GET / HTTP/1.1\r\nConnection: Upgrade\r\n"
		    "Upgrade: websocket\r\n\r\n", "HTTP/1.1 200 OK\r\n",
		    "Connection: close" },
		{ "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n",
		    "Connection: close" },
		{ "hello\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n",
		    "Connection: close" },
		{ "POST / HTTP/1.1\r\nContent-Length: 307201\r\n\r\n",
		    "HTTP/1.1 413 Content Too Large\r\n", "" },
		{ "POST / HTTP/1.1\r\nContent-Length: 5\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		    "HTTP/1.1 400 Bad Request\r\n", "" },
	};
	char *answer;

	for (size_t i = 0; i < COUNT(cases); i++) {
		answer = ask(*state, cases[i].request);
		assert_int_equal(strncmp(answer, cases[i].first,
		    strlen(cases[i].first)), 0);
		assert_has(answer, cases[i].part);
		free(answer);
	}
}

static void
a_request_may_come_byte_by_byte_or_many_at_once(void **state)
{
	const struct rig *r = *state;
	struct buf b = { 0 }, answer = { 0 };
	char part[16];
	struct wire w;

	wire_open(&w, r->port, true);
	rig_post(&b, "/jsonrpc", JSON("echo", "[\"slow\"]"));
	for (size_t i = 0; i < b.len; i++)
		wire_send_n(&w, b.data + i, 1);
	assert_has(wire_answer(&w, &answer), "[\"slow\"]");
	buf_reset(&b);
	for (int i = 0; i < 50; i++) {
		rig_post(&b, "/jsonrpc", i % 2 == 0 ? JSON("echo", "[0]") :
		    JSON("echo", "[1]"));
		buf_str_add(&b, "OPTIONS / HTTP/1.1\r\n\r\n");
	}
	wire_send_n(&w, b.data, b.len);
	for (int i = 0; i < 50; i++) {
		snprintf(part, sizeof(part), "\"result\":[%d]", i % 2);
		assert_has(wire_answer(&w, &answer), part);
		assert_has(wire_answer(&w, &answer), "Content-Length: 0\r\n");
	}
	wire_close(&w);
	buf_free(&b);
	buf_free(&answer);
}

static void
bodies_come_in_chunks_and_after_a_question(void **state)
{
	const struct rig *r = *state;
	struct buf answer = { 0 };
	struct wire w;

	wire_open(&w, r->port, true);
	wire_send(&w, "POST /json HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
	    "\r\n7\r\n{\"id\":3\r\n11\r\n,\"method\":\"echo\"}\r\n");
	wire_send(&w, "0\r\n\r\n");
	assert_has(wire_answer(&w, &answer), "\"id\":3}");
	wire_send(&w, "POST /json HTTP/1.1\r\nContent-Length: 24\r\n"
	    "Expect: 100-continue\r\n\r\n");
	assert_string_equal(wire_answer(&w, &answer),
	    "HTTP/1.1 100 Continue\r\n\r\n");
	wire_send(&w, "{\"id\":4,\"method\":\"echo\"}");
	assert_has(wire_answer(&w, &answer), "\"id\":4}");
	wire_close(&w);
	buf_free(&answer);
}

static void
plain_http_is_sent_to_https(void **state)
{
	const struct rig *r = *state;
	struct buf want = { 0 }, answer = { 0 };
	struct wire w;

	wire_open(&w, r->http_port, false);
	wire_send(&w, "GET /a?b HTTP/1.1\r\nHost: host.example:80\r\n\r\n");
	buf_printf(&want, "\r\nLocation: https://host.example:%u/a?b\r\n",
	    r->port);
	assert_has(wire_answer(&w, &answer), "HTTP/1.1 301 ");
	assert_has(buf_str(&answer), buf_str(&want));
	wire_send(&w, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
	assert_has(wire_answer(&w, &answer), "HTTP/1.1 400 ");
	wire_send(&w, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
	assert_has(wire_answer(&w, &answer), "HTTP/1.1 413 ");
	wire_close(&w);
	/* and TLS spoken to it, or nothing spoken to TLS, harms nobody */
	wire_open(&w, r->http_port, true);
	wire_close(&w);
	wire_open(&w, r->port, false);
	wire_send(&w, "GET / HTTP/1.1\r\n\r\n");
	wire_answer(&w, &answer);
	assert_null(strstr(buf_str(&answer), "HTTP"));
	wire_close(&w);
	buf_free(&want);
	buf_free(&answer);
}

static void
a_new_certificate_is_shown_to_new_clients(void **state)
{
	const struct rig *r = *state;
	struct rpc_client *c, *again;
	struct value *v;
	struct err e;

	rig_client(r, &r->print, &c);
	value_free(rpc_get(c, &e, "cert", NULL));
	rig_client(r, &r->print2, &again);
	v = rpc_get(again, &e, "echo", NULL);
	assert_non_null(v);
	value_free(v);
	v = rpc_get(c, &e, "echo", NULL);
	assert_non_null(v);	/* the old connection lives on */
	value_free(v);
	rpc_client_close(c);
	rpc_client_close(again);
}

int
main(int argc, char *argv[])
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pinned_client_calls_and_is_answered),
		cmocka_unit_test(a_wrong_certificate_is_named),
		cmocka_unit_test(paths_choose_the_protocol_and_types_are_exact),
		cmocka_unit_test(other_requests_have_their_answers),
		cmocka_unit_test(a_request_may_come_byte_by_byte_or_many_at_once),
		cmocka_unit_test(bodies_come_in_chunks_and_after_a_question),
		cmocka_unit_test(plain_http_is_sent_to_https),
		cmocka_unit_test(a_new_certificate_is_shown_to_new_clients),
	};

	return rig_run(tests, COUNT(tests), argc == 2 &&
	    strcmp(argv[1], "--sandbox") == 0);
}
