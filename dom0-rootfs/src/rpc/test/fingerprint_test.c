/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"
#include "fingerprint.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"

static void
all_usual_spellings_are_read(void **state)
{
	static const char *const spellings[] = {
		"SHA256:" HEX,
		"sha256:" HEX,
		HEX,
		"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1EFF",
		"00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:"
		    "15:16:17:18:19:1A:1B:1C:1D:1E:FF",
		"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8=",
	};
	struct fingerprint f;
	char text[FINGERPRINT_TEXT];
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(spellings); i++) {
		assert_int_equal(fingerprint_parse(spellings[i], &f, &e), 0);
		fingerprint_text(&f, text);
		assert_string_equal(text, "SHA256:" HEX);
	}
}

static void
anything_else_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "SHA256:", "SHA1:" HEX, HEX "00", ":" HEX, HEX ":",
		"SHA256:000102", "SHA256:" HEX "=",
		"0g0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH?8",
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8==",
	};
	struct fingerprint f;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(fingerprint_parse(cases[i], &f, &e), -1);
}

/* A host goes into a URL: nothing in it may end or change that. */
static void
a_client_wants_a_plain_host(void **state)
{
	static const struct {
		const char *host;
		bool ok;
	} cases[] = {
		{ "host.example", true }, { "10.0.2.15", true },
		{ "fe80::1%eth0", true }, { "2001:db8::1", true },
		{ "", false }, { "a/b", false }, { "a@b", false },
		{ "a b", false }, { "a#b", false }, { "a?b", false },
		{ "[::1]", false }, { "a\nb", false },
	};
	struct rpc_client *c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct rpc_options o = { .host = cases[i].host };
		int rc = rpc_client_open(&o, &c, &e);

		assert_int_equal(rc, cases[i].ok ? 0 : -1);
		if (rc == 0)
			rpc_client_close(c);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_usual_spellings_are_read),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_client_wants_a_plain_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
