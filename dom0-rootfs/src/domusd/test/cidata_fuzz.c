/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cidata.h"
#include "fat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* How much of the data is the next file's. */
static size_t
piece(const uint8_t *data, size_t len)
{
	const uint8_t *end = len > 0 ? memchr(data, '\0', len) : NULL;

	return end != NULL ? (size_t)(end - data) : len;
}

static void
must_be_there(int fd, const struct value *v)
{
	struct fat *fat = NULL;
	struct buf text = { 0 };
	struct err e;

	if (fat_open(fd, 0, &fat, &e) == -1)
		abort();
	for (size_t i = 0; i < value_len(v); i++) {
		const struct value *want = value_at(v, i);

		buf_reset(&text);
		if (value_len(want) <= 65536 &&
		    (fat_text(fat, value_name_at(v, i), &text, &e) == -1 ||
		    text.len != value_len(want) ||
		    memcmp(buf_str(&text), value_str(want), text.len) != 0))
			abort();
	}
	buf_free(&text);
	fat_close(fat);
}

/* Files apart by NULs: what cloud-init finds is what was given. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = { "user-data", "meta-data",
		"network-config", "vendor-data" };
	struct value *v = value_new_struct();
	struct err e;
	int fd = memfd_create("cidata", 0);
	size_t n;

	for (size_t i = 0; i < 4 && len > 0; i++) {
		n = piece(data, len);
		value_set(v, names[i], value_new_text((const char *)data, n));
		data += n < len ? n + 1 : n;
		len -= n < len ? n + 1 : n;
	}
	if (fd == -1 || v == NULL || v->failed)
		abort();
	if (cidata_image(fd, v, &e) == 0)
		must_be_there(fd, v);
	else if (strstr(e.text, "more than") == NULL)
		abort();
	close(fd);
	value_free(v);
	return 0;
}
