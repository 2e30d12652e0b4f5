/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <blkid/blkid.h>
#include <libfdisk/libfdisk.h>
#include <linux/fs.h>

#include "fat_volume.h"
#include "first.h"
#include "gpt.h"

#define BOOTCODE 440

int
uuid_make(char to[UUID_TEXT], struct err *e)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return err_sys(e, "getrandom");
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(to, UUID_TEXT, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
	    b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
	return 0;
}

static int
lib_error(struct err *e, const char *node, const char *what, int r)
{
	return err_set(e, "%s: %s: %s", node, what, strerror(r < 0 ? -r : EIO));
}

static int
add_partition(struct fdisk_context *cxt, const struct plan_part *pp, size_t nr,
    unsigned int sector, const char *uuid)
{
	const struct part_kind *kind = &part_kinds[pp->kind];
	struct fdisk_label *lb = fdisk_get_label(cxt, "gpt");
	struct fdisk_partition *pa = fdisk_new_partition();
	struct fdisk_parttype *type;
	int r;

	type = fdisk_label_get_parttype_from_string(lb, plan_part_type(pp));
	r = pa == NULL || type == NULL ? -ENOMEM : 0;
	if (r == 0)
		r = fdisk_partition_set_partno(pa, nr);
	if (r == 0)
		r = fdisk_partition_set_start(pa, pp->start / sector);
	if (r == 0)
		r = fdisk_partition_set_size(pa, pp->size / sector);
	if (r == 0)
		r = fdisk_partition_set_type(pa, type);
	if (r == 0)
		r = fdisk_partition_set_name(pa, kind->label);
	if (r == 0)
		r = fdisk_partition_set_uuid(pa, uuid);
	if (r == 0 && kind->boots)
		r = fdisk_partition_set_attrs(pa, "LegacyBIOSBootable");
	if (r == 0)
		r = fdisk_add_partition(cxt, pa, NULL);
	fdisk_unref_parttype(type);
	fdisk_unref_partition(pa);
	return r;
}

int
gpt_write(const struct plan_disk *pd, const struct gpt_uuids *u,
    struct err *e)
{
	const char *node = pd->disk->node;
	struct fdisk_context *cxt;
	int r, rc = -1;

	if (pd->first != NULL)
		return first_add(pd, u, e);
	cxt = fdisk_new_context();
	if (cxt == NULL)
		return err_sys(e, "%s", node);
	fdisk_disable_dialogs(cxt, 1);
	/* The stub is there: see wipe.c. */
	fdisk_enable_bootbits_protection(cxt, 1);
	/* An image file does not know of what disk it is one. */
	r = fdisk_save_user_sector_size(cxt, pd->disk->physical,
	    pd->disk->logical);
	if (r == 0)
		r = fdisk_assign_device(cxt, node, 0);
	if (r != 0) {
		lib_error(e, node, "open", r);
		goto out;
	}
	r = fdisk_create_disklabel(cxt, "gpt");
	for (unsigned int i = 0; r == 0 && i < pd->nparts; i++)
		r = add_partition(cxt, &pd->parts[i], i, pd->disk->logical,
		    u->part[i]);
	if (r == 0)
		r = fdisk_write_disklabel(cxt);
	if (r != 0) {
		lib_error(e, node, "write partition table", r);
		goto out;
	}
	/* It syncs: only now is it known whether all was written. */
	r = fdisk_deassign_device(cxt, 0);
	rc = r == 0 ? 0 : lib_error(e, node, "sync partition table", r);
out:
	fdisk_unref_context(cxt);
	return rc;
}

/* What is read of it from here on comes from the disk, not from memory. */
static int
forget(const char *node, struct err *e)
{
	int fd, rc = 0;

	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", node);
	if (fsync(fd) == -1)
		rc = err_sys(e, "%s: sync", node);
	else if (ioctl(fd, BLKFLSBUF) == -1)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
	return rc;
}

static const char *
compare(const struct plan_part *pp, const char *uuid, blkid_partition part)
{
	const struct part_kind *kind = &part_kinds[pp->kind];
	const char *name = blkid_partition_get_name(part);
	const char *has = blkid_partition_get_uuid(part);
	const char *type = blkid_partition_get_type_string(part);

	if (name == NULL || strcmp(name, kind->label) != 0)
		return "another label";
	if (has == NULL || strcasecmp(has, uuid) != 0)
		return "another UUID";
	if (type == NULL || strcasecmp(type, plan_part_type(pp)) != 0)
		return "another type";
	if ((uint64_t)blkid_partition_get_start(part) * 512 != pp->start ||
	    (uint64_t)blkid_partition_get_size(part) * 512 != pp->size)
		return "another place";
	if ((blkid_partition_get_flags(part) & 4) != (kind->boots ? 4u : 0u))
		return "another boot flag";
	return NULL;
}

static bool
is_there(const struct holding *h, blkid_partition part)
{
	const char *type = blkid_partition_get_type_string(part);

	return blkid_partition_get_partno(part) == 1 && type != NULL &&
	    strcasecmp(type, h->type) == 0 &&
	    (uint64_t)blkid_partition_get_start(part) * 512 == h->start &&
	    (uint64_t)blkid_partition_get_size(part) * 512 == h->size;
}

static blkid_partlist
partitions(const char *node, unsigned int sector, blkid_probe *pr_r)
{
	blkid_probe pr = blkid_new_probe_from_filename(node);

	*pr_r = pr;
	if (pr == NULL)
		return NULL;
	if (sector != 0)
		blkid_probe_set_sectorsize(pr, sector);
	blkid_probe_enable_superblocks(pr, 0);
	blkid_probe_enable_partitions(pr, 1);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_ENTRY_DETAILS);
	if (blkid_do_fullprobe(pr) != 0)
		return NULL;
	return blkid_probe_get_partitions(pr);
}

static int
verify_code(const char *node, const void *bootcode, struct err *e)
{
	char has[BOOTCODE];
	int fd, rc;

	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", node);
	rc = fat_pread(fd, has, sizeof(has), 0, e);
	close(fd);
	if (rc == -1)
		return err_in(e, "%s", node);
	if (memcmp(has, bootcode, BOOTCODE) != 0)
		return err_set(e, "%s: boot code reads back differently", node);
	return 0;
}

int
gpt_verify(const struct plan_disk *pd, const struct gpt_uuids *u,
    struct err *e)
{
	const char *node = pd->disk->node, *why = NULL;
	int kept = pd->first != NULL;
	blkid_parttable table;
	blkid_partlist list;
	blkid_probe pr;

	if (forget(node, e) == -1)
		return -1;
	list = partitions(node, pd->disk->logical, &pr);
	table = list != NULL ? blkid_partlist_get_table(list) : NULL;
	if (table == NULL ||
	    strcmp(blkid_parttable_get_type(table), "gpt") != 0)
		why = "no GPT";
	else if (blkid_partlist_numof_partitions(list) != (int)pd->nparts +
	    kept)
		why = "another number of partitions";
	else if (kept && !is_there(pd->first,
	    blkid_partlist_get_partition(list, 0)))
		why = "another partition 1 than was to be kept";
	for (unsigned int i = 0; why == NULL && i < pd->nparts; i++)
		why = compare(&pd->parts[i], u->part[i],
		    blkid_partlist_get_partition(list, (int)i + kept));
	blkid_free_probe(pr);
	if (why != NULL)
		return err_set(e, "%s: the partition table reads back with %s",
		    node, why);
	return 0;
}

int
gpt_boot(const char *node, const void *bootcode, struct err *e)
{
	int fd, rc = 0;

	fd = open(node, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", node);
	if (fat_pwrite(fd, bootcode, BOOTCODE, 0, e) == -1)
		rc = err_in(e, "%s: boot code", node);
	close(fd);
	return rc == -1 || forget(node, e) == -1 ? -1 :
	    verify_code(node, bootcode, e);
}

/* An image file does not tell the size of its sectors. */
static blkid_partlist
any_partitions(const char *node, blkid_probe *pr_r)
{
	blkid_partlist list = partitions(node, 0, pr_r);

	if (*pr_r == NULL || (list != NULL &&
	    blkid_partlist_numof_partitions(list) > 0 &&
	    strcmp(blkid_parttable_get_type(blkid_partlist_get_table(list)),
	    "gpt") == 0))
		return list;
	blkid_free_probe(*pr_r);
	return partitions(node, 4096, pr_r);
}

/* NULL when there is none, or no GPT. */
static blkid_partition
labelled(blkid_partlist list, const char *label)
{
	blkid_partition part;
	const char *name;

	for (int i = 0; list != NULL &&
	    i < blkid_partlist_numof_partitions(list); i++) {
		part = blkid_partlist_get_partition(list, i);
		name = blkid_partition_get_name(part);
		if (name != NULL && strcmp(name, label) == 0)
			return part;
	}
	return NULL;
}

int
gpt_find(const char *node, const char *label, uint64_t *start_r,
    uint64_t *size_r, bool *found_r, struct err *e)
{
	blkid_partition part;
	blkid_probe pr;

	*found_r = false;
	part = labelled(any_partitions(node, &pr), label);
	if (pr == NULL)
		return err_sys(e, "%s", node);
	if (part != NULL) {
		*start_r = (uint64_t)blkid_partition_get_start(part) * 512;
		*size_r = (uint64_t)blkid_partition_get_size(part) * 512;
		*found_r = true;
	}
	blkid_free_probe(pr);
	return 0;
}

int
gpt_uuid(const char *node, const char *label, char uuid_r[UUID_TEXT],
    struct err *e)
{
	const char *uuid = NULL;
	blkid_partition part;
	blkid_probe pr;

	part = labelled(any_partitions(node, &pr), label);
	if (pr == NULL)
		return err_sys(e, "%s", node);
	if (part != NULL)
		uuid = blkid_partition_get_uuid(part);
	snprintf(uuid_r, UUID_TEXT, "%s", uuid != NULL ? uuid : "");
	blkid_free_probe(pr);
	return 0;
}

int
gpt_number(const char *node, const char *label, unsigned int *nr_r,
    struct err *e)
{
	blkid_partition part;
	blkid_probe pr;

	part = labelled(any_partitions(node, &pr), label);
	if (pr == NULL)
		return err_sys(e, "%s", node);
	*nr_r = part == NULL ? 0 : (unsigned int)blkid_partition_get_partno(
	    part);
	blkid_free_probe(pr);
	return 0;
}

int
gpt_reread(const char *node, struct err *e)
{
	const struct timespec pause = { 0, 200 * 1000 * 1000 };
	struct stat st;
	int fd, r = -1;

	if (stat(node, &st) == -1)
		return err_sys(e, "%s", node);
	if (!S_ISBLK(st.st_mode))
		return 0;
	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", node);
	/* Whoever looks at a new disk keeps it busy for a moment. */
	for (int i = 0; i < 25 && r == -1; i++) {
		r = ioctl(fd, BLKRRPART);
		if (r == -1 && errno != EBUSY)
			break;
		if (r == -1)
			nanosleep(&pause, NULL);
	}
	if (r == -1)
		err_sys(e, "%s: re-read the partition table", node);
	close(fd);
	return r;
}
