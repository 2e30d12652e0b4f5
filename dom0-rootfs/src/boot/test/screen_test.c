/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "screen.h"

static void
text_of(struct screen *s, const char *want)
{
	struct buf b = { 0 };

	screen_text(s, &b);
	assert_string_equal(strchr(buf_str(&b), '\n') + 2, want);
	buf_free(&b);
}

static void
a_host_shows_what_is_known(void **state)
{
	struct screen s = { .mode = MODE_HOST, .hostname = "alpha",
	    .ended = -1 };

	(void)state;
	text_of(&s, "  host          alpha\n"
	    "  address       none yet\n"
	    "  certificate   none yet\n"
	    "  pool          the agent has not said yet\n"
	    "\nPress Enter to log in.\n");
	snprintf(s.addresses, sizeof(s.addresses), "10.0.2.15 fec0::1");
	snprintf(s.fingerprint, sizeof(s.fingerprint), "SHA256:00ff");
	snprintf(s.pool, sizeof(s.pool), "lab");
	snprintf(s.role, sizeof(s.role), "member");
	snprintf(s.coordinator, sizeof(s.coordinator), "10.0.2.16");
	s.problems = (char *)"state: damaged\nBoot the rescue entry.\n";
	text_of(&s, "  host          alpha\n"
	    "  address       10.0.2.15 fec0::1\n"
	    "  certificate\n    SHA256:00ff\n"
	    "  pool          lab (member; coordinator 10.0.2.16)\n"
	    "\n  ! state: damaged\n    Boot the rescue entry.\n"
	    "\nPress Enter to log in.\n");
}

static void
an_installer_that_failed_is_named(void **state)
{
	struct screen s = { .mode = MODE_INSTALL, .ended = 1 };

	(void)state;
	text_of(&s, "  The installer could not go on (exit 1): its last "
	    "lines say why.\n\nPress Enter for a shell.\n");
	s.ended = 0;
	text_of(&s, "  The installer is done.\n\nPress Enter for a shell.\n");
}

static void
a_fingerprint_is_the_hash_of_the_der(void **state)
{
	/* base64 of "any carnal pleasure." with a line break in it */
	static const char pem[] = "-----BEGIN PRIVATE KEY-----\nAAAA\n"
	    "-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n"
	    "YW55IGNhcm5hbC\nBwbGVhc3VyZS4=\n-----END CERTIFICATE-----\n";
	char have[96], hex[HASH_HEX], want[96];
	struct err e;

	(void)state;
	hash_bytes("any carnal pleasure.", 20, hex);
	snprintf(want, sizeof(want), "SHA256:%s", hex);
	assert_int_equal(screen_fingerprint(pem, have, sizeof(have), &e), 0);
	assert_string_equal(have, want);
	assert_int_equal(screen_fingerprint("", have, sizeof(have), &e), -1);
	assert_int_equal(screen_fingerprint("-----BEGIN CERTIFICATE-----\nYQ",
	    have, sizeof(have), &e), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_shows_what_is_known),
		cmocka_unit_test(an_installer_that_failed_is_named),
		cmocka_unit_test(a_fingerprint_is_the_hash_of_the_der),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
