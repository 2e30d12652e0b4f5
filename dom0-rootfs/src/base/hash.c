/* SPDX-License-Identifier: ISC */
/*
 * The low-level SHA-256 calls are deprecated in OpenSSL 3 but link alone:
 * EVP would add 2 MB to /init, which must stay small.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/sha.h>

#include "hash.h"

#define PART (1 << 18)

static void
to_hex(const unsigned char md[SHA256_DIGEST_LENGTH], char hex_r[HASH_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		hex_r[2 * i] = digits[md[i] >> 4];
		hex_r[2 * i + 1] = digits[md[i] & 15];
	}
	hex_r[2 * SHA256_DIGEST_LENGTH] = '\0';
}

void
hash_bytes(const void *data, size_t len, char hex_r[HASH_HEX])
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	SHA256_CTX ctx;

	/* not SHA256(): that one is EVP in disguise */
	SHA256_Init(&ctx);
	SHA256_Update(&ctx, data, len);
	SHA256_Final(md, &ctx);
	to_hex(md, hex_r);
}

struct hash {
	SHA256_CTX ctx;
};

struct hash *
hash_new(void)
{
	struct hash *h = malloc(sizeof(*h));

	if (h != NULL)
		SHA256_Init(&h->ctx);
	return h;
}

void
hash_add(struct hash *h, const void *data, size_t len)
{
	SHA256_Update(&h->ctx, data, len);
}

void
hash_end(struct hash *h, char hex_r[HASH_HEX])
{
	unsigned char md[SHA256_DIGEST_LENGTH];

	if (h == NULL)
		return;
	SHA256_Final(md, &h->ctx);
	if (hex_r != NULL)
		to_hex(md, hex_r);
	free(h);
}

int
hash_fd(int fd, uint64_t len, char hex_r[HASH_HEX], struct err *e)
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	unsigned char *part;
	SHA256_CTX ctx;
	ssize_t n;
	int rc = -1;

	part = malloc(PART);
	if (part == NULL)
		return err_sys(e, "hash");
	SHA256_Init(&ctx);
	while (len > 0) {
		n = read(fd, part, len < PART ? (size_t)len : PART);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			err_sys(e, "read");
			goto out;
		}
		if (n == 0)
			break;
		SHA256_Update(&ctx, part, (size_t)n);
		if (len != UINT64_MAX)
			len -= (uint64_t)n;
	}
	if (len != 0 && len != UINT64_MAX) {
		err_set(e, "%llu bytes short", (unsigned long long)len);
		goto out;
	}
	SHA256_Final(md, &ctx);
	to_hex(md, hex_r);
	rc = 0;
out:
	free(part);
	return rc;
}

int
hash_file(const char *path, char hex_r[HASH_HEX], struct err *e)
{
	int fd, rc;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", path);
	rc = hash_fd(fd, UINT64_MAX, hex_r, e);
	if (rc == -1)
		err_in(e, "%s", path);
	close(fd);
	return rc;
}
