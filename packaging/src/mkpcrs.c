/* SPDX-License-Identifier: ISC */
/*
 * mkpcrs: what a TPM will have measured of this image when it has started.
 *
 * TCG PC Client Platform Firmware Profile: at the first boot attempt the
 * firmware extends PCR 4 by an action and a separator, then by each program
 * that it starts: its Authenticode hash, that is without the signature.
 * systemd-boot extends PCR 12 by the options of the entry that was chosen, as
 * UTF-16 with its NUL; those of an installed slot have
 * UUIDs of that host's own, which who verifies fills in.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "pcr.h"

#define FILE_MAX ((size_t)1 << 30)
#define ENTRY_MAX 1024
#define ACTION "Calling EFI Application from Boot Option"

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
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
hash_program(const uint8_t *f, size_t len, unsigned char digest[PCR_SIZE],
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

/* One event after the other. */
struct events {
	struct pcr pcr;
	struct buf list;	/* as JSON */
};

static void
event(struct events *ev, const char *name, const unsigned char digest[PCR_SIZE])
{
	pcr_extend(&ev->pcr, digest);
	buf_printf(&ev->list, "%s\n    { \"event\": \"%s\", \"sha256\": \"",
	    ev->list.len > 0 ? "," : "", name);
	for (size_t i = 0; i < PCR_SIZE; i++)
		buf_printf(&ev->list, "%02x", digest[i]);
	buf_str_add(&ev->list, "\" }");
}

static void
event_data(struct events *ev, const char *name, const void *data, size_t len)
{
	unsigned char digest[PCR_SIZE];

	EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL);
	event(ev, name, digest);
}

static int
event_program(struct events *ev, const char *name, const char *path,
    struct err *e)
{
	unsigned char digest[PCR_SIZE];
	char *data;
	size_t len;
	int rc;

	if (file_read(path, FILE_MAX, &data, &len, e) == -1)
		return -1;
	rc = hash_program((const uint8_t *)data, len, digest, e);
	free(data);
	if (rc == -1)
		return err_in(e, "%s", path);
	event(ev, name, digest);
	return 0;
}

static void
put(const struct pcr *pcr)
{
	putchar('"');
	for (size_t i = 0; i < PCR_SIZE; i++)
		printf("%02x", pcr->value[i]);
	putchar('"');
}

/* "options" of a boot menu's entry, the caller's; without, "" and nothing is
 * measured. */
static char *
entry_options(const char *dir, const char *name, struct err *e)
{
	char path[4096], *text, *at;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (file_read(path, ENTRY_MAX, &text, NULL, e) == -1)
		return NULL;
	at = strstr(text, "\noptions ");
	if (at == NULL)
		*text = '\0';
	else {
		at += 9;
		memmove(text, at, strlen(at) + 1);
		text[strcspn(text, "\n")] = '\0';
	}
	if (strpbrk(text, "\"\\") == NULL)
		return text;
	err_set(e, "%s: options with quotes", path);
	free(text);
	return NULL;
}

static void
put_medium(const char *options)
{
	struct pcr pcr = { { 0 } };

	if (*options != '\0')
		pcr_extend_options(&pcr, options);
	put(&pcr);
}

static void
put_slot(const char *options)
{
	printf("\"%s\"", options);
}

static int
is_entry(const struct dirent *d)
{
	return *d->d_name != '.';
}

static int
put_entries(const char *dir, const char *indent, void (*put_one)(const char *),
    struct err *e)
{
	struct dirent **list;
	char *options;
	int n, rc = 0;

	n = scandir(dir, &list, is_entry, alphasort);
	if (n == -1)
		return err_sys(e, "%s", dir);
	for (int i = 0; i < n; i++) {
		options = rc == 0 ? entry_options(dir, list[i]->d_name, e) :
		    NULL;
		if (options == NULL)
			rc = -1;
		else {
			printf("%s\n%s\"%.*s\": ", i > 0 ? "," : "", indent,
			    (int)strcspn(list[i]->d_name, "."),
			    list[i]->d_name);
			put_one(options);
		}
		free(options);
		free(list[i]);
	}
	free(list);
	return rc;
}

static int
make(char *argv[], struct err *e)
{
	struct events ev = { .list = { 0 } };
	int rc = -1;

	event_data(&ev, "action: boot", ACTION, strlen(ACTION));
	event_data(&ev, "separator", "\0\0\0", 4);
	if (event_program(&ev, "systemd-boot (the boot menu)", argv[0],
	    e) == -1 || event_program(&ev, "domus.efi", argv[1], e) == -1 ||
	    buf_ok(&ev.list, e) == -1)
		goto out;
	printf("{\n  \"sha256\": {\n    \"4\": ");
	put(&ev.pcr);
	printf(",\n    \"12\": {");
	if (put_entries(argv[2], "      ", put_medium, e) == -1)
		goto out;
	printf("\n    }\n  },\n  \"events\": [%s\n  ],\n  \"slot\": {",
	    buf_str(&ev.list));
	if (put_entries(argv[3], "    ", put_slot, e) == -1)
		goto out;
	printf("\n  }\n}\n");
	rc = fflush(stdout) != 0 || ferror(stdout) ? err_sys(e, "write") : 0;
out:
	buf_free(&ev.list);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct err e;

	if (argc != 5) {
		fputs("usage: mkpcrs SYSTEMD-BOOT DOMUS.EFI ENTRIES SLOT-ENTRIES "
		    ">PCRS\n  what a TPM has measured of them, SHA-256, as "
		    "JSON; ENTRIES is the\n  directory of the medium's menu "
		    "entries, SLOT-ENTRIES of a slot's\n",
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
