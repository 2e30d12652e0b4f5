/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "hash.h"
#include "signature.h"

#define SHOWN_MAX 200

static const char begins_key[] = "-----BEGIN PUBLIC KEY-----";
static const char begins_cert[] = "-----BEGIN CERTIFICATE-----";

/* The next of the two in a PEM text, or NULL. */
static const char *
next_pem(const char *s, bool *key_r)
{
	const char *key = strstr(s, begins_key);
	const char *cert = strstr(s, begins_cert);

	*key_r = cert == NULL || (key != NULL && key < cert);
	return *key_r ? key : cert;
}

/* Neither a terminal nor a line is at a name's mercy. */
static void
add_subject(X509 *cert, struct buf *to)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (out != NULL && X509_NAME_print_ex(out, X509_get_subject_name(cert),
	    0, XN_FLAG_RFC2253) != -1) {
		len = BIO_get_mem_data(out, &text);
		buf_printf(to, "%.*s", (int)(len < SHOWN_MAX ? len : SHOWN_MAX),
		    text);
	}
	BIO_free(out);
}

static void
add_print(EVP_PKEY *key, struct buf *to)
{
	unsigned char *der = NULL;
	char print[HASH_HEX];
	int len = i2d_PUBKEY(key, &der);

	if (len > 0) {
		hash_bytes(der, (size_t)len, print);
		buf_printf(to, "key SHA256:%s", print);
	}
	OPENSSL_free(der);
}

/* The first certificate or key of a PEM text. */
static void
add_name(const char *s, bool is_key, EVP_PKEY *key, struct buf *to)
{
	BIO *in = is_key ? NULL : BIO_new_mem_buf(s, -1);
	X509 *cert = in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) :
	    NULL;

	if (cert != NULL && X509_NAME_entry_count(X509_get_subject_name(cert))
	    > 0)
		add_subject(cert, to);
	else
		add_print(key, to);
	X509_free(cert);
	BIO_free(in);
	ERR_clear_error();
}

/* The key that a PEM text begins with; NULL: there is none. */
static EVP_PKEY *
read_key(const char *s, bool is_key)
{
	BIO *in = BIO_new_mem_buf(s, -1);
	EVP_PKEY *key = NULL;
	X509 *cert;

	if (in != NULL && is_key) {
		key = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
	} else if (in != NULL) {
		cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
		if (cert != NULL)
			key = X509_get_pubkey(cert);
		X509_free(cert);
	}
	BIO_free(in);
	ERR_clear_error();
	return key;
}

const char *
signature_check_signer(const char *pem)
{
	EVP_PKEY *key;
	bool is_key;
	size_t n = 0;

	for (; (pem = next_pem(pem, &is_key)) != NULL; pem++, n++) {
		key = read_key(pem, is_key);
		if (key == NULL)
			return "holds a damaged certificate or public key";
		EVP_PKEY_free(key);
	}
	return n > 0 ? NULL : "is no certificate and no public key in PEM";
}

const char *
signature_check_authority(const char *pem)
{
	if (strstr(pem, begins_cert) == NULL || strstr(pem, begins_key) !=
	    NULL)
		return "is no certificate in PEM";
	return signature_check_signer(pem);
}

void
signature_names(const char *pem, struct buf *to)
{
	EVP_PKEY *key;
	bool is_key;

	for (; (pem = next_pem(pem, &is_key)) != NULL; pem++) {
		key = read_key(pem, is_key);
		if (key == NULL)
			continue;
		if (to->len > 0)
			buf_str_add(to, ", or ");
		add_name(pem, is_key, key, to);
		EVP_PKEY_free(key);
	}
}

static bool
has_signed(EVP_PKEY *key, const void *data, size_t len, const void *sig,
    size_t sig_len)
{
	bool pure = EVP_PKEY_is_a(key, "ED25519") == 1;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool yes;

	yes = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL,
	    pure ? NULL : EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, sig, sig_len, data, len) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return yes;
}

int
signature_verify(const char *const pems[], size_t n, const void *data,
    size_t len, const void *sig, size_t sig_len, struct buf *who_r,
    struct err *e)
{
	EVP_PKEY *key;
	bool is_key, yes = false;

	for (size_t i = 0; i < n; i++)
		for (const char *s = pems[i]; !yes &&
		    (s = next_pem(s, &is_key)) != NULL; s++) {
			key = read_key(s, is_key);
			yes = key != NULL &&
			    has_signed(key, data, len, sig, sig_len);
			if (yes && who_r != NULL)
				add_name(s, is_key, key, who_r);
			EVP_PKEY_free(key);
		}
	return yes ? 0 : err_set(e, "the signature is none of those who may "
	    "sign");
}
