/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fat_volume.h"

/* The content of a file that is in place already. */
static int
write_again(struct fat *f, uint32_t cluster, const struct buf *b,
    struct err *e)
{
	size_t n;

	for (size_t at = 0; at < b->len; at += n) {
		n = b->len - at;
		if (n > f->cluster_size)
			n = f->cluster_size;
		if (fat_pwrite(f->fd, b->data + at, n, fat_place(f, cluster),
		    e) == -1)
			return -1;
		cluster = fat_next(f, cluster);
	}
	return fat_sync(f->fd, e);
}

int
fat_replace(struct fat *f, const char *path, const char *old, const char *new,
    unsigned int *n_r, struct err *e)
{
	size_t len = strlen(old);
	struct fat_file file;
	struct buf b = { 0 };
	unsigned int n = 0;
	int rc;

	if (strlen(new) != len)
		return err_set(e, "%s: \"%s\" is not as long as \"%s\"", path,
		    new, old);
	if (fat_text(f, path, &b, e) == -1 ||
	    fat_find(f, path, &file, e) == -1) {
		buf_free(&b);
		return -1;
	}
	for (size_t i = 0; i + len <= b.len; i++)
		if (memcmp(b.data + i, old, len) == 0) {
			memcpy(b.data + i, new, len);
			n++;
		}
	rc = n == 0 ? 0 : write_again(f, file.cluster, &b, e);
	buf_free(&b);
	*n_r = n;
	return rc == -1 ? err_in(e, "%s", path) : 0;
}
