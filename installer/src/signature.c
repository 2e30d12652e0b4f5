/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "signature.h"

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
    size_t len, const void *sig, size_t sig_len, struct err *e)
{
	EVP_PKEY *key;
	bool is_key, yes = false;

	for (size_t i = 0; i < n; i++)
		for (const char *s = pems[i]; !yes &&
		    (s = next_pem(s, &is_key)) != NULL; s++) {
			key = read_key(s, is_key);
			yes = key != NULL &&
			    has_signed(key, data, len, sig, sig_len);
			EVP_PKEY_free(key);
		}
	return yes ? 0 : err_set(e, "the signature is none of those who may "
	    "sign");
}
