/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet.h"
#include "pattern.h"
#include "text.h"

static const struct packet_self self = { { 0, 0x16, 0x3e, 1, 2, 3 },
	{ 10, 0, 0, 2 } };

/* from 10.0.0.1, 52:54:00:00:00:01 */
static const uint8_t who_has[42] = { 255, 255, 255, 255, 255, 255,
	0x52, 0x54, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
	0x52, 0x54, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2 };

static void
numbers_and_addresses_are_written(void **state)
{
	struct text t;

	(void)state;
	text_num(text_add(text_num(text_start(&t, "a"), 0), " "), UINT64_MAX);
	assert_string_equal(t.s, "a0 18446744073709551615");
	text_mac(text_start(&t, ""), self.mac);
	assert_string_equal(t.s, "00:16:3e:01:02:03");
	text_ip(text_start(&t, ""), self.ip);
	assert_string_equal(t.s, "10.0.0.2");
	text_hex(text_start(&t, ""), 0xbeef);
	assert_string_equal(t.s, "beef");
}

static void
text_that_is_too_long_is_cut(void **state)
{
	struct text t;

	(void)state;
	text_start(&t, "");
	for (int i = 0; i < 100; i++)
		text_add(&t, "12345");
	assert_int_equal(t.len, sizeof(t.s) - 1);
	assert_int_equal(strlen(t.s), t.len);
}

static void
addresses_are_read_whole_or_not(void **state)
{
	static const char *const bad_ip[] = { "", "1", "1.2.3", "1.2.3.",
		"1.2.3.4.", "1.2.3.256", "1.2.3.4 ", ".1.2.3", "0001.2.3.4",
		"1..2.3" };
	static const char *const bad_mac[] = { "", "00:16:3e:01:02",
		"00:16:3e:01:02:0", "00:16:3e:01:02:03:", "0:16:3e:01:02:03",
		"00:16:3e:01:02:0g", "00-16-3e-01-02-03" };
	uint8_t ip[4], mac[6];

	(void)state;
	assert_true(text_read_ip("10.0.0.2", ip));
	assert_memory_equal(ip, self.ip, 4);
	assert_true(text_read_mac("00:16:3E:01:02:03", mac));
	assert_memory_equal(mac, self.mac, 6);
	for (size_t i = 0; i < sizeof(bad_ip) / sizeof(*bad_ip); i++)
		if (text_read_ip(bad_ip[i], ip))
			fail_msg("%s is no address", bad_ip[i]);
	for (size_t i = 0; i < sizeof(bad_mac) / sizeof(*bad_mac); i++)
		if (text_read_mac(bad_mac[i], mac))
			fail_msg("%s is no address", bad_mac[i]);
}

static void
words_of_a_command_line_are_found(void **state)
{
	char v[8];

	(void)state;
	assert_true(text_word("ip=1 vbd=write", "vbd", v, sizeof(v)));
	assert_string_equal(v, "write");
	assert_true(text_word("a=1  a=2", "a", v, sizeof(v)));
	assert_string_equal(v, "2");
	assert_true(text_word("a=", "a", v, sizeof(v)));
	assert_string_equal(v, "");
	assert_false(text_word("xa=1 ab=2 a", "a", v, sizeof(v)));
	assert_false(text_word("", "a", v, sizeof(v)));
	assert_false(text_word("a=12345678", "a", v, sizeof(v)));
}

static void
it_answers_who_has_its_address(void **state)
{
	uint8_t out[PACKET_MAX], other[sizeof(who_has)];

	(void)state;
	assert_int_equal(packet_answer(&self, who_has, sizeof(who_has), out),
	    42);
	assert_memory_equal(out, who_has + 6, 6);
	assert_memory_equal(out + 6, self.mac, 6);
	assert_int_equal(out[21], 2);
	assert_memory_equal(out + 22, self.mac, 6);
	assert_memory_equal(out + 28, self.ip, 4);
	assert_memory_equal(out + 32, who_has + 22, 10);
	memcpy(other, who_has, sizeof(other));
	other[41] = 3;
	assert_int_equal(packet_answer(&self, other, sizeof(other), out), 0);
}

static size_t
make_ping(uint8_t f[98])
{
	uint16_t sum;

	memset(f, 0, 98);
	memcpy(f, self.mac, 6);
	memcpy(f + 6, who_has + 6, 6);
	f[12] = 8;
	f[14] = 0x45;
	f[17] = 84;
	f[22] = 64;
	f[23] = 1;
	memcpy(f + 26, who_has + 28, 4);
	memcpy(f + 30, self.ip, 4);
	sum = packet_sum(f + 14, 20);
	f[24] = (uint8_t)(sum >> 8);
	f[25] = (uint8_t)sum;
	f[34] = 8;
	f[39] = 7;
	memset(f + 42, 0x5a, 56);
	sum = packet_sum(f + 34, 64);
	f[36] = (uint8_t)(sum >> 8);
	f[37] = (uint8_t)sum;
	return 98;
}

static void
it_answers_a_ping(void **state)
{
	uint8_t in[98], out[PACKET_MAX];
	size_t len = make_ping(in);

	(void)state;
	assert_int_equal(packet_answer(&self, in, len, out), len);
	assert_int_equal(out[34], 0);
	assert_int_equal(packet_sum(out + 14, 20), 0);
	assert_int_equal(packet_sum(out + 34, 64), 0);
	assert_memory_equal(out + 26, self.ip, 4);
	assert_memory_equal(out + 30, who_has + 28, 4);
	assert_memory_equal(out + 38, in + 38, 60);
}

static void
a_damaged_ping_gets_no_answer(void **state)
{
	uint8_t in[98], out[PACKET_MAX];
	size_t len = make_ping(in);

	(void)state;
	for (size_t i = 12; i < len; i++) {
		in[i] ^= 1;
		if (packet_answer(&self, in, len, out) != 0)
			fail_msg("byte %zu is not looked at", i);
		in[i] ^= 1;
	}
	for (size_t n = 0; n < len; n++)
		assert_int_equal(packet_answer(&self, in, n, out), 0);
}

/* Under the address sanitizer: frames of any kind stay in their room. */
static void
any_frame_is_survived(void **state)
{
	uint8_t in[98], *exact, out[PACKET_MAX];
	size_t len;

	(void)state;
	srand(7);
	for (int i = 0; i < 20000; i++) {
		make_ping(in);
		for (int k = rand() % 6; k > 0; k--)
			in[12 + rand() % 86] = (uint8_t)rand();
		len = (size_t)(rand() % 99);
		exact = malloc(len);
		memcpy(exact, in, len);
		assert_true(packet_answer(&self, exact, len, out) <= len);
		free(exact);
	}
}

static void
a_pattern_is_known_again(void **state)
{
	uint8_t page[4096];

	(void)state;
	pattern_make(page, 3, 40);
	assert_true(pattern_is(page, 3, 40));
	assert_false(pattern_is(page, 3, 41));
	assert_false(pattern_is(page, 4, 40));
	assert_memory_equal(page + 512, "domus-probe 3 41\n", 17);
	page[4095] ^= 1;
	assert_false(pattern_is(page, 3, 40));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_addresses_are_written),
		cmocka_unit_test(text_that_is_too_long_is_cut),
		cmocka_unit_test(addresses_are_read_whole_or_not),
		cmocka_unit_test(words_of_a_command_line_are_found),
		cmocka_unit_test(it_answers_who_has_its_address),
		cmocka_unit_test(it_answers_a_ping),
		cmocka_unit_test(a_damaged_ping_gets_no_answer),
		cmocka_unit_test(any_frame_is_survived),
		cmocka_unit_test(a_pattern_is_known_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
