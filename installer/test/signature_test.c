/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "buf.h"
#include "signature.h"

static const char text[] = "0123  xen.gz\n";

static EVP_PKEY *
make_key(const char *kind)
{
	if (strcmp(kind, "RSA") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, kind, (size_t)2048);
	if (strcmp(kind, "EC") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, kind, "P-256");
	return EVP_PKEY_Q_keygen(NULL, NULL, kind);
}

static size_t
sign(EVP_PKEY *key, unsigned char sig[SIGNATURE_MAX])
{
	bool pure = EVP_PKEY_is_a(key, "ED25519") == 1;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = SIGNATURE_MAX;

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, pure ? NULL :
	    EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, sig, &len,
	    (const unsigned char *)text, strlen(text)), 1);
	EVP_MD_CTX_free(ctx);
	return len;
}

/* The key's public half, or a certificate that was never valid by its dates. */
static void
put_pem(EVP_PKEY *key, bool certificate, struct buf *to)
{
	bool pure = EVP_PKEY_is_a(key, "ED25519") == 1;
	BIO *out = BIO_new(BIO_s_mem());
	X509 *x = X509_new();
	char *data;
	long len;

	if (certificate) {
		X509_set_version(x, 2);
		X509_set_pubkey(x, key);
		X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
		    MBSTRING_ASC, (const unsigned char *)"me\033[2J, you",
		    -1, -1, 0);
		X509_gmtime_adj(X509_getm_notBefore(x), -200);
		X509_gmtime_adj(X509_getm_notAfter(x), -100);
		assert_true(X509_sign(x, key, pure ? NULL : EVP_sha256()) >
		    0);
		PEM_write_bio_X509(out, x);
	} else {
		PEM_write_bio_PUBKEY(out, key);
	}
	len = BIO_get_mem_data(out, &data);
	buf_add(to, data, (size_t)len);
	X509_free(x);
	BIO_free(out);
}

static int
verify(const char *pem, const unsigned char *sig, size_t len)
{
	struct err e;

	return signature_verify(&pem, 1, text, strlen(text), sig, len,
	    NULL, &e);
}

static void
every_kind_of_key_signs(void **state)
{
	static const char *const kinds[] = { "RSA", "EC", "ED25519" };
	unsigned char sig[SIGNATURE_MAX];
	struct buf all = { 0 };

	(void)state;
	for (int i = 0; i < 6; i++) {
		EVP_PKEY *key = make_key(kinds[i / 2]);
		size_t len = sign(key, sig);
		struct buf pem = { 0 };

		put_pem(key, i % 2 == 1, &pem);
		put_pem(key, i % 2 == 1, &all);
		assert_null(signature_check_signer(buf_str(&pem)));
		assert_int_equal(signature_check_authority(buf_str(&pem)) ==
		    NULL, i % 2);
		assert_int_equal(verify(buf_str(&pem), sig, len), 0);
		assert_int_equal(verify(buf_str(&all), sig, len), 0);
		for (size_t k = 0; k < len; k += len / 7) {
			sig[k] ^= 1;
			assert_int_equal(verify(buf_str(&all), sig, len), -1);
			sig[k] ^= 1;
		}
		assert_int_equal(verify(buf_str(&all), sig, len - 1), -1);
		assert_int_equal(verify(buf_str(&all), sig, 0), -1);
		buf_free(&pem);
		EVP_PKEY_free(key);
	}
	buf_free(&all);
}

static void
what_is_no_signer_is_refused(void **state)
{
	static const char *const bad[] = { "", "a key",
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
		"-----BEGIN PUBLIC KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
	};
	unsigned char sig[64] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_non_null(signature_check_signer(bad[i]));
		assert_int_equal(verify(bad[i], sig, sizeof(sig)), -1);
	}
}

/* Another's signature counts no more than none. */
static void
another_key_has_not_signed(void **state)
{
	EVP_PKEY *a = make_key("ED25519"), *b = make_key("ED25519");
	unsigned char sig[SIGNATURE_MAX];
	size_t len = sign(a, sig);
	struct buf pem = { 0 };

	(void)state;
	put_pem(b, true, &pem);
	assert_int_equal(verify(buf_str(&pem), sig, len), -1);
	put_pem(a, true, &pem);
	assert_int_equal(verify(buf_str(&pem), sig, len), 0);
	buf_free(&pem);
	EVP_PKEY_free(a);
	EVP_PKEY_free(b);
}

/* What a certificate says of itself does not reach the terminal raw. */
static void
signers_have_names(void **state)
{
	EVP_PKEY *a = make_key("ED25519"), *b = make_key("EC");
	unsigned char sig[SIGNATURE_MAX];
	size_t len = sign(a, sig);
	struct buf pem = { 0 }, names = { 0 };
	const char *one;
	struct err e;

	(void)state;
	put_pem(b, false, &pem);
	put_pem(a, true, &pem);
	signature_names(buf_str(&pem), &names);
	assert_int_equal(strncmp(buf_str(&names), "key SHA256:", 11), 0);
	assert_string_equal(buf_str(&names) + 11 + 64,
	    ", or CN=me\\1B[2J\\, you");
	buf_reset(&names);
	one = buf_str(&pem);
	assert_int_equal(signature_verify(&one, 1, text, strlen(text), sig,
	    len, &names, &e), 0);
	assert_string_equal(buf_str(&names), "CN=me\\1B[2J\\, you");
	buf_free(&names);
	buf_free(&pem);
	EVP_PKEY_free(a);
	EVP_PKEY_free(b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_key_signs),
		cmocka_unit_test(what_is_no_signer_is_refused),
		cmocka_unit_test(another_key_has_not_signed),
		cmocka_unit_test(signers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
