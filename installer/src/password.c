/* SPDX-License-Identifier: ISC */
#include <crypt.h>
#include <string.h>
#include <sys/random.h>

#include "password.h"

int
password_hash(const char *plain, struct buf *to, struct err *e)
{
	static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz";
	unsigned char random[16];
	char salt[3 + sizeof(random) + 2] = "$6$";
	const char *hash;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return err_sys(e, "getrandom");
	for (size_t i = 0; i < sizeof(random); i++)
		salt[3 + i] = digits[random[i] & 63];
	salt[3 + sizeof(random)] = '$';
	hash = crypt(plain, salt);
	if (hash == NULL || strncmp(hash, salt, strlen(salt)) != 0)
		return err_set(e, "the password cannot be hashed");
	buf_str_add(to, hash);
	return 0;
}
