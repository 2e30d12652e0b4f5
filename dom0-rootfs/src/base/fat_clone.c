/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <string.h>

#include "fat_volume.h"

static int
copy_part(struct fat *f, int fd, uint64_t from, uint64_t to, uint64_t len,
    struct err *e)
{
	char part[65536];
	size_t n;

	while (len > 0) {
		n = len < sizeof(part) ? (size_t)len : sizeof(part);
		if (fat_pread(f->fd, part, n, from, e) == -1 ||
		    fat_pwrite(fd, part, n, to, e) == -1)
			return -1;
		from += n, to += n, len -= n;
	}
	return 0;
}

/* The boot sector, or nothing, to its copy and then to its place. */
static int
put_boot(const struct fat *f, int fd, uint64_t offset,
    const unsigned char *sector, struct err *e)
{
	if (f->copy != 0 && fat_pwrite(fd, sector, f->sector,
	    offset + (uint64_t)f->copy * f->sector, e) == -1)
		return -1;
	return fat_pwrite(fd, sector, f->sector, offset, e) == -1 ? -1 :
	    fat_sync(fd, e);
}

int
fat_clone(struct fat *f, int fd, uint64_t offset, struct err *e)
{
	static const unsigned char none[FAT_SECTOR_MAX];
	uint64_t second = (uint64_t)f->copy * f->sector, at;

	if (put_boot(f, fd, offset, none, e) == -1)
		return -1;
	/* What lies before the clusters is whole, zeros and all. */
	if (f->copy != 0 && copy_part(f, fd, f->offset + f->sector,
	    offset + f->sector, second - f->sector, e) == -1)
		return -1;
	at = second + f->sector;
	if (copy_part(f, fd, f->offset + at, offset + at, f->data - at, e)
	    == -1)
		return -1;
	for (uint32_t c = 2; c - 2 < f->clusters; c++) {
		if (fat_next(f, c) == 0)
			continue;
		at = fat_place(f, c);
		if (copy_part(f, fd, at, at - f->offset + offset,
		    f->cluster_size, e) == -1)
			return -1;
	}
	return 0;
}

int
fat_finish(const struct fat *f, int fd, uint64_t offset, struct err *e)
{
	unsigned char sector[FAT_SECTOR_MAX], has[FAT_SECTOR_MAX];

	if (fat_pread(f->fd, sector, f->sector, f->offset, e) == -1)
		return -1;
	le32_put(sector + 28, (uint32_t)(offset / f->sector));
	if (fat_sync(fd, e) == -1 ||
	    put_boot(f, fd, offset, sector, e) == -1)
		return -1;
	posix_fadvise(fd, (off_t)offset, f->sector, POSIX_FADV_DONTNEED);
	if (fat_pread(fd, has, f->sector, offset, e) == -1)
		return -1;
	return memcmp(has, sector, f->sector) == 0 ? 0 :
	    err_set(e, "the boot sector reads back differently");
}
