/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "screen.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static int
digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* RFC 4648 base64, newlines within; returns the bytes' number. */
static size_t
decode(const char *text, size_t len, unsigned char *to)
{
	unsigned int bits = 0;
	size_t n = 0;
	int have = 0, d;

	for (size_t i = 0; i < len; i++) {
		d = digit(text[i]);
		if (d == -1)
			continue;
		bits = bits << 6 | (unsigned int)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[n++] = (unsigned char)(bits >> have);
		}
	}
	return n;
}

int
screen_fingerprint(const char *pem, char *to, size_t size, struct err *e)
{
	const char *begin = strstr(pem, BEGIN), *end;
	char hex[HASH_HEX];
	unsigned char *der;
	size_t n;

	end = begin != NULL ? strstr(begin, END) : NULL;
	if (end == NULL)
		return err_set(e, "no certificate");
	begin += strlen(BEGIN);
	der = malloc((size_t)(end - begin) + 1);
	if (der == NULL)
		return err_set(e, "out of memory");
	n = decode(begin, (size_t)(end - begin), der);
	hash_bytes(der, n, hex);
	free(der);
	snprintf(to, size, "SHA256:%s", hex);
	return 0;
}
