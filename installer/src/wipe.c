/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "fat_volume.h"
#include "wipe.h"

/* More than any disk has: ZFS has four labels, GPT and MBR one each. */
#define MAX_SIGNATURES 128

/* As wipefs(8) does: what libblkid finds is overwritten until it finds none. */
static int
wipe_area(const char *node, int fd, uint64_t start, uint64_t size,
    struct err *e)
{
	blkid_probe pr = blkid_new_probe();
	int rc = -1, i;

	if (pr == NULL || blkid_probe_set_device(pr, fd, (blkid_loff_t)start,
	    (blkid_loff_t)size) == -1) {
		err_set(e, "%s: libblkid: cannot probe", node);
		goto out;
	}
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_MAGIC |
	    BLKID_SUBLKS_TYPE | BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(pr, 1);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_MAGIC |
	    BLKID_PARTS_FORCE_GPT);
	for (i = 0; i < MAX_SIGNATURES && blkid_do_probe(pr) == 0; i++)
		if (blkid_do_wipe(pr, 0) != 0) {
			err_sys(e, "%s: wipe signatures", node);
			goto out;
		}
	rc = 0;
out:
	blkid_free_probe(pr);
	return rc;
}

static int
zero(int fd, uint64_t start, uint64_t size, struct err *e)
{
	static const char none[65536];
	size_t n;

	while (size > 0) {
		n = size < sizeof(none) ? (size_t)size : sizeof(none);
		if (fat_pwrite(fd, none, n, start, e) == -1)
			return -1;
		start += n;
		size -= n;
	}
	return 0;
}

int
wipe_disk(const struct plan_disk *pd, struct err *e)
{
	const struct disk *d = pd->disk;
	unsigned int i;
	size_t k;
	int fd, rc = -1;

	fd = open(d->node, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", d->node);
	for (k = 0; k < d->nholds; k++)
		if (d->holds[k].size > 0 && wipe_area(d->node, fd,
		    d->holds[k].start, d->holds[k].size, e) == -1)
			goto out;
	if (wipe_area(d->node, fd, 0, d->size, e) == -1)
		goto out;
	for (i = 0; i < pd->nparts; i++)
		if (wipe_area(d->node, fd, pd->parts[i].start,
		    pd->parts[i].size, e) == -1)
			goto out;
	if (zero(fd, 0, MIB, e) == -1 ||
	    zero(fd, d->size - MIB, MIB, e) == -1) {
		err_in(e, "%s: wipe", d->node);
		goto out;
	}
	if (fsync(fd) == -1) {
		err_sys(e, "%s: sync", d->node);
		goto out;
	}
	rc = 0;
out:
	close(fd);
	return rc;
}
