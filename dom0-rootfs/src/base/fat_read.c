/* SPDX-License-Identifier: ISC */
#include "fat_volume.h"

#define TEXT_MAX (64u << 10)

/* What is handed over, counted. */
struct counted {
	fat_sink *sink;
	void *arg;
	uint64_t n;
};

static int
count(void *arg, const void *data, size_t len, struct err *e)
{
	struct counted *c = arg;

	c->n += len;
	return c->sink(c->arg, data, len, e);
}

int
fat_read(struct fat *f, const struct fat_file *file, fat_sink *sink,
    void *arg, struct err *e)
{
	struct counted c = { sink, arg, 0 };

	if (fat_walk(f, file->cluster, file->size, count, &c, e) == -1)
		return -1;
	return c.n == file->size ? 0 :
	    err_set(e, "damaged FAT: a file is shorter than its size");
}

static int
to_hash(void *arg, const void *data, size_t len, struct err *e)
{
	(void)e;
	hash_add(arg, data, len);
	return 0;
}

int
fat_hash(struct fat *f, const char *path, char hex_r[HASH_HEX], struct err *e)
{
	struct fat_file file;
	struct hash *h;
	int rc;

	if (fat_find(f, path, &file, e) == -1)
		return -1;
	if (file.is_dir)
		return err_set(e, "%s: a directory", path);
	h = hash_new();
	if (h == NULL)
		return err_sys(e, "hash");
	rc = fat_read(f, &file, to_hash, h, e);
	hash_end(h, hex_r);
	return rc == -1 ? err_in(e, "%s", path) : 0;
}

static int
to_buf(void *arg, const void *data, size_t len, struct err *e)
{
	struct buf *b = arg;

	buf_add(b, data, len);
	return buf_ok(b, e);
}

int
fat_text(struct fat *f, const char *path, struct buf *to, struct err *e)
{
	struct fat_file file;

	if (fat_find(f, path, &file, e) == -1)
		return -1;
	if (file.is_dir || file.size > TEXT_MAX)
		return err_set(e, "%s: not a small file", path);
	return fat_read(f, &file, to_buf, to, e) == -1 ?
	    err_in(e, "%s", path) : 0;
}

void
fat_reader_init(struct fat_reader *r, struct fat *fat,
    const struct fat_file *file)
{
	*r = (struct fat_reader){ fat, file->cluster, 0, file->size };
}

int
fat_pull(struct fat_reader *r, void *data, size_t len, struct err *e)
{
	const struct fat *f = r->fat;
	char *to = data;
	uint32_t n;

	if (len > r->left)
		return err_set(e, "shorter than it was");
	for (; len > 0; to += n, len -= n) {
		if (r->at == f->cluster_size) {
			r->cluster = fat_next(f, r->cluster);
			r->at = 0;
		}
		if (r->cluster < 2 || r->cluster - 2 >= f->clusters)
			return err_set(e, "damaged FAT: cluster %u",
			    r->cluster);
		n = f->cluster_size - r->at;
		if (n > len)
			n = (uint32_t)len;
		if (fat_pread(f->fd, to, n, fat_place(f, r->cluster) + r->at,
		    e) == -1)
			return -1;
		r->at += n;
		r->left -= n;
	}
	return 0;
}
