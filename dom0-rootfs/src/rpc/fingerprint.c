/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "fingerprint.h"

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, tolower((unsigned char)c));

	return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

static bool
parse_hex(const char *s, struct fingerprint *f)
{
	int high, low;

	for (size_t i = 0; i < sizeof(f->sha256); i++) {
		if (i > 0 && *s == ':')
			s++;
		high = hex_digit(s[0]);
		low = high == -1 ? -1 : hex_digit(s[1]);
		if (low == -1)
			return false;
		f->sha256[i] = (unsigned char)(high << 4 | low);
		s += 2;
	}
	return *s == '\0';
}

/* 43 characters, and "=" or not, as ssh-keygen prints it. */
static bool
parse_base64(const char *s, struct fingerprint *f)
{
	unsigned char padded[45] = { 0 }, out[34];
	size_t len = strlen(s);

	if (len != 43 && (len != 44 || s[43] != '='))
		return false;
	memcpy(padded, s, 43);
	padded[43] = '=';
	if (EVP_DecodeBlock(out, padded, 44) != 33)
		return false;
	memcpy(f->sha256, out, sizeof(f->sha256));
	return true;
}

int
fingerprint_parse(const char *text, struct fingerprint *f, struct err *e)
{
	static const char prefix[] = "SHA256:";
	const char *s = text;

	if (strncasecmp(s, prefix, strlen(prefix)) == 0)
		s += strlen(prefix);
	if (parse_hex(s, f) || parse_base64(s, f))
		return 0;
	return err_set(e, "\"%.100s\" is not a SHA-256 fingerprint", text);
}

void
fingerprint_text(const struct fingerprint *f, char text_r[FINGERPRINT_TEXT])
{
	int n = snprintf(text_r, FINGERPRINT_TEXT, "SHA256:");

	for (size_t i = 0; i < sizeof(f->sha256); i++)
		n += snprintf(text_r + n, (size_t)(FINGERPRINT_TEXT - n),
		    "%02x", f->sha256[i]);
}

bool
fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b)
{
	return memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
}

int
fingerprint_of(const X509 *cert, struct fingerprint *f, struct err *e)
{
	unsigned int len = sizeof(f->sha256);

	if (X509_digest(cert, EVP_sha256(), f->sha256, &len) != 1)
		return err_set(e, "certificate: no fingerprint");
	return 0;
}

int
fingerprint_of_pem(const char *pem, struct fingerprint *f, struct err *e)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	X509 *cert = NULL;
	int rc;

	if (in != NULL)
		cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
	rc = cert != NULL ? fingerprint_of(cert, f, e) :
	    err_set(e, "no certificate in PEM");
	X509_free(cert);
	BIO_free(in);
	return rc;
}
