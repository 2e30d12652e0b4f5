/* SPDX-License-Identifier: ISC */
#include <limits.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "net_tls.h"

static int
fail(struct err *e, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *why = code != 0 ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return err_set(e, "TLS: %s: %s", what, why != NULL ? why : "failed");
}

/* The first certificate is ours; further ones are its chain. */
static int
use_pem(SSL_CTX *ctx, const char *pem, struct err *e)
{
	BIO *key_in = BIO_new_mem_buf(pem, -1);
	BIO *in = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = NULL;
	X509 *cert = NULL, *more;
	int rc = -1;

	if (key_in != NULL && in != NULL) {
		key = PEM_read_bio_PrivateKey(key_in, NULL, NULL, NULL);
		cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
	}
	if (key == NULL || cert == NULL) {
		fail(e, key == NULL ? "private key" : "certificate");
		goto out;
	}
	if (SSL_CTX_use_certificate(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, key) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		fail(e, "certificate and key");
		goto out;
	}
	while ((more = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		if (SSL_CTX_add0_chain_cert(ctx, more) != 1) {
			X509_free(more);
			fail(e, "certificate chain");
			goto out;
		}
	ERR_clear_error();	/* the end of the PEM text */
	rc = 0;
out:
	X509_free(cert);
	EVP_PKEY_free(key);
	BIO_free(key_in);
	BIO_free(in);
	return rc;
}

SSL_CTX *
net_tls_ctx(const char *pem, struct err *e)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL) {
		fail(e, "context");
		return NULL;
	}
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
	    SSL_CTX_set_num_tickets(ctx, 1) != 1)
		fail(e, "settings");
	else if (use_pem(ctx, pem, e) == 0) {
		SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
		    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION |
		    SSL_OP_IGNORE_UNEXPECTED_EOF);
		SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
		    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
		    SSL_MODE_RELEASE_BUFFERS);
		SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
		/* One read(2) for a record's header and body. */
		SSL_CTX_set_read_ahead(ctx, 1);
		return ctx;
	}
	SSL_CTX_free(ctx);
	return NULL;
}

/* SSL_get_error() takes an older error, of another connection's, for this
 * one's: so each call begins without any. */
static int
why(SSL *ssl, int rc)
{
	switch (SSL_get_error(ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	default:
		ERR_clear_error();
		return TLS_OVER;
	}
}

int
net_tls_accept(SSL *ssl)
{
	int rc;

	ERR_clear_error();
	rc = SSL_accept(ssl);
	return rc == 1 ? 0 : why(ssl, rc);
}

ssize_t
net_tls_read(SSL *ssl, char *data, size_t len)
{
	int rc;

	ERR_clear_error();
	rc = SSL_read(ssl, data, len > INT_MAX ? INT_MAX : (int)len);
	return rc > 0 ? rc : why(ssl, rc);
}

ssize_t
net_tls_write(SSL *ssl, const char *data, size_t len)
{
	int rc;

	ERR_clear_error();
	rc = SSL_write(ssl, data, len > INT_MAX ? INT_MAX : (int)len);
	return rc > 0 ? rc : why(ssl, rc);
}
