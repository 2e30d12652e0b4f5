/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tftp.h"

/* The other side: takes blocks in order, and loses every nth packet. */
struct peer {
	struct tftp *t;
	char *got;
	size_t len, size;
	uint64_t block;		/* the last in order */
	unsigned int lose, nr, since;	/* since: blocks not acknowledged */
	size_t last;		/* length of the last block */
	bool greeted, ended, gap;
	char options[128];
	size_t noptions;
	unsigned int packets;
};

static void
on_packet(void *arg, const void *data, size_t len)
{
	const unsigned char *p = data;
	struct peer *r = arg;
	unsigned int nr = (unsigned int)p[2] << 8 | p[3];

	r->packets++;
	if (r->lose != 0 && ++r->nr % r->lose == 0)
		return;
	if (p[1] == 6) {
		memcpy(r->options, data, len);
		r->noptions = len;
		r->greeted = true;
		return;
	}
	if (p[1] == 5) {
		r->ended = true;
		return;
	}
	assert_int_equal(p[1], 3);
	r->greeted = true;
	if (nr != ((r->block + 1) & 0xffff)) {
		r->gap = true;
		return;
	}
	assert_true(r->len + len - 4 <= r->size);
	memcpy(r->got + r->len, p + 4, len - 4);
	r->len += len - 4;
	r->block++;
	r->since++;
	r->ended = len - 4 < r->t->how.blksize;
}

static void
acknowledge(struct peer *r)
{
	unsigned char ack[4] = { 0, 4, (unsigned char)(r->block >> 8),
		(unsigned char)r->block };

	r->since = 0;
	r->gap = false;
	/* its own packets are lost, too */
	if (r->lose != 0 && ++r->nr % r->lose == 0)
		return;
	tftp_take(r->t, ack, sizeof(ack));
}

static const struct {
	const char *options;	/* "blksize\0001400" as it is sent */
	size_t len, size;
	unsigned int lose;
} cases[] = {
	{ "", 0, 0, 0 }, { "", 0, 511, 0 }, { "", 0, 512, 0 },
	{ "", 0, 100000, 0 }, { "", 0, 100000, 7 },
	{ "blksize\0001468", 13, 1000000, 0 },
	{ "blksize\0001468\0windowsize\0008", 26, 1000000, 0 },
	{ "blksize\0001468\0windowsize\0008", 26, 1000000, 11 },
	{ "BLKSIZE\00065464\0WindowSize\00064\0tsize\0000", 36, 9000000, 5 },
	/* more blocks than a number of 16 bits counts */
	{ "blksize\0008\0windowsize\00016", 24, 8 * 70000 + 3, 0 },
	{ "blksize\0008", 10, 8 * 66000, 0 },
};

static size_t
ask(const char *path, const char *mode, const char *options, size_t len,
    char to[512])
{
	size_t n = 2;

	to[0] = 0;
	to[1] = 1;
	n += (size_t)sprintf(to + n, "%s", path) + 1;
	n += (size_t)sprintf(to + n, "%s", mode) + 1;
	memcpy(to + n, options, len);
	n += len;
	if (len > 0)
		to[n++] = '\0';
	return n;
}

static void
transfer(struct tftp *t, struct peer *r)
{
	unsigned int idle = 0;

	tftp_begin(t);
	while (t->state == TFTP_GOING && idle < TFTP_TRIES + 2) {
		uint64_t block = r->block;

		if (r->greeted && (r->since > 0 || r->block == 0 || r->gap))
			acknowledge(r);
		else
			tftp_again(t);
		idle = r->block == block ? idle + 1 : 0;
	}
}

static void
files_come_whole_whatever_is_lost(void **state)
{
	char *text = malloc(9000000), *got = malloc(9000000), packet[512];
	enum tftp_error code;
	const char *why;

	(void)state;
	for (size_t i = 0; i < 9000000; i++)
		text[i] = (char)(i * 2654435761u >> 13);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tftp t = { .fd = -1, .text = text, .size =
		    cases[i].size, .send = on_packet };
		struct peer r = { .t = &t, .got = got, .size = 9000000,
			.lose = cases[i].lose };

		t.arg = &r;
		assert_int_equal(tftp_parse(packet, ask("/x", "octet",
		    cases[i].options, cases[i].len, packet), &t.how, &code,
		    &why), 0);
		transfer(&t, &r);
		if (t.state != TFTP_DONE && !(cases[i].lose != 0 && r.ended))
			fail_msg("case %zu: state %d after %zu bytes", i,
			    (int)t.state, r.len);
		assert_int_equal(r.len, cases[i].size);
		assert_memory_equal(got, text, r.len);
		assert_int_equal(r.noptions > 0, cases[i].len > 0);
	}
	free(text);
	free(got);
}

static void
options_are_answered_for(void **state)
{
	static const char options[] = "blksize\0004\0windowsize\0000\0timeout"
	    "\0003\0tsize\0000\0multicast\0";
	static const char want[] = "\0\6timeout\0003\0tsize\000777";
	char packet[512];
	struct tftp t = { .fd = -1, .size = 777, .send = on_packet };
	struct peer r = { .t = &t };
	enum tftp_error code;
	const char *why;

	(void)state;
	t.arg = &r;
	assert_int_equal(tftp_parse(packet, ask("x", "OCTET", options,
	    sizeof(options) - 1, packet), &t.how, &code, &why), 0);
	tftp_begin(&t);
	assert_int_equal(r.noptions, sizeof(want));
	assert_memory_equal(r.options, want, sizeof(want));
	assert_int_equal(tftp_patience(&t), 3);
}

static void
a_machine_that_is_gone_is_given_up(void **state)
{
	struct tftp t = { .fd = -1, .text = "text", .size = 4,
		.send = on_packet, .how = { .blksize = 512, .window = 1,
		.timeout = 1 } };
	struct peer r = { .t = &t, .lose = 1 };

	(void)state;
	t.arg = &r;
	tftp_begin(&t);
	for (int i = 0; i < 100; i++)
		tftp_again(&t);
	assert_int_equal(t.state, TFTP_FAILED);
	assert_int_equal(r.packets, 1 + TFTP_TRIES);
}

/* The sorcerer's apprentice: one packet that comes twice doubles no others. */
static void
an_acknowledgement_that_comes_twice_sends_nothing_twice(void **state)
{
	static const unsigned char ack[] = { 0, 4, 0, 1 };
	char text[2000] = "";
	struct tftp t = { .fd = -1, .text = text, .size = sizeof(text),
		.send = on_packet, .how = { .blksize = 512, .window = 1,
		.timeout = 1 } };
	struct peer r = { .t = &t, .lose = 1 };

	(void)state;
	t.arg = &r;
	tftp_begin(&t);
	tftp_take(&t, ack, sizeof(ack));
	tftp_take(&t, ack, sizeof(ack));
	tftp_take(&t, ack, sizeof(ack));
	assert_int_equal(r.packets, 2);
	assert_int_equal(t.acked, 1);
}

static void
garbage_is_refused(void **state)
{
	static const struct { const char *data; size_t len; int code; } bad[] = {
		{ "", 0, TFTP_ILLEGAL }, { "\0", 1, TFTP_ILLEGAL },
		{ "\0\1", 2, TFTP_ILLEGAL }, { "\0\1x", 3, TFTP_ILLEGAL },
		{ "\0\1x\0octet", 9, TFTP_ILLEGAL },
		{ "\0\1x\0netascii", 13, TFTP_ILLEGAL },
		{ "\0\1x\0mail", 9, TFTP_ILLEGAL },
		{ "\0\2x\0octet", 10, TFTP_ACCESS },
		{ "\0\4\0\0", 4, TFTP_ILLEGAL },
	};
	struct tftp_request r;
	enum tftp_error code;
	char packet[512], path[300], error[40];
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(tftp_parse(bad[i].data, bad[i].len, &r,
		    &code, &why), -1);
		assert_int_equal(code, bad[i].code);
		assert_int_equal(tftp_error(code, why, error, sizeof(error)),
		    5 + strlen(why));
	}
	memset(path, 'a', sizeof(path));
	path[TFTP_PATH] = '\0';
	assert_int_equal(tftp_parse(packet, ask(path, "octet", "", 0, packet),
	    &r, &code, &why), -1);
	path[TFTP_PATH - 1] = '\0';
	assert_int_equal(tftp_parse(packet, ask(path, "octet", "", 0, packet),
	    &r, &code, &why), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_come_whole_whatever_is_lost),
		cmocka_unit_test(options_are_answered_for),
		cmocka_unit_test(a_machine_that_is_gone_is_given_up),
		cmocka_unit_test(
		    an_acknowledgement_that_comes_twice_sends_nothing_twice),
		cmocka_unit_test(garbage_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
