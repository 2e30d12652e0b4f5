/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "value.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One of every type. */
static struct value *
sample(void)
{
	struct value *v = value_new_struct(), *a = value_new_array();

	value_add_str(a, "OpaqueRef:1");
	value_add_int(a, INT64_MIN);
	value_add(a, value_new_null());
	value_add(a, value_new_int32(-7));
	value_set(v, "set", a);
	value_set_bool(v, "yes", true);
	value_set_float(v, "load", 0.25);
	value_set_time(v, "when", 1742357784);
	value_set_str(v, "text", "gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x90\xa7");
	value_set(v, "empty", value_new_struct());
	return v;
}

static void
a_struct_keeps_order_and_replaces_in_place(void **state)
{
	struct value *v = value_new_struct();

	(void)state;
	value_set_str(v, "b", "1");
	value_set_str(v, "a", "2");
	value_set_str(v, "b", "3");
	assert_int_equal(value_len(v), 2);
	assert_string_equal(value_name_at(v, 0), "b");
	assert_string_equal(value_get_str(v, "b"), "3");
	assert_null(value_get(v, "c"));
	value_free(v);
}

/* Large structs are searched by an index that every way of putting keeps. */
static void
a_large_struct_finds_all_its_members(void **state)
{
	struct value *v = value_new_struct();
	char name[16];
	int64_t i;
	struct err e;

	(void)state;
	for (unsigned int n = 0; n < 5000; n++) {
		snprintf(name, sizeof(name), "k%u", n * 7919 % 5003);
		value_set_int(v, name, n);
	}
	assert_int_equal(value_len(v), 5000);
	for (unsigned int n = 0; n < 5000; n++) {
		snprintf(name, sizeof(name), "k%u", n * 7919 % 5003);
		assert_int_equal(value_as_int(value_get(v, name), &i, &e), 0);
		assert_int_equal(i, n);
	}
	assert_true(value_remove(v, "k7919") || value_remove(v, "k0"));
	assert_null(value_get(v, "k0"));
	value_set_str(v, "k0", "again");
	assert_string_equal(value_get_str(v, "k0"), "again");
	assert_int_equal(value_len(v), 5000);
	assert_int_equal(value_ok(v, &e), 0);
	value_free(v);
}

static void
a_name_twice_is_seen_by_the_index(void **state)
{
	struct value *v = value_new_struct();

	(void)state;
	value_append(v, "a", value_new_null());
	value_append(v, "b", value_new_null());
	assert_true(value_index(v));
	value_append(v, "a", value_new_null());
	assert_false(value_index(v));
	value_free(v);
}

static void
what_is_encoded_decodes_to_the_same(void **state)
{
	struct value *v = sample(), *copy = value_copy(v), *back;
	struct buf b = { 0 };
	struct err e;
	size_t used;

	(void)state;
	assert_true(value_equal(v, copy));
	value_encode(&b, v);
	assert_int_equal(buf_ok(&b, &e), 0);
	back = value_decode(b.data, b.len, &value_limits_request, NULL, &e);
	assert_non_null(back);
	assert_true(value_equal(v, back));
	value_free(back);
	buf_char(&b, 'x');
	assert_null(value_decode(b.data, b.len, &value_limits_request, NULL,
	    &e));
	assert_string_equal(e.text, "value: 1 bytes too many");
	back = value_decode(b.data, b.len, &value_limits_request, &used, &e);
	assert_non_null(back);
	assert_int_equal(used, b.len - 1);
	value_free(back);
	value_free(v);
	value_free(copy);
	buf_free(&b);
}

static void
every_shortened_encoding_is_refused(void **state)
{
	struct value *v = sample();
	struct buf b = { 0 };
	struct err e;

	(void)state;
	value_encode(&b, v);
	for (size_t len = 0; len < b.len; len++)
		assert_null(value_decode(b.data, len, &value_limits_request,
		    NULL, &e));
	value_free(v);
	buf_free(&b);
}

static void
pieces_encode_like_the_whole(void **state)
{
	struct value *v = value_new_struct();
	struct buf whole = { 0 }, pieces = { 0 };

	(void)state;
	value_set_str(v, "a", "x");
	value_set_int(v, "b", 1);
	value_encode(&whole, v);
	value_encode_struct(&pieces, 2);
	value_encode_name(&pieces, "a");
	value_encode_str(&pieces, "x");
	value_encode_name(&pieces, "b");
	value_encode_int(&pieces, 1);
	assert_int_equal(whole.len, pieces.len);
	assert_memory_equal(whole.data, pieces.data, whole.len);
	value_free(v);
	buf_free(&whole);
	buf_free(&pieces);
}

static void
bad_encodings_say_why(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} cases[] = {
		{ "", 0, "value: cut short" },
		{ "\x09", 1, "value: unknown type 9" },
		{ "\x05\x02", 2, "value: a bool of 2" },
		{ "\x01\x01\0\0\0\xff", 6, "value: text that is not UTF-8" },
		{ "\x01\x01\0\0\0\0", 6, "value: text that is not UTF-8" },
		{ "\x07\xff\xff\xff\xff", 5, "value: too many values" },
		{ "\x08\x02\0\0\0\x01\0\0\0a\0\x01\0\0\0a\0", 17,
		    "value: a name stands twice" },
		{ "\x07\x01\0\0\0\x07\x01\0\0\0\x07\0\0\0\0", 15,
		    "value: too deep" },
	};
	static const struct value_limits limits = { 2, 100, 1000 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_null(value_decode(cases[i].bytes, cases[i].len, &limits,
		    NULL, &e));
		assert_string_equal(e.text, cases[i].why);
	}
}

static void
utf8_is_checked_strictly(void **state)
{
	static const struct {
		const char *s;
		size_t len;
		bool ok;
	} cases[] = {
		{ "plain", 5, true },
		{ "\xc3\xbc", 2, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "\xc3", 1, false },			/* cut */
		{ "\xc0\x80", 2, false },		/* NUL, overlong */
		{ "\xe0\x80\xaf", 3, false },		/* overlong */
		{ "\xed\xa0\x80", 3, false },		/* surrogate */
		{ "\xf4\x90\x80\x80", 4, false },	/* above 10ffff */
		{ "a\0b", 3, false },
		{ "\xbf", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(value_utf8_ok(cases[i].s, cases[i].len),
		    cases[i].ok);
}

static void
numbers_are_read_leniently_but_whole(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t i;
	} cases[] = {
		{ "9223372036854775807", true, INT64_MAX },
		{ "-1", true, -1 },
		{ "9223372036854775808", false, 0 },
		{ "1x", false, 0 }, { "", false, 0 }, { " 1", false, 0 },
		{ "-", false, 0 }, { "1.0", false, 0 },
	};
	struct value *v;
	struct err e;
	int64_t i;

	(void)state;
	for (size_t n = 0; n < COUNT(cases); n++) {
		v = value_new_str(cases[n].text);
		i = 0;
		assert_int_equal(value_as_int(v, &i, &e) == 0, cases[n].ok);
		assert_int_equal(i, cases[n].i);
		value_free(v);
	}
	v = value_new_float(60.0);
	assert_int_equal(value_as_int(v, &i, &e), 0);
	assert_int_equal(i, 60);
	v->u.f = 60.5;
	assert_int_equal(value_as_int(v, &i, &e), -1);
	v->u.f = 0x1p63;
	assert_int_equal(value_as_int(v, &i, &e), -1);
	value_free(v);
	assert_int_equal(value_as_int(NULL, &i, &e), -1);
	assert_string_equal(e.text, "nothing where an int is wanted");
}

static void
dates_come_in_several_shapes(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;	/* -1: refused */
	} cases[] = {
		{ "20250319T04:16:24Z", 1742357784 },
		{ "20250319T04:16:24", 1742357784 },
		{ "2025-03-19T04:16:24Z", 1742357784 },
		{ "2025-03-19T04:16:24.123Z", 1742357784 },
		{ "20250319T05:16:24+01:00", 1742357784 },
		{ "20250319T03:16:24-0100", 1742357784 },
		{ "19700101T00:00:00Z", 0 },
		{ "yesterday", -1 }, { "20250319", -1 },
		{ "20250319T04:16:24Q", -1 }, { "20250319T04:16:24+1", -1 },
	};
	struct value *v, *back;
	struct err e;
	int64_t t;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		v = value_new_str(cases[i].text);
		t = -1;
		value_as_time(v, &t, &e);
		assert_int_equal(t, cases[i].seconds);
		value_free(v);
	}
	v = value_new_time(1742357784);
	assert_string_equal(value_str(v), "20250319T04:16:24Z");
	assert_int_equal(value_as_time(v, &t, &e), 0);
	back = value_new_float(1742357784);
	assert_int_equal(value_as_time(back, &t, &e), 0);
	assert_int_equal(t, 1742357784);
	value_free(back);
	value_free(v);
}

static void
a_failed_part_fails_the_whole(void **state)
{
	struct value *v = value_new_struct(), *a = value_new_array();
	struct err e;

	(void)state;
	value_set(v, "a", a);
	assert_int_equal(value_ok(v, &e), 0);
	value_add(a, NULL);
	assert_int_equal(value_ok(v, &e), -1);
	value_free(v);
	value_add(NULL, value_new_null());
	value_set(NULL, "x", value_new_null());
	value_free(NULL);
}

static void
text_that_is_not_utf8_is_mended(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" }, { "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "caf\xc3", "caf?" }, { "\xe2\x82", "??" },
		{ "\xae Inc.", "? Inc." }, { "\xff\xe2\x82\xac", "?\xe2\x82\xac" },
	};
	struct value *v;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v = value_new_str(cases[i].in);
		assert_string_equal(value_str(v), cases[i].out);
		assert_true(value_utf8_ok(value_str(v), value_len(v)));
		value_free(v);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_struct_keeps_order_and_replaces_in_place),
		cmocka_unit_test(a_large_struct_finds_all_its_members),
		cmocka_unit_test(a_name_twice_is_seen_by_the_index),
		cmocka_unit_test(what_is_encoded_decodes_to_the_same),
		cmocka_unit_test(every_shortened_encoding_is_refused),
		cmocka_unit_test(pieces_encode_like_the_whole),
		cmocka_unit_test(bad_encodings_say_why),
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(numbers_are_read_leniently_but_whole),
		cmocka_unit_test(dates_come_in_several_shapes),
		cmocka_unit_test(a_failed_part_fails_the_whole),
		cmocka_unit_test(text_that_is_not_utf8_is_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
