/* SPDX-License-Identifier: ISC */
/*
 * sign-modules: sign the kernel's modules, in place.
 *
 * Linux, include/linux/module_signature.h: what is signed is followed by a
 * detached CMS message (no certificate, no signed attributes), twelve bytes
 * that say so, and a line.  A module that has a signature gets a new one.
 */
#define OPENSSL_SUPPRESS_DEPRECATED	/* engines: how tokens are reached */
#include <fts.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "err.h"
#include "file.h"

#define MODULE_MAX ((size_t)256 << 20)
#define MARK "~Module signature appended~\n"
#define MARK_LEN (sizeof(MARK) - 1)
#define TAIL_LEN 12
#define TYPE_CMS 2

static const char usage_text[] =
    "usage: sign-modules KEY CERTIFICATE DIRECTORY\n"
    "  sign each *.ko below DIRECTORY; KEY is a PEM file or a pkcs11: URI,\n"
    "  CERTIFICATE a PEM file\n";

/* The last of OpenSSL's reasons, which is the nearest. */
static int
ssl_err(struct err *e, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	return err_set(e, "%s: %s", what, reason != NULL ? reason :
	    "OpenSSL does not say why");
}

static EVP_PKEY *
token_key(const char *uri, struct err *e)
{
	EVP_PKEY *key = NULL;
	ENGINE *engine;

	ENGINE_load_dynamic();
	engine = ENGINE_by_id("pkcs11");
	if (engine == NULL || ENGINE_init(engine) == 0) {
		ssl_err(e, "OpenSSL's engine for pkcs11 "
		    "(libengine-pkcs11-openssl)");
		ENGINE_free(engine);
		return NULL;
	}
	key = ENGINE_load_private_key(engine, uri, NULL, NULL);
	if (key == NULL)
		ssl_err(e, "the key on the token");
	ENGINE_finish(engine);
	ENGINE_free(engine);
	return key;
}

static EVP_PKEY *
key_load(const char *name, struct err *e)
{
	EVP_PKEY *key;
	BIO *in;

	if (strncmp(name, "pkcs11:", 7) == 0)
		return token_key(name, e);
	in = BIO_new_file(name, "r");
	key = in != NULL ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : NULL;
	if (key == NULL)
		ssl_err(e, name);
	BIO_free(in);
	return key;
}

static X509 *
cert_load(const char *name, struct err *e)
{
	BIO *in = BIO_new_file(name, "r");
	X509 *cert;

	cert = in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	if (cert == NULL)
		ssl_err(e, name);
	BIO_free(in);
	return cert;
}

/* How much of the file is the module, without a signature that it has. */
static size_t
bare_len(const uint8_t *m, size_t len)
{
	const uint8_t *t;
	size_t sig;

	if (len < MARK_LEN + TAIL_LEN ||
	    memcmp(m + len - MARK_LEN, MARK, MARK_LEN) != 0)
		return len;
	t = m + len - MARK_LEN - TAIL_LEN;
	sig = (size_t)t[8] << 24 | (size_t)t[9] << 16 | (size_t)t[10] << 8 |
	    t[11];
	len -= MARK_LEN + TAIL_LEN;
	return sig <= len ? len - sig : len;
}

static int
signature(const char *bytes, size_t len, X509 *cert, EVP_PKEY *key,
    unsigned char **sig_r, int *n_r, struct err *e)
{
	const unsigned int flags = CMS_NOCERTS | CMS_BINARY;
	BIO *in = BIO_new_mem_buf(bytes, (int)len);
	CMS_ContentInfo *cms;
	int rc = -1;

	*sig_r = NULL;
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL |
	    CMS_DETACHED | CMS_STREAM);
	if (in == NULL || cms == NULL || CMS_add1_signer(cms, cert, key,
	    EVP_sha256(), flags | CMS_NOSMIMECAP | CMS_NOATTR) == NULL ||
	    CMS_final(cms, in, NULL, flags) != 1)
		goto out;
	*n_r = i2d_CMS_ContentInfo(cms, sig_r);
	rc = *n_r > 0 ? 0 : -1;
out:
	if (rc == -1)
		ssl_err(e, "sign");
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return rc;
}

static int
module_write(const char *path, const char *bytes, size_t len,
    const unsigned char *sig, int n, struct err *e)
{
	const unsigned char tail[TAIL_LEN] = { [2] = TYPE_CMS,
		[8] = (unsigned char)(n >> 24), [9] = (unsigned char)(n >> 16),
		[10] = (unsigned char)(n >> 8), [11] = (unsigned char)n };
	FILE *f = fopen(path, "wb");
	size_t bad = 0;

	if (f == NULL)
		return err_sys(e, "open");
	bad += fwrite(bytes, 1, len, f) != len;
	bad += fwrite(sig, 1, (size_t)n, f) != (size_t)n;
	bad += fwrite(tail, 1, TAIL_LEN, f) != TAIL_LEN;
	bad += fwrite(MARK, 1, MARK_LEN, f) != MARK_LEN;
	bad += fclose(f) != 0;
	return bad > 0 ? err_sys(e, "write") : 0;
}

static int
module_sign(const char *path, X509 *cert, EVP_PKEY *key, struct err *e)
{
	unsigned char *sig = NULL;
	char *bytes;
	size_t len;
	int n, rc;

	if (file_read(path, MODULE_MAX, &bytes, &len, e) == -1)
		return -1;
	len = bare_len((const uint8_t *)bytes, len);
	rc = signature(bytes, len, cert, key, &sig, &n, e);
	if (rc == 0)
		rc = module_write(path, bytes, len, sig, n, e);
	OPENSSL_free(sig);
	free(bytes);
	return rc == -1 ? err_in(e, "%s", path) : 0;
}

static bool
is_module(const FTSENT *f)
{
	return f->fts_info == FTS_F && f->fts_namelen > 3 &&
	    strcmp(f->fts_name + f->fts_namelen - 3, ".ko") == 0;
}

static int
sign_all(char *dir, X509 *cert, EVP_PKEY *key, struct err *e)
{
	char *const roots[] = { dir, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	size_t n = 0;
	FTSENT *f;
	int rc = 0;

	if (tree == NULL)
		return err_sys(e, "%s", dir);
	while (rc == 0 && (f = fts_read(tree)) != NULL)
		if (is_module(f)) {
			rc = module_sign(f->fts_path, cert, key, e);
			n++;
		}
	fts_close(tree);
	if (rc == 0 && n == 0)
		return err_set(e, "%s: no modules in it", dir);
	return rc;
}

static int
sign(char *argv[], struct err *e)
{
	EVP_PKEY *key = NULL;
	X509 *cert = cert_load(argv[1], e);
	int rc = -1;

	if (cert == NULL)
		return -1;
	key = key_load(argv[0], e);
	if (key == NULL)
		goto out;
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		err_set(e, "the key is not RSA, which firmware and kernel "
		    "check");
	else if (X509_check_private_key(cert, key) != 1)
		err_set(e, "%s: is not the certificate of that key", argv[1]);
	else
		rc = sign_all(argv[2], cert, key, e);
	ERR_clear_error();
out:
	EVP_PKEY_free(key);
	X509_free(cert);
	return rc;
}

int
main(int argc, char *argv[])
{
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
	struct err e;

	if (argc != 4) {
		fputs(usage_text, help ? stdout : stderr);
		return help ? 0 : 2;
	}
	if (sign(argv + 1, &e) == -1) {
		fprintf(stderr, "sign-modules: %s\n", e.text);
		return 1;
	}
	return 0;
}
