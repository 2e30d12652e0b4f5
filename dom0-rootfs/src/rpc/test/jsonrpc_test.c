/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "jsonrpc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
json_is_read_and_written(void **state)
{
	static const struct {
		const char *in, *out;	/* NULL: the same */
	} cases[] = {
		{ "[]", NULL }, { "{}", NULL }, { "\"\"", NULL },
		{ "9223372036854775807", NULL },
		{ "9223372036854775808", "9.223372036854776e+18" },
		{ "-0.5", NULL }, { "1.0", NULL }, { "1e2", "100.0" },
		{ "null", "\"\"" },
		{ "\"\\u00e9\\ud83d\\udc27/\"",
		    "\"\xc3\xa9\xf0\x9f\x90\xa7/\"" },
		{ "\"\\u0001\\n\\\"\"", NULL },
		{ " {\"b\" : [1, true , \"x\"], \"a\":{}} ",
		    "{\"b\":[1,true,\"x\"],\"a\":{}}" },
	};
	struct buf b = { 0 };
	struct value *v;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		v = json_parse(cases[i].in, strlen(cases[i].in),
		    &value_limits_request, &e);
		assert_non_null(v);
		buf_reset(&b);
		json_put(&b, v);
		assert_string_equal(buf_str(&b), cases[i].out != NULL ?
		    cases[i].out : cases[i].in);
		value_free(v);
	}
	buf_free(&b);
}

static void
bad_json_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *in, *why;	/* NULL: any */
	} cases[] = {
		{ "", NULL }, { "{", NULL }, { "[1,]", NULL }, { "01", NULL },
		{ "[] []", NULL }, { "\"\xff\"", NULL }, { "// x\n1", NULL },
		{ "nul", NULL }, { "\"a\nb\"", NULL },
		{ "\"\\u0000\"", "text that is not UTF-8, or holds a NUL" },
		{ "{\"a\":1,\"a\":2}", "a name stands twice" },
		{ "[[[1]]]", "too deep" },
		{ "[1,2,3,4,5,6,7,8,9]", "too many values" },
	};
	static const struct value_limits limits = { 2, 8, 1000 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		e.text[0] = '\0';
		assert_null(json_parse(cases[i].in, strlen(cases[i].in),
		    &limits, &e));
		assert_true(e.text[0] != '\0');
		assert_string_not_equal(e.text, "out of memory");
		if (cases[i].why != NULL)
			assert_string_equal(e.text, cases[i].why);
	}
}

/* A call in, and the frame of its answer out. */
static void
calls_of_both_versions_are_answered_in_kind(void **state)
{
	static const struct {
		const char *in, *ok, *failed;
	} cases[] = {
		{ "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[1],\"id\":0}",
		    "{\"jsonrpc\":\"2.0\",\"result\":\"\",\"id\":0}",
		    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":"
		    "\"CODE\",\"data\":[\"p\"]},\"id\":0}" },
		{ "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":\"x\"}",
		    "{\"jsonrpc\":\"2.0\",\"result\":\"\",\"id\":\"x\"}",
		    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":"
		    "\"CODE\",\"data\":[\"p\"]},\"id\":\"x\"}" },
		{ "{\"method\":\"a\",\"params\":[],\"id\":7,\"more\":[]}",
		    "{\"result\":\"\",\"error\":null,\"id\":7}",
		    "{\"result\":null,\"error\":[\"CODE\",\"p\"],\"id\":7}" },
		{ "{\"method\":\"a\",\"id\":null}",
		    "{\"result\":\"\",\"error\":null,\"id\":null}",
		    "{\"result\":null,\"error\":[\"CODE\",\"p\"],\"id\":null}" },
	};
	struct reply ok = { 0 }, failed = { 0 };
	struct buf b = { 0 };
	struct call c;
	struct err e;

	(void)state;
	reply_set(&ok, value_new_null());
	reply_fail(&failed, "CODE", "p", NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(jsonrpc_call_parse(cases[i].in,
		    strlen(cases[i].in), &value_limits_request, &c, &e), 0);
		assert_string_equal(c.method, "a");
		assert_true(value_is(c.params, VALUE_ARRAY));
		buf_reset(&b);
		jsonrpc_reply_put(&b, &c, &ok);
		assert_string_equal(buf_str(&b), cases[i].ok);
		buf_reset(&b);
		jsonrpc_reply_put(&b, &c, &failed);
		assert_string_equal(buf_str(&b), cases[i].failed);
		call_free(&c);
	}
	reply_free(&ok);
	reply_free(&failed);
	buf_free(&b);
}

static void
bad_calls_are_refused_and_keep_their_id(void **state)
{
	static const struct {
		const char *in, *why;
		bool id;
	} cases[] = {
		{ "[]", "batches are not supported", false },
		{ "1", "not a call: int", false },
		{ "{\"id\":1}", "method: missing, or not a string", true },
		{ "{\"id\":1,\"method\":2}",
		    "method: missing, or not a string", true },
		{ "{\"id\":1,\"method\":\"a\",\"params\":{}}",
		    "params: struct where an array is wanted", true },
		{ "{\"id\":1,\"jsonrpc\":\"3\",\"method\":\"a\"}",
		    "jsonrpc: \"3\"", true },
		{ "{\"id\":[],\"method\":\"a\"}", "id: array", false },
	};
	struct call c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(jsonrpc_call_parse(cases[i].in,
		    strlen(cases[i].in), &value_limits_request, &c, &e), -1);
		assert_string_equal(e.text, cases[i].why);
		assert_int_equal(c.id != NULL, cases[i].id);
		call_free(&c);
	}
}

static void
answers_are_read(void **state)
{
	static const struct {
		const char *in, *error;	/* NULL: success */
	} cases[] = {
		{ "{\"result\":[1],\"id\":1}", NULL },
		{ "{\"result\":null,\"error\":[\"A\",\"b\"]}", "A(b)" },
		{ "{\"error\":{\"code\":1,\"message\":\"A\","
		    "\"data\":[\"b\",\"c\"]}}", "A(b, c)" },
		{ "{\"error\":{\"message\":\"A\",\"data\":\"b\"}}", "A(b)" },
		{ "{\"error\":{\"message\":\"A\"}}", "A()" },
	};
	struct reply r;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(jsonrpc_reply_parse(cases[i].in,
		    strlen(cases[i].in), &value_limits_reply, &r, &e), 0);
		assert_int_equal(r.ok, cases[i].error == NULL);
		if (!r.ok) {
			reply_error(&r, &e);
			assert_string_equal(e.text, cases[i].error);
		}
		reply_free(&r);
	}
	assert_int_equal(jsonrpc_reply_parse("{}", 2, &value_limits_reply, &r,
	    &e), -1);
	assert_int_equal(jsonrpc_reply_parse("[]", 2, &value_limits_reply, &r,
	    &e), -1);
}

static void
a_call_that_is_written_is_read_back(void **state)
{
	struct value *params = value_new_array();
	struct buf b = { 0 };
	struct call c;
	struct err e;

	(void)state;
	value_add_str(params, "OpaqueRef:1");
	jsonrpc_call_put(&b, "VM.start", params, 3);
	assert_string_equal(buf_str(&b), "{\"jsonrpc\":\"2.0\",\"method\":"
	    "\"VM.start\",\"params\":[\"OpaqueRef:1\"],\"id\":3}");
	assert_int_equal(jsonrpc_call_parse(b.data, b.len,
	    &value_limits_request, &c, &e), 0);
	assert_true(value_equal(c.params, params));
	call_free(&c);
	value_free(params);
	buf_free(&b);
}

static void
both_ways_to_json_are_the_same(void **state)
{
	static const char text[] = "[\"\",\"a\\u0001\\n\\\\\\\"\xc3\xa9\\u001F/\","
	    "-9223372036854775808,0.5,1e+300,true,false,[],{},"
	    "{\"k\\t\":[1,{\"l\":\"m\"}]}]";
	struct buf encoded = { 0 }, a = { 0 }, b = { 0 };
	struct value *v;
	struct err e;

	(void)state;
	v = json_parse(text, strlen(text), &value_limits_request, &e);
	assert_non_null(v);
	value_add(v, value_new_null());
	value_add(v, value_new_time(0));
	value_encode(&encoded, v);
	json_put(&a, v);
	json_encoded_put(&b, encoded.data, encoded.len);
	assert_false(b.failed);
	assert_string_equal(buf_str(&a), buf_str(&b));
	for (size_t len = 0; len < encoded.len; len++) {
		buf_free(&b);
		json_encoded_put(&b, encoded.data, len);
		assert_true(b.failed);
	}
	value_free(v);
	buf_free(&encoded);
	buf_free(&a);
	buf_free(&b);
}

/* Each byte that has to be escaped, each place it can have among eight. */
static void
an_encoded_text_is_escaped_wherever_it_must_be(void **state)
{
	static const char *const pieces[] = { "\"", "\\", "\n", "\x1f", "\x7f",
		"\xc3\xa4", "!", "\x01", "#[]", " " };
	char text[64];
	struct value *v;

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		for (int before = 0; before < 20; before++)
			for (int after = 0; after < 20; after += 3) {
				struct buf in = { 0 }, a = { 0 }, b = { 0 };

				snprintf(text, sizeof(text), "%.*s%s%.*s",
				    before, "abcdefghijklmnopqrst", pieces[i],
				    after, "ABCDEFGHIJKLMNOPQRST");
				v = value_new_str(text);
				value_encode(&in, v);
				json_put(&a, v);
				json_encoded_put(&b, in.data, in.len);
				assert_string_equal(buf_str(&a), buf_str(&b));
				assert_int_equal(strlen(b.data), b.len);
				value_free(v);
				buf_free(&in);
				buf_free(&a);
				buf_free(&b);
			}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_encoded_text_is_escaped_wherever_it_must_be),
		cmocka_unit_test(json_is_read_and_written),
		cmocka_unit_test(bad_json_is_refused_with_a_reason),
		cmocka_unit_test(calls_of_both_versions_are_answered_in_kind),
		cmocka_unit_test(bad_calls_are_refused_and_keep_their_id),
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(a_call_that_is_written_is_read_back),
		cmocka_unit_test(both_ways_to_json_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
