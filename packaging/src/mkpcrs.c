/* SPDX-License-Identifier: ISC */
/*
 * mkpcrs: what a TPM will have measured of this image when it has started.
 *
 * TCG PC Client Platform Firmware Profile: at the first boot attempt the
 * firmware extends PCR 4 by an action and a separator, then by each program
 * that it starts: its Authenticode hash, that is without the signature.
 * systemd-boot extends PCR 12 by the options of the entry that was chosen, as
 * UTF-16 with its NUL.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "err.h"
#include "file.h"

#define FILE_MAX ((size_t)1 << 30)
#define HASH 32
#define ACTION "Calling EFI Application from Boot Option"

struct pcr {
	unsigned char value[HASH];
};

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
extend(struct pcr *pcr, const unsigned char digest[HASH])
{
	unsigned char both[2 * HASH];

	memcpy(both, pcr->value, HASH);
	memcpy(both + HASH, digest, HASH);
	EVP_Digest(both, sizeof(both), pcr->value, NULL, EVP_sha256(), NULL);
}

static void
extend_data(struct pcr *pcr, const void *data, size_t len)
{
	unsigned char digest[HASH];

	EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL);
	extend(pcr, digest);
}

/* PE32+: the sections follow the headers and each other, so that the hash is
 * of the bytes in order; one that is made otherwise is refused. */
static int
in_order(const uint8_t *f, size_t len, uint32_t pe, struct err *e)
{
	const uint8_t *s = f + pe + 24 + (f[pe + 20] | f[pe + 21] << 8);
	unsigned int n = (unsigned int)(f[pe + 6] | f[pe + 7] << 8);
	uint32_t end = le32(f + pe + 24 + 60);

	for (; n > 0; n--, s += 40) {
		if (s + 40 > f + len)
			return err_set(e, "is cut off");
		if (le32(s + 16) == 0)
			continue;
		if (le32(s + 20) != end)
			return err_set(e, "has bytes between its sections");
		end += le32(s + 16);
	}
	return end <= len ? 0 : err_set(e, "is cut off");
}

static int
hash_program(const uint8_t *f, size_t len, unsigned char digest[HASH],
    struct err *e)
{
	uint32_t pe, sum, dir, end = (uint32_t)len;
	EVP_MD_CTX *ctx;

	if (len < 64 || memcmp(f, "MZ", 2) != 0)
		return err_set(e, "is not a UEFI program");
	pe = le32(f + 60);
	if (pe > len - 512 || len < 1024 || memcmp(f + pe, "PE\0", 4) != 0 ||
	    f[pe + 24] != 0x0b || f[pe + 25] != 2)
		return err_set(e, "is not a UEFI program for 64 bits");
	if (in_order(f, len, pe, e) == -1)
		return -1;
	sum = pe + 24 + 64;		/* CheckSum */
	dir = pe + 24 + 112 + 4 * 8;	/* where the signatures are */
	if (le32(f + dir + 4) != 0)
		end = le32(f + dir);
	if (end > len || end < dir + 8)
		return err_set(e, "has its signatures beyond its end");
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(ctx, f, sum) != 1 ||
	    EVP_DigestUpdate(ctx, f + sum + 4, dir - sum - 4) != 1 ||
	    EVP_DigestUpdate(ctx, f + dir + 8, end - dir - 8) != 1 ||
	    EVP_DigestFinal_ex(ctx, digest, NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		return err_set(e, "SHA-256 does not work");
	}
	EVP_MD_CTX_free(ctx);
	return 0;
}

static int
extend_program(struct pcr *pcr, const char *path, struct err *e)
{
	unsigned char digest[HASH];
	char *data;
	size_t len;
	int rc;

	if (file_read(path, FILE_MAX, &data, &len, e) == -1)
		return -1;
	rc = hash_program((const uint8_t *)data, len, digest, e);
	free(data);
	if (rc == -1)
		return err_in(e, "%s", path);
	extend(pcr, digest);
	return 0;
}

static void
put(const struct pcr *pcr)
{
	putchar('"');
	for (size_t i = 0; i < HASH; i++)
		printf("%02x", pcr->value[i]);
	putchar('"');
}

/* "options" of a boot menu's entry; without, nothing is measured. */
static int
put_entry(const char *dir, const char *name, const char *comma,
    struct err *e)
{
	char path[4096], *text, *at, wide[2048];
	struct pcr pcr = { { 0 } };
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (file_read(path, sizeof(wide) / 2, &text, NULL, e) == -1)
		return -1;
	at = strstr(text, "\noptions ");
	if (at != NULL) {
		for (at += 9; *at != '\0' && *at != '\n'; at++) {
			wide[n++] = *at;
			wide[n++] = '\0';
		}
		wide[n++] = '\0';
		wide[n++] = '\0';
		extend_data(&pcr, wide, n);
	}
	free(text);
	printf("%s\n      \"%.*s\": ", comma, (int)strcspn(name, "."), name);
	put(&pcr);
	return 0;
}

static int
is_entry(const struct dirent *d)
{
	return *d->d_name != '.';
}

static int
make(char *argv[], struct err *e)
{
	struct pcr pcr4 = { { 0 } };
	struct dirent **list;
	int n, rc = 0;

	extend_data(&pcr4, ACTION, strlen(ACTION));
	extend_data(&pcr4, "\0\0\0", 4);
	if (extend_program(&pcr4, argv[0], e) == -1 ||
	    extend_program(&pcr4, argv[1], e) == -1)
		return -1;
	n = scandir(argv[2], &list, is_entry, alphasort);
	if (n == -1)
		return err_sys(e, "%s", argv[2]);
	printf("{\n  \"sha256\": {\n    \"4\": ");
	put(&pcr4);
	printf(",\n    \"12\": {");
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = put_entry(argv[2], list[i]->d_name,
			    i > 0 ? "," : "", e);
		free(list[i]);
	}
	free(list);
	printf("\n    }\n  }\n}\n");
	return rc == 0 && (fflush(stdout) != 0 || ferror(stdout)) ?
	    err_sys(e, "write") : rc;
}

int
main(int argc, char *argv[])
{
	struct err e;

	if (argc != 4) {
		fputs("usage: mkpcrs SYSTEMD-BOOT DOMUS.EFI ENTRIES >PCRS\n"
		    "  what a TPM has measured of them, SHA-256, as JSON; "
		    "ENTRIES is the\n  directory of the menu's entries\n",
		    argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout :
		    stderr);
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	if (make(argv + 1, &e) == -1) {
		fprintf(stderr, "mkpcrs: %s\n", e.text);
		return 1;
	}
	return 0;
}
