/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fat.h"
#include "file.h"
#include "pem.h"
#include "signature.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define LINE 64			/* RFC 7468, 2 */

/* Nothing else of a PEM's characters is for XML to mistake. */
static const char pem_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/=- \n";

/* The blocks of a text, without what stands between them. */
static int
take_blocks(const char *text, struct form_pem *pem, struct err *e)
{
	const char *at = text, *end;
	struct buf b = { 0 };
	int rc = 0;

	for (; (at = strstr(at, BEGIN)) != NULL; at = end) {
		end = strstr(at, END);
		if (end == NULL)
			break;
		end += strcspn(end, "\r\n");
		for (; at < end; at++)
			if (*at != '\r')
				buf_char(&b, *at);
		buf_char(&b, '\n');
	}
	if (b.len == 0)
		rc = err_set(e, "no certificate and no public key in PEM is "
		    "there");
	else if (b.len >= sizeof(pem->text) ||
	    strspn(buf_str(&b), pem_chars) != b.len)
		rc = err_set(e, "it is too large, or no PEM");
	else
		snprintf(pem->text, sizeof(pem->text), "%s", buf_str(&b));
	buf_free(&b);
	return rc;
}

static int
from_base64(const char *typed, struct form_pem *pem)
{
	static const char *const kinds[] = { "CERTIFICATE", "PUBLIC KEY" };
	struct buf b = { 0 };
	bool good = false;

	for (size_t i = 0; i < 2 && !good; i++) {
		buf_reset(&b);
		buf_printf(&b, BEGIN "%s-----\n", kinds[i]);
		for (const char *s = typed; *s != '\0';) {
			size_t n = strnlen(s, LINE);

			buf_add(&b, s, n);
			buf_char(&b, '\n');
			s += n;
		}
		buf_printf(&b, END "%s-----\n", kinds[i]);
		good = !b.failed && b.len < sizeof(pem->text) &&
		    signature_check_signer(buf_str(&b)) == NULL;
	}
	if (good)
		snprintf(pem->text, sizeof(pem->text), "%s", buf_str(&b));
	buf_free(&b);
	return good ? 0 : -1;
}

/* 1: it is not there. */
static int
from_volume(const struct disk *d, uint64_t start, const char *name,
    struct form_pem *pem, struct err *e)
{
	struct fat *fat = NULL;
	struct buf b = { 0 };
	int fd, rc = 1;

	fd = open(d->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 1;
	if (fat_open(fd, start, &fat, e) == 0 &&
	    fat_text(fat, name, &b, e) == 0)
		rc = take_blocks(buf_str(&b), pem, e);
	fat_close(fat);
	close(fd);
	buf_free(&b);
	return rc;
}

static int
from_stick(const struct machine *m, const char *name, struct form_pem *pem,
    struct err *e)
{
	int rc;

	for (size_t i = 0; i < m->ndisks; i++) {
		const struct disk *d = &m->disks[i];

		for (size_t k = 0; k < d->nholds; k++) {
			if (strcmp(d->holds[k].what, "vfat") != 0 ||
			    (!d->removable && strcmp(d->transport, "usb") != 0))
				continue;
			rc = from_volume(d, d->holds[k].start, name, pem, e);
			if (rc != 1)
				return rc;
		}
	}
	return err_set(e, "no stick has that file; type its path in this "
	    "system (/...), or the base64 of it");
}

int
pem_load(const struct machine *m, const char *typed, struct form_pem *pem,
    struct err *e)
{
	char *text;
	int rc;

	pem->typed[0] = '\0';
	if (typed[0] == '/') {
		if (file_read(typed, 65536, &text, NULL, e) == -1)
			return -1;
		rc = take_blocks(text, pem, e);
		free(text);
	} else if (from_base64(typed, pem) == 0) {
		rc = 0;
	} else {
		rc = from_stick(m, typed, pem, e);
	}
	if (rc == 0)
		snprintf(pem->typed, sizeof(pem->typed), "%s", typed);
	return rc == -1 ? err_in(e, "%.60s", typed) : 0;
}
