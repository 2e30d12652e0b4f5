/* SPDX-License-Identifier: ISC */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cert.h"
#include "file.h"

#define YEARS 30		/* nobody renews a pinned certificate */
#define WRITTEN 1767225600	/* 2026-01-01: no right clock is before it */
#define PEM_MAX 65536

static int
ssl_failed(struct err *e, const char *what)
{
	char text[200];

	ERR_error_string_n(ERR_get_error(), text, sizeof(text));
	return err_set(e, "%s: %s", what, text);
}

static int
add_name(X509 *x, const char *uuid)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)uuid, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, name) == 1;
}

static int
add_extension(X509 *x, int nid, const char *text)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	int ok;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, text);
	ok = ext != NULL && X509_add_ext(x, ext, -1) == 1;
	X509_EXTENSION_free(ext);
	return ok;
}

static int
add_serial(X509 *x)
{
	unsigned char b[16];
	BIGNUM *n;
	int ok;

	if (RAND_bytes(b, sizeof(b)) != 1)
		return 0;
	b[0] &= 0x7f;
	n = BN_bin2bn(b, sizeof(b), NULL);
	ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) !=
	    NULL;
	BN_free(n);
	return ok;
}

void
cert_valid(int64_t now, int64_t *from_r, int64_t *to_r)
{
	/* a host whose clock is ahead at first must not be refused, either */
	*from_r = WRITTEN;
	*to_r = (now > WRITTEN ? now : WRITTEN) + YEARS * INT64_C(365) * 86400;
}

static int
fill(X509 *x, EVP_PKEY *key, const char *uuid, const char *hostname,
    const char *address)
{
	char san[512];
	int64_t from, to;

	cert_valid((int64_t)time(NULL), &from, &to);
	snprintf(san, sizeof(san), "DNS:%s%s%s", *hostname != '\0' ? hostname :
	    uuid, *address != '\0' ? ",IP:" : "", address);
	return X509_set_version(x, X509_VERSION_3) == 1 && add_serial(x) &&
	    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)to) != NULL &&
	    X509_set_pubkey(x, key) == 1 && add_name(x, uuid) &&
	    add_extension(x, NID_subject_alt_name, san) &&
	    add_extension(x, NID_basic_constraints, "critical,CA:TRUE") &&
	    X509_sign(x, key, EVP_sha256()) != 0;
}

int
cert_make(const char *path, const char *uuid, const char *hostname,
    const char *address, struct err *e)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *out = BIO_new(BIO_s_mem());
	X509 *x = X509_new();
	char *data;
	long len;
	int rc = -1;

	if (key == NULL || out == NULL || x == NULL ||
	    !fill(x, key, uuid, hostname, address) ||
	    PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) !=
	    1 || PEM_write_bio_X509(out, x) != 1) {
		ssl_failed(e, path);
		goto out;
	}
	len = BIO_get_mem_data(out, &data);
	rc = file_write(path, data, (size_t)len, 0600, e);
out:
	X509_free(x);
	BIO_free(out);
	EVP_PKEY_free(key);
	return rc;
}

/* In upper-case hex with colons between, or without in lower case. */
static int
digest(const X509 *x, const EVP_MD *md, const char *colon, const char *start,
    char *to, size_t size)
{
	unsigned char d[EVP_MAX_MD_SIZE];
	unsigned int len;
	int n;

	if (X509_digest(x, md, d, &len) != 1)
		return 0;
	n = snprintf(to, size, "%s", start);
	for (unsigned int i = 0; i < len && (size_t)n + 4 < size; i++)
		n += snprintf(to + n, size - (size_t)n, *colon != '\0' ?
		    "%s%02X" : "%s%02x", i > 0 ? colon : "", d[i]);
	return 1;
}

static int64_t
unix_time(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static int
describe(const X509 *x, struct cert *c)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *data;
	long len;
	int ok = 0;

	if (out != NULL && PEM_write_bio_X509(out, (X509 *)(uintptr_t)x) == 1) {
		len = BIO_get_mem_data(out, &data);
		c->public_pem = strndup(data, (size_t)len);
		ok = c->public_pem != NULL;
	}
	BIO_free(out);
	c->not_before = unix_time(X509_get0_notBefore(x));
	c->not_after = unix_time(X509_get0_notAfter(x));
	return ok && digest(x, EVP_sha256(), "", "SHA256:", c->fingerprint,
	    sizeof(c->fingerprint)) &&
	    digest(x, EVP_sha256(), ":", "", c->sha256, sizeof(c->sha256)) &&
	    digest(x, EVP_sha1(), ":", "", c->sha1, sizeof(c->sha1));
}

int
cert_read(const char *path, struct cert *c, struct err *e)
{
	BIO *in = NULL;
	X509 *x = NULL;
	int rc = -1;

	*c = (struct cert){ 0 };
	if (file_read(path, PEM_MAX, &c->pem, NULL, e) == -1)
		return -1;
	in = BIO_new_mem_buf(c->pem, -1);
	if (in != NULL)
		x = PEM_read_bio_X509(in, NULL, NULL, NULL);
	if (x == NULL || !describe(x, c))
		ssl_failed(e, path);
	else
		rc = 0;
	X509_free(x);
	BIO_free(in);
	if (rc == -1)
		cert_free(c);
	return rc;
}

void
cert_forget_key(struct cert *c)
{
	if (c->pem != NULL)
		explicit_bzero(c->pem, strlen(c->pem));
	free(c->pem);
	c->pem = NULL;
}

void
cert_free(struct cert *c)
{
	cert_forget_key(c);
	free(c->public_pem);
	*c = (struct cert){ 0 };
}
