/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "address.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
addresses_are_cut_in_two(void **state)
{
	static const struct {
		const char *text, *host;	/* host NULL: refused */
		unsigned int port;
	} cases[] = {
		{ "h", "h", 0 }, { "host.example", "host.example", 0 },
		{ "10.0.2.50:8443", "10.0.2.50", 8443 },
		{ "[2001:db8::1]:443", "2001:db8::1", 443 },
		{ "[2001:db8::1]", "2001:db8::1", 0 },
		{ "2001:db8::1", "2001:db8::1", 0 }, { "::1", "::1", 0 },
		{ "h:65535", "h", 65535 }, { "h:65536", NULL, 0 },
		{ "h:0", NULL, 0 }, { "h:", NULL, 0 }, { "h:4x", NULL, 0 },
		{ "h:-1", NULL, 0 }, { "h: 1", NULL, 0 }, { "", NULL, 0 },
		{ ":1", NULL, 0 }, { "[", NULL, 0 }, { "[]", NULL, 0 },
		{ "[::1", NULL, 0 }, { "[::1]x", NULL, 0 },
		{ "[::1]:", NULL, 0 }, { "exactly.16.bytes", NULL, 0 },
		{ "fits.15.letters", "fits.15.letters", 0 },
	};
	unsigned int port;
	char host[16];
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		port = 1;
		if (address_split(cases[i].text, host, sizeof(host), &port,
		    &e) == -1) {
			if (cases[i].host != NULL)
				fail_msg("%s", e.text);
			continue;
		}
		if (cases[i].host == NULL)
			fail_msg("%s: taken", cases[i].text);
		assert_string_equal(host, cases[i].host);
		assert_int_equal(port, cases[i].port);
		assert_int_equal(address_split(cases[i].text, host,
		    sizeof(host), NULL, &e), 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_cut_in_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
