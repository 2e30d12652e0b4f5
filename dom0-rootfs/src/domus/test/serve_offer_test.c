/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "offer.h"

/* What a neighbour's answers must and must not have. */

#define PRINT "SHA256:0011"
#define HEAD "<installation mode=\"fresh\">\n"
#define DISK "  <primary-disk>sda</primary-disk>\n"
#define HASH "  <root-password type=\"hash\">$6$x$y</root-password>\n"

static int
fill(const char *answers, struct buf *to, struct err *e)
{
	buf_reset(to);
	return offer_answers(answers, "192.0.2.1", PRINT, "t", to, e);
}

static void
the_pool_is_put_in(void **state)
{
	struct buf b = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(fill(HEAD DISK HASH "</installation>", &b, &e), 0);
	assert_string_equal(buf_str(&b), HEAD DISK HASH
	    "  <pool coordinator=\"192.0.2.1\" token=\"t\" fingerprint=\""
	    PRINT "\"/>\n</installation>");
	/* logins by a key only */
	assert_int_equal(fill(HEAD DISK "</installation>", &b, &e), 0);
	buf_free(&b);
}

static void
what_a_neighbour_must_not_have_is_refused(void **state)
{
	static const struct { const char *answers, *why; } cases[] = {
		{ HEAD HASH "</installation>", "primary-disk" },
		{ HEAD DISK "  <root-password type=\"plaintext\">x"
		    "</root-password>\n</installation>", "hash" },
		{ HEAD DISK HASH "  <pool coordinator=\"192.0.2.9\"/>\n"
		    "</installation>", "<pool>" },
		{ HEAD DISK HASH, "</installation>" },
		{ "", "primary-disk" },
	};
	struct buf b = { 0 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(fill(cases[i].answers, &b, &e), -1);
		assert_non_null(strstr(e.text, cases[i].why));
		assert_int_equal(b.len, 0);
	}
	buf_free(&b);
}

static void
machines_are_counted(void **state)
{
	(void)state;
	assert_int_equal(offer_machines(""), 0);
	assert_int_equal(offer_machines("52:54:00:d0:00:01"), 1);
	assert_int_equal(offer_machines("a,b,c"), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pool_is_put_in),
		cmocka_unit_test(what_a_neighbour_must_not_have_is_refused),
		cmocka_unit_test(machines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
