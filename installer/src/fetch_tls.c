/* SPDX-License-Identifier: ISC */
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "fetch_tls.h"

/* libcurl is built without a place of its own to look. */
#define CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"

/* OpenSSL asks whether the chain is good: only the first certificate counts. */
static int
check_certificate(X509_STORE_CTX *ctx, void *arg)
{
	X509 *cert = X509_STORE_CTX_get0_cert(ctx);
	struct fetch_tls *t = arg;
	struct fingerprint f;
	struct err none;

	if (cert != NULL && fingerprint_of(cert, &f, &none) == 0 &&
	    fingerprint_equal(&f, &t->want))
		return 1;
	t->refused = true;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_CERT_REJECTED);
	return 0;
}

/* All certificates of a PEM text. */
static bool
add_authorities(X509_STORE *store, const char *pem)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	X509 *cert = NULL;
	size_t n = 0;

	while (in != NULL &&
	    (cert = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		n += X509_STORE_add_cert(store, cert) == 1;
		X509_free(cert);
	}
	BIO_free(in);
	return n > 0;
}

static CURLcode
on_ssl_ctx(CURL *curl, void *ssl_ctx, void *arg)
{
	struct fetch_tls *t = arg;

	(void)curl;
	if (t->how->fingerprint != NULL) {
		SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER, NULL);
		SSL_CTX_set_cert_verify_callback(ssl_ctx, check_certificate,
		    t);
		return CURLE_OK;
	}
	for (size_t i = 0; i < t->how->nauthorities; i++)
		if (!add_authorities(SSL_CTX_get_cert_store(ssl_ctx),
		    t->how->authorities[i])) {
			t->unusable = true;
			return CURLE_SSL_CACERT_BADFILE;
		}
	return CURLE_OK;
}

int
fetch_tls(CURL *c, struct fetch_tls *t, struct err *e)
{
	const struct fetch_how *how = t->how;

	curl_easy_setopt(c, CURLOPT_CAINFO, CERTIFICATES);
	if (how->fingerprint == NULL && how->nauthorities == 0)
		return 0;
	if (how->fingerprint != NULL) {
		if (fingerprint_parse(how->fingerprint, &t->want, e) == -1)
			return -1;
		/* Whoever has that certificate is it, by whatever name. */
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, t);
	return 0;
}
