/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file.h"
#include "quote.h"

/* What a TPM (swtpm) gave: test/attest wrote it down. */
#define SAMPLE "dom0-rootfs/src/attest/test/corpus/quote/sample.json"
#define NONCE 0xa5

struct sample {
	struct quote q;
	struct blob nonce;
};

static int
setup(void **state)
{
	struct sample *s = calloc(1, sizeof(*s));
	struct err e;
	char *text;
	size_t len;

	assert_non_null(s);
	assert_int_equal(file_read(SAMPLE, 1 << 20, &text, &len, &e), 0);
	assert_int_equal(quote_parse(text, len, &s->q, &e), 0);
	free(text);
	s->nonce.len = QUOTE_NONCE_MAX;
	memset(s->nonce.data, NONCE, s->nonce.len);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

static void
refused(const struct quote *q, const struct blob *nonce, const char *why)
{
	struct quote_facts f;
	struct err e = { .text = "" };

	assert_int_equal(quote_check(q, nonce, &f, &e), -1);
	if (why != NULL && strstr(e.text, why) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", why, e.text);
}

static void
a_tpms_quote_is_true(void **state)
{
	struct sample *s = *state;
	struct quote_facts f;
	struct err e;

	assert_int_equal(quote_check(&s->q, &s->nonce, &f, &e), 0);
	assert_true(f.firmware != 0);
}

/* Any other byte, anywhere, or one less. */
static void
a_changed_byte_is_not(void **state)
{
	struct sample *s = *state;
	struct blob *const parts[] = { &s->q.public, &s->q.attest,
	    &s->q.signature };

	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < parts[i]->len; k++) {
			parts[i]->data[k] ^= 1;
			refused(&s->q, &s->nonce, NULL);
			parts[i]->data[k] ^= 1;
		}
		for (size_t len = parts[i]->len; parts[i]->len > 0;) {
			parts[i]->len--;
			refused(&s->q, &s->nonce, NULL);
			if (parts[i]->len == 0) {
				parts[i]->len = len;
				break;
			}
		}
	}
	a_tpms_quote_is_true(state);
}

static void
values_that_were_not_signed(void **state)
{
	struct sample *s = *state;

	for (size_t i = 0; i < QUOTE_PCRS; i++) {
		s->q.pcr[i].value[PCR_SIZE - 1] ^= 1;
		refused(&s->q, &s->nonce, "pcrs: not the values");
		s->q.pcr[i].value[PCR_SIZE - 1] ^= 1;
	}
}

static void
another_nonce(void **state)
{
	struct sample *s = *state;

	s->nonce.data[31] ^= 1;
	refused(&s->q, &s->nonce, "nonce: not the one");
	s->nonce.data[31] ^= 1;
	s->nonce.len--;
	refused(&s->q, &s->nonce, "nonce: not the one");
}

/* fixedTPM, restricted, sign, and decrypt: any of them another way. */
static void
a_key_that_signs_anything(void **state)
{
	static const struct { size_t at; unsigned char bit; } bits[] = {
		{ 7, 0x02 }, { 7, 0x10 }, { 7, 0x20 }, { 5, 0x01 }, { 5, 0x04 },
		{ 5, 0x02 },
	};
	struct sample *s = *state;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		s->q.public.data[bits[i].at] ^= bits[i].bit;
		refused(&s->q, &s->nonce, "would sign anything");
		s->q.public.data[bits[i].at] ^= bits[i].bit;
	}
}

static void
a_file_that_is_none(void **state)
{
	static const char *const bad[][2] = {
		{ "", "" },
		{ "[]", "not a quote" },
		{ "{\"format\": \"domus-quote-1\"}", "public: missing" },
		{ "{\"format\": \"domus-quote-1\", \"public\": \"0\"}",
		    "public: not pairs" },
		{ "{\"format\": \"domus-quote-1\", \"public\": \"00\", "
		    "\"quote\": \"00\", \"signature\": \"00\", \"pcrs\": "
		    "{\"4\": \"00\"}}", "pcrs: 4: not 32 bytes" },
	};
	struct quote q;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(quote_parse(bad[i][0], strlen(bad[i][0]), &q,
		    &e), -1);
		assert_non_null(strstr(e.text, bad[i][1]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tpms_quote_is_true),
		cmocka_unit_test(a_changed_byte_is_not),
		cmocka_unit_test(values_that_were_not_signed),
		cmocka_unit_test(another_nonce),
		cmocka_unit_test(a_key_that_signs_anything),
		cmocka_unit_test(a_file_that_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
