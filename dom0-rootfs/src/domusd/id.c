/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "id.h"

static void
random_bytes(unsigned char *b, size_t len)
{
	/* Up to 256 bytes are given whole, Linux's getrandom(2) says. */
	if (getrandom(b, len, 0) != (ssize_t)len)
		abort();
}

void
id_uuid(char uuid_r[ID_UUID])
{
	unsigned char b[16];

	random_bytes(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);	/* RFC 9562, 5.4 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(uuid_r, ID_UUID, "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4],
	    b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
	    b[15]);
}

void
id_ref(char ref_r[ID_REF])
{
	memcpy(ref_r, "OpaqueRef:", 10);
	id_uuid(ref_r + 10);
}

void
id_secret(char secret_r[ID_SECRET])
{
	unsigned char b[32];

	random_bytes(b, sizeof(b));
	for (size_t i = 0; i < sizeof(b); i++)
		snprintf(secret_r + 2 * i, 3, "%02x", b[i]);
}

bool
id_is_uuid(const char *s)
{
	for (int i = 0; i < ID_UUID - 1; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s[i] != '-')
				return false;
		} else if (!isxdigit((unsigned char)s[i])) {
			return false;
		}
	}
	return s[ID_UUID - 1] == '\0';
}

bool
id_same(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned char differ = n != strlen(b);

	for (size_t i = 0; i < n && b[i] != '\0'; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}
