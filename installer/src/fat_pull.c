/* SPDX-License-Identifier: ISC */
#include "fat_volume.h"

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
