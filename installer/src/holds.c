/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "probe.h"

/* What one area of a disk holds, by superblock; nothing found is fine. */
static int
probe_area(struct disk *d, int fd, uint64_t start, uint64_t size,
    const char *fallback, const char *fallback_label, struct err *e)
{
	const char *what = NULL, *label = NULL;
	struct holding *h = NULL;
	blkid_probe pr;
	int found, rc = -1;

	pr = blkid_new_probe();
	if (pr == NULL || blkid_probe_set_device(pr, fd, (blkid_loff_t)start,
	    (blkid_loff_t)size) == -1) {
		err_set(e, "%s: libblkid: cannot probe", d->node);
		goto out;
	}
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr,
	    BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
	blkid_probe_enable_partitions(pr, 0);
	errno = 0;
	found = blkid_do_safeprobe(pr);
	if (found == 0) {
		blkid_probe_lookup_value(pr, "TYPE", &what, NULL);
		blkid_probe_lookup_value(pr, "LABEL", &label, NULL);
	} else if (found == -2) {
		what = "several signatures";
	} else if (found != 1 && errno == ENOMEM) {
		err_sys(e, "%s", d->node);
		goto out;
	} else if (found != 1) {
		err_set(e, "%s cannot be read at byte %llu: look at the disk's "
		    "health", d->node, (unsigned long long)start);
		goto out;
	}
	if (what == NULL)
		what = fallback;
	if (what != NULL) {
		h = disk_holding_add(d, what, label != NULL ? label :
		    fallback_label);
		if (h == NULL) {
			err_set(e, "out of memory");
			goto out;
		}
		h->start = start;
		h->size = size;
	}
	rc = 0;
out:
	blkid_free_probe(pr);
	return rc;
}

/* Its place in the table, by which it may be kept. */
static int
name_partition(struct holding *h, blkid_partition part, struct err *e)
{
	const char *name = blkid_partition_get_name(part);
	const char *type = blkid_partition_get_type_string(part);
	char number[16];

	snprintf(number, sizeof(number), "0x%02x",
	    (unsigned int)blkid_partition_get_type(part));
	h->number = (unsigned int)blkid_partition_get_partno(part);
	if (text_set(&h->name, name != NULL ? name : "") == -1 ||
	    text_set(&h->type, type != NULL ? type : number) == -1)
		return err_set(e, "out of memory");
	return 0;
}

static int
probe_partitions(struct disk *d, int fd, blkid_probe pr, struct err *e)
{
	blkid_partlist list = blkid_probe_get_partitions(pr);
	blkid_partition part;
	blkid_parttable table;
	struct holding *h;
	uint64_t start, size;
	const char *name;
	int i, n;

	table = list != NULL ? blkid_partlist_get_table(list) : NULL;
	if (table == NULL)
		return 0;
	h = disk_holding_add(d, blkid_parttable_get_type(table), "");
	if (h == NULL)
		return err_set(e, "out of memory");
	h->size = d->size;
	n = blkid_partlist_numof_partitions(list);
	for (i = 0; i < n; i++) {
		part = blkid_partlist_get_partition(list, i);
		/* An extended partition only holds others. */
		if (blkid_partition_get_size(part) <= 2)
			continue;
		name = blkid_partition_get_name(part);
		start = (uint64_t)blkid_partition_get_start(part) * 512;
		size = (uint64_t)blkid_partition_get_size(part) * 512;
		/* A table may have been made for a larger disk. */
		if (start >= d->size)
			continue;
		if (size > d->size - start)
			size = d->size - start;
		if (probe_area(d, fd, start, size, "unknown", name != NULL ?
		    name : "", e) == -1 ||
		    name_partition(&d->holds[d->nholds - 1], part, e) == -1)
			return -1;
	}
	return 0;
}

int
disk_probe_holds(struct disk *d, struct err *e)
{
	blkid_probe pr = NULL;
	int fd, found, rc = -1;

	fd = open(d->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", d->node);
	pr = blkid_new_probe();
	if (pr == NULL || blkid_probe_set_device(pr, fd, 0, 0) == -1) {
		err_set(e, "%s: libblkid: cannot probe", d->node);
		goto out;
	}
	if (d->logical != 512)
		blkid_probe_set_sectorsize(pr, d->logical);
	if (probe_area(d, fd, 0, d->size, NULL, "", e) == -1)
		goto out;
	blkid_probe_enable_superblocks(pr, 0);
	blkid_probe_enable_partitions(pr, 1);
	found = blkid_do_fullprobe(pr);
	if (found < 0)
		err_set(e, "%s: its partition table cannot be read", d->node);
	else if (found != 0 || probe_partitions(d, fd, pr, e) == 0)
		rc = 0;
out:
	blkid_free_probe(pr);
	close(fd);
	return rc;
}
