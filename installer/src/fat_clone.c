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
    const unsigned char sector[FAT_SECTOR], struct err *e)
{
	if (f->copy != 0 && fat_pwrite(fd, sector, FAT_SECTOR,
	    offset + (uint64_t)f->copy * FAT_SECTOR, e) == -1)
		return -1;
	return fat_pwrite(fd, sector, FAT_SECTOR, offset, e) == -1 ? -1 :
	    fat_sync(fd, e);
}

int
fat_clone(struct fat *f, int fd, uint64_t offset, struct err *e)
{
	static const unsigned char none[FAT_SECTOR];
	uint64_t second = (uint64_t)f->copy * FAT_SECTOR, at;

	if (put_boot(f, fd, offset, none, e) == -1)
		return -1;
	/* What lies before the clusters is whole, zeros and all. */
	if (f->copy != 0 && copy_part(f, fd, f->offset + FAT_SECTOR,
	    offset + FAT_SECTOR, second - FAT_SECTOR, e) == -1)
		return -1;
	at = second + FAT_SECTOR;
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
	unsigned char sector[FAT_SECTOR], has[FAT_SECTOR];

	if (fat_pread(f->fd, sector, sizeof(sector), f->offset, e) == -1)
		return -1;
	le32_put(sector + 28, (uint32_t)(offset / FAT_SECTOR));
	if (fat_sync(fd, e) == -1 ||
	    put_boot(f, fd, offset, sector, e) == -1)
		return -1;
	posix_fadvise(fd, (off_t)offset, FAT_SECTOR, POSIX_FADV_DONTNEED);
	if (fat_pread(fd, has, sizeof(has), offset, e) == -1)
		return -1;
	return memcmp(has, sector, sizeof(has)) == 0 ? 0 :
	    err_set(e, "the boot sector reads back differently");
}
