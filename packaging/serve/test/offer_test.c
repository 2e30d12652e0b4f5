/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "site.h"
#include "tokens.h"

/* What a host offers: tokens, to machines that were named. */

static void
put(const char *path, const char *text)
{
	struct err e;

	assert_int_equal(file_write(path, text, strlen(text), 0600, &e), 0);
}

static bool
filled(struct tokens *t, const char *mac, const char *text, const char *want)
{
	struct buf b = { 0 };
	bool rc = tokens_fill(t, mac, text, strlen(text), &b);

	if (rc)
		assert_string_equal(buf_str(&b), want);
	buf_free(&b);
	return rc;
}

static void
a_machine_has_one_token_of_the_pool(void **state)
{
	static struct tokens t;
	char path[] = "/tmp/offer_test.XXXXXX", line[200] = "";
	int fd = mkstemp(path);
	struct err e;

	(void)state;
	assert_int_not_equal(fd, -1);
	close(fd);
	put(path, "first\nsecond\n");
	assert_int_equal(tokens_read(path, &t, &e), 0);
	assert_true(filled(&t, "", "no mark", "no mark"));
	assert_false(filled(&t, "", "<${pool-token}>", NULL));
	assert_true(filled(&t, "a", "<${pool-token}> ${pool-token}",
	    "<first> first"));
	assert_true(filled(&t, "b", "${pool-token}", "second"));
	assert_true(filled(&t, "a", "${pool-token}", "first"));
	assert_false(filled(&t, "c", "${pool-token}", NULL));
	assert_true(filled(&t, "c", "${pool-token", "${pool-token"));
	memset(line, 'x', sizeof(line) - 1);
	put(path, line);
	assert_int_equal(tokens_read(path, &t, &e), -1);
	remove(path);
}

static void
only_machines_that_were_named(void **state)
{
	static const unsigned char one[DHCP_MAC] = { 0x52, 0x54, 0, 0xd0, 0,
		1 }, other[DHCP_MAC] = { 0x52, 0x54, 0, 0xd0, 0, 2 };
	static struct site s;
	struct err e;

	(void)state;
	assert_true(site_takes(&s, one));
	assert_int_equal(site_only(&s, "52:54:00:D0:00:01,"
	    "52-54-00-d0-00-03", &e), 0);
	assert_int_equal(s.nonly, 2);
	assert_true(site_takes(&s, one));
	assert_false(site_takes(&s, other));
	assert_int_equal(site_only(&s, "52:54:00:d0:00", &e), -1);
	assert_int_equal(site_only(&s, "any", &e), -1);
	assert_int_equal(site_only(&s, "52:54:00:d0:00:01x", &e), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_has_one_token_of_the_pool),
		cmocka_unit_test(only_machines_that_were_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
