/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "jsonrpc.h"
#include "xmlrpc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CALL(params) "<?xml version='1.0'?>\n<methodCall>" \
    "<methodName>VM.start</methodName>" params "</methodCall>\n"
#define ONE(value) CALL("<params><param>" value "</param></params>")

/* What is in a call, said in JSON, which is shorter. */
static void
calls_are_read(void **state)
{
	static const struct {
		const char *xml, *params;
	} cases[] = {
		{ CALL(""), "[]" },
		{ CALL("<params/>"), "[]" },
		{ CALL("<params></params>"), "[]" },
		{ ONE("<value>bare &lt;&#65; b</value>"), "[\"bare <A b\"]" },
		{ ONE("<value> kept </value>"), "[\" kept \"]" },
		{ ONE("<value/>"), "[\"\"]" },
		{ ONE("<value>\n <string>x</string>\n</value>"), "[\"x\"]" },
		{ ONE("<value><string/></value>"), "[\"\"]" },
		{ ONE("<value><![CDATA[<a>]]></value>"), "[\"<a>\"]" },
		{ ONE("<value>a<!-- no -->b</value>"), "[\"ab\"]" },
		{ ONE("<value><i4> 5 </i4></value>"), "[5]" },
		{ ONE("<value><i8>-9007199254740993</i8></value>"),
		    "[-9007199254740993]" },
		{ ONE("<value><double>60.1</double></value>"), "[60.1]" },
		{ ONE("<value><boolean>1</boolean></value>"), "[true]" },
		{ ONE("<value><nil/></value>"), "[\"\"]" },
		{ ONE("<value><dateTime.iso8601>20250319T04:16:24Z"
		    "</dateTime.iso8601></value>"), "[\"20250319T04:16:24Z\"]" },
		{ ONE("<value><array><data/></array></value>"), "[[]]" },
		{ ONE("<value><array/></value>"), "[[]]" },
		{ ONE("<value><struct/></value>"), "[{}]" },
		{ ONE("<value><array><data><value>a</value> <value><int>1</int>"
		    "</value></data></array></value>"), "[[\"a\",1]]" },
		{ ONE("<value><struct>\n<member><name>k</name><value>v</value>"
		    "</member><member><name/><value/></member></struct>"
		    "</value>"), "[{\"k\":\"v\",\"\":\"\"}]" },
	};
	struct buf b = { 0 };
	struct call c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		e.text[0] = '\0';
		assert_int_equal(xmlrpc_call_parse(cases[i].xml,
		    strlen(cases[i].xml), &value_limits_request, &c, &e), 0);
		assert_string_equal(c.method, "VM.start");
		buf_reset(&b);
		json_put(&b, c.params);
		assert_string_equal(buf_str(&b), cases[i].params);
		call_free(&c);
	}
	buf_free(&b);
}

static void
bad_calls_say_why_and_where(void **state)
{
	static const struct {
		const char *xml, *why;
	} cases[] = {
		{ "", NULL },
		{ "<a/>", "line 1: <methodCall> is missing" },
		{ CALL("<params><param/></params>"), "line 2: <param> is missing" },
		{ ONE("<value><i4>five</i4></value>"),
		    "line 2: \"five\" where an int is wanted" },
		{ ONE("<value>x<i4>5</i4></value>"),
		    "line 2: text beside an element" },
		{ ONE("<value><i4>5</i4>x</value>"),
		    "line 2: text where an element is wanted" },
		{ ONE("<value><base64>AA==</base64></value>"),
		    "line 2: <base64>: unknown type" },
		{ ONE("<value><array><data><value><array><data><value><array/>"
		    "</value></data></array></value></data></array></value>"),
		    "line 2: too deep" },
		{ ONE("<value><struct><member><name>k</name><value/></member>"
		    "<member><name>k</name><value/></member></struct></value>"),
		    "line 2: a name stands twice" },
		{ "<!DOCTYPE a [<!ENTITY b 'c'>]>\n" ONE("<value>&b;</value>"),
		    NULL },
		{ "<!DOCTYPE methodCall SYSTEM 'file:///etc/passwd'>\n"
		    "<methodCall/>", "line 2: DOCTYPE or entity reference" },
		{ ONE("<value>\xff</value>"), NULL },
		{ ONE("<value>&b;</value>"), NULL },
		{ ONE("<value>&#0;</value>"), NULL },
		{ CALL("") "<methodCall/>", NULL },
		{ ONE("<value>"), NULL },
	};
	static const struct value_limits limits = { 2, 100, 1000 };
	struct call c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		e.text[0] = '\0';
		assert_int_equal(xmlrpc_call_parse(cases[i].xml,
		    strlen(cases[i].xml), &limits, &c, &e), -1);
		assert_true(e.text[0] != '\0');
		assert_string_not_equal(e.text, "out of memory");
		if (cases[i].why != NULL)
			assert_string_equal(e.text, cases[i].why);
	}
}

#define ANSWER(inside) "<?xml version=\"1.0\"?><methodResponse><params>" \
    "<param>" inside "</param></params></methodResponse>"
#define SUCCESS(value) ANSWER("<value><struct><member><name>Status</name>" \
    "<value>Success</value></member><member><name>Value</name>" value \
    "</member></struct></value>")

static struct value *
of_json(const char *json)
{
	struct err e;
	struct value *v = json_parse(json, strlen(json),
	    &value_limits_request, &e);

	assert_non_null(v);
	return v;
}

static void
answers_are_written_as_xapi_does(void **state)
{
	static const struct {
		const char *json, *xml;
	} cases[] = {
		{ "\"a<b>&\\r\"", "<value>a&lt;b&gt;&amp;&#xD;</value>" },
		{ "\"\\u0001\"", "<value>\xef\xbf\xbd</value>" },
		{ "12345678901", "<value>12345678901</value>" },
		{ "0.1", "<value><double>0.1</double></value>" },
		{ "1e300", "<value><double>1e+300</double></value>" },
		{ "2.0", "<value><double>2.0</double></value>" },
		{ "true", "<value><boolean>1</boolean></value>" },
		{ "null", "<value></value>" },
		{ "[]", "<value><array><data></data></array></value>" },
		{ "{\"a\":[\"x\"]}", "<value><struct><member><name>a</name>"
		    "<value><array><data><value>x</value></data></array>"
		    "</value></member></struct></value>" },
	};
	struct buf want = { 0 }, got = { 0 };
	struct reply r = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		reply_set(&r, of_json(cases[i].json));
		buf_reset(&want);
		buf_printf(&want, SUCCESS("%s"), cases[i].xml);
		buf_reset(&got);
		xmlrpc_reply_put(&got, "VM.get_record", &r);
		assert_string_equal(buf_str(&got), buf_str(&want));
	}
	buf_free(&want);
	buf_free(&got);
	reply_free(&r);
}

static void
list_methods_is_bare_and_counts_are_i4(void **state)
{
	struct buf b = { 0 };
	struct reply r = { 0 };

	(void)state;
	reply_set(&r, of_json("[\"pool.get_all\"]"));
	xmlrpc_reply_put(&b, "system.listMethods", &r);
	assert_string_equal(buf_str(&b), ANSWER("<value><array><data>"
	    "<value>pool.get_all</value></data></array></value>"));
	buf_reset(&b);
	reply_set(&r, value_new_int32(5));
	xmlrpc_reply_put(&b, "event.from", &r);
	assert_string_equal(buf_str(&b), SUCCESS("<value><i4>5</i4></value>"));
	buf_reset(&b);
	reply_set(&r, value_new_time(0));
	xmlrpc_reply_put(&b, "x", &r);
	assert_string_equal(buf_str(&b), SUCCESS("<value><dateTime.iso8601>"
	    "19700101T00:00:00Z</dateTime.iso8601></value>"));
	buf_free(&b);
	reply_free(&r);
}

static void
failures_carry_code_and_parameters(void **state)
{
	struct buf b = { 0 };
	struct reply r = { 0 }, back;
	struct err e;

	(void)state;
	reply_fail(&r, "HANDLE_INVALID", "VM", "OpaqueRef:<x>", NULL);
	xmlrpc_reply_put(&b, "VM.start", &r);
	assert_string_equal(buf_str(&b), ANSWER("<value><struct><member>"
	    "<name>Status</name><value>Failure</value></member><member>"
	    "<name>ErrorDescription</name><value><array><data>"
	    "<value>HANDLE_INVALID</value><value>VM</value>"
	    "<value>OpaqueRef:&lt;x&gt;</value></data></array></value>"
	    "</member></struct></value>"));
	assert_int_equal(xmlrpc_reply_parse(b.data, b.len,
	    &value_limits_reply, &back, &e), 0);
	assert_int_equal(reply_error(&back, &e), -1);
	assert_string_equal(e.text, "HANDLE_INVALID(VM, OpaqueRef:<x>)");
	reply_free(&back);
	reply_free(&r);
	buf_free(&b);
}

static void
what_is_called_and_answered_comes_back(void **state)
{
	struct value *params = of_json("[\"s\",{\"a\":[true,0.5,\"\"]}]");
	struct reply r = { 0 }, back;
	struct buf b = { 0 };
	struct call c;
	struct err e;

	(void)state;
	xmlrpc_call_put(&b, "a.b", params);
	assert_int_equal(xmlrpc_call_parse(b.data, b.len,
	    &value_limits_request, &c, &e), 0);
	assert_string_equal(c.method, "a.b");
	assert_true(value_equal(c.params, params));
	buf_reset(&b);
	reply_set(&r, params);
	xmlrpc_reply_put(&b, "a.b", &r);
	assert_int_equal(xmlrpc_reply_parse(b.data, b.len,
	    &value_limits_reply, &back, &e), 0);
	assert_true(back.ok && value_equal(back.value, params));
	reply_free(&back);
	reply_free(&r);
	call_free(&c);
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_read),
		cmocka_unit_test(bad_calls_say_why_and_where),
		cmocka_unit_test(answers_are_written_as_xapi_does),
		cmocka_unit_test(list_methods_is_bare_and_counts_are_i4),
		cmocka_unit_test(failures_carry_code_and_parameters),
		cmocka_unit_test(what_is_called_and_answered_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
