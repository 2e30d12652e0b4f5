/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "fat_volume.h"
#include "first.h"
#include "stub.h"
#include "wipe.h"

/* More than any disk has: ZFS has four labels of 128 blocks each. */
#define MAX_SIGNATURES 1024

/* Where libblkid found a signature, in the area that starts there: whether it
 * is in the partition that is kept. */
static bool
is_kept(blkid_probe pr, uint64_t start, const struct holding *first)
{
	static const char *const names[][2] = {
		{ "SBMAGIC_OFFSET", "SBMAGIC" },
		{ "PTMAGIC_OFFSET", "PTMAGIC" } };
	const char *at;
	uint64_t from;
	size_t len;

	for (int i = 0; first != NULL && i < 2; i++) {
		if (blkid_probe_lookup_value(pr, names[i][0], &at, NULL) ==
		    -1 || blkid_probe_lookup_value(pr, names[i][1], NULL,
		    &len) == -1)
			continue;
		from = start + strtoull(at, NULL, 10);
		if (from < first->start + first->size &&
		    from + len > first->start)
			return true;
	}
	return false;
}

/* As wipefs(8) does: what libblkid finds is overwritten until it finds none.
 * Of a disk with a partition that is kept the table stays. */
static int
wipe_area(const struct plan_disk *pd, int fd, uint64_t start, uint64_t size,
    struct err *e)
{
	const char *node = pd->disk->node;
	bool table = start > 0 || pd->first == NULL;
	blkid_probe pr = blkid_new_probe();
	int rc = -1, r = 1, i;

	if (pr == NULL || blkid_probe_set_device(pr, fd, (blkid_loff_t)start,
	    (blkid_loff_t)size) == -1) {
		err_set(e, "%s: libblkid: cannot probe", node);
		goto out;
	}
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_MAGIC |
	    BLKID_SUBLKS_TYPE | BLKID_SUBLKS_BADCSUM);
	blkid_probe_enable_partitions(pr, table);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_MAGIC |
	    BLKID_PARTS_FORCE_GPT);
	for (i = 0; i < MAX_SIGNATURES && (r = blkid_do_probe(pr)) == 0; i++)
		if (blkid_do_wipe(pr, is_kept(pr, start, pd->first)) != 0) {
			err_sys(e, "%s: wipe signatures", node);
			goto out;
		}
	if (r == 1)
		rc = 0;
	else
		err_set(e, "%s: wipe signatures: %s", node, r == 0 ?
		    "they do not go away" : "it cannot be read");
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

static int
forget(int fd, uint64_t start, uint64_t size, const char *node, struct err *e)
{
	if (zero(fd, start, size, e) == -1)
		return err_in(e, "%s: wipe", node);
	return fsync(fd) == -1 ? err_sys(e, "%s: sync", node) : 0;
}

/*
 * What boots goes first, in an order in which no cut leaves half of it: the
 * first sector, as without a protective MBR neither UEFI nor Linux takes a GPT
 * for one, then the tables.  A BIOS has the stub to say what happened.
 */
static int
forget_boot(const struct disk *d, int fd, struct err *e)
{
	unsigned char first[4096] = { 0 };
	size_t n = d->logical < sizeof(first) ? 512 : sizeof(first);

	memcpy(first, stub_code, STUB_SIZE);
	if (fat_pwrite(fd, first, n, 0, e) == -1)
		return err_in(e, "%s: wipe", d->node);
	if (fsync(fd) == -1)
		return err_sys(e, "%s: sync", d->node);
	return forget(fd, d->size - MIB, MIB, d->node, e) == -1 ||
	    forget(fd, n, MIB - n, d->node, e) == -1 ? -1 : 0;
}

/* The same for a disk with a partition that is kept: whatever is written, a
 * table has it. */
static int
forget_but_first(const struct plan_disk *pd, int fd, struct err *e)
{
	const char *node = pd->disk->node;
	uint64_t size = pd->disk->size, from, end = pd->first->start, tail;

	if (first_only(pd, &from, &tail, e) == -1)
		return -1;
	if (end > MIB)
		end = MIB;
	return forget(fd, from, end - from, node, e) == -1 ||
	    forget(fd, size - MIB, tail - (size - MIB), node, e) == -1 ?
	    -1 : 0;
}

int
wipe_disk(const struct plan_disk *pd, int fd, struct err *e)
{
	const struct disk *d = pd->disk;
	unsigned int i;
	size_t k;

	if ((pd->first != NULL ? forget_but_first(pd, fd, e) :
	    forget_boot(d, fd, e)) == -1)
		return -1;
	for (k = 0; k < d->nholds; k++)
		if (d->holds[k].size > 0 && &d->holds[k] != pd->first &&
		    wipe_area(pd, fd, d->holds[k].start, d->holds[k].size,
		    e) == -1)
			return -1;
	if (wipe_area(pd, fd, 0, d->size, e) == -1)
		return -1;
	/* And the heads: a slot that lay there before is no file system. */
	for (i = 0; i < pd->nparts; i++)
		if (wipe_area(pd, fd, pd->parts[i].start, pd->parts[i].size,
		    e) == -1 || forget(fd, pd->parts[i].start, MIB, d->node,
		    e) == -1)
			return -1;
	return 0;
}
