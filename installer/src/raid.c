/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "fat_volume.h"
#include "file.h"
#include "raid.h"

void
raid_nodes(struct plan *p, const char *work)
{
	for (unsigned int i = 0; i < p->narrays; i++)
		snprintf(p->arrays[i].node, sizeof(p->arrays[i].node),
		    "%s/array%u", work, i);
}

int
raid_release(struct install *in, struct err *e)
{
	const struct plan *p = in->plan;

	for (unsigned int i = 0; !in->images && i < p->nerased; i++) {
		const struct disk *d = p->erased[i];
		bool stopped = d->array[0] == '\0';

		for (unsigned int k = 0; k < i; k++)
			stopped |= strcmp(p->erased[k]->array, d->array) == 0;
		if (!stopped && md_stop(d->array, e) == -1)
			return err_in(e, "%s: it is one of a RAID's disks",
			    d->name);
	}
	return 0;
}

static int
write_member(const struct disk *d, const struct md_super *s, bool whole,
    struct err *e)
{
	int fd, rc;

	fd = open(d->node, O_RDWR | O_EXCL | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", d->node);
	rc = md_write(fd, d->size, s, whole ? MD_TO_COPY : MD_IS_SAME, e);
	close(fd);
	return rc == -1 ? err_in(e, "%s", d->node) : 0;
}

/* What the installer does not write is copied from disk to disk later. */
static void
hold_back(const char *name)
{
	char path[PATH_MAX];
	struct err none;
	int fd;

	snprintf(path, sizeof(path), "/sys/block/%s/md/sync_action", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	file_write_all(fd, "frozen", 6, &none);
	close(fd);
}

/* The file is what the kernel's RAID would be: it has the members' stub. */
static int
begin_file(const struct plan_array *a, int fd, struct err *e)
{
	char sector[4096];
	int from, rc;

	if (ftruncate(fd, (off_t)a->disk.size) == -1)
		return err_sys(e, "%s", a->node);
	from = open(a->members[0]->node, O_RDONLY | O_CLOEXEC);
	if (from == -1)
		return err_sys(e, "%s", a->members[0]->node);
	rc = fat_pread(from, sector, sizeof(sector), 0, e);
	close(from);
	return rc == -1 ? -1 : fat_pwrite(fd, sector, sizeof(sector), 0, e);
}

static int
start(const struct install *in, const struct plan_array *a, struct err *e)
{
	const char *nodes[MD_MEMBERS];
	int fd, rc;

	for (unsigned int i = 0; i < a->nmembers; i++)
		nodes[i] = a->members[i]->node;
	if (!in->images) {
		if (md_start(a->name, nodes, a->nmembers, e) == -1)
			return -1;
		hold_back(a->name);
		return 0;
	}
	fd = open(a->node, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_sys(e, "%s", a->node);
	rc = begin_file(a, fd, e);
	close(fd);
	return rc;
}

static int
make(const struct install *in, const struct plan_array *a, struct err *e)
{
	struct md_super s = { .name = MD_NAME, .size = a->disk.size,
		.events = 1, .disks = a->disks, .nroles = a->nmembers };

	if (getrandom(s.array, sizeof(s.array), 0) != sizeof(s.array))
		return err_sys(e, "getrandom");
	for (unsigned int i = 0; i < a->nmembers; i++)
		s.roles[i] = (uint16_t)i;
	for (s.number = 0; s.number < a->nmembers; s.number++)
		if (write_member(a->members[s.number], &s, a->nmembers > 1,
		    e) == -1)
			return -1;
	return start(in, a, e);
}

int
raid_make(struct install *in, struct err *e)
{
	const struct plan *p = in->plan;

	for (unsigned int i = 0; i < p->narrays; i++) {
		if (make(in, &p->arrays[i], e) == -1)
			return err_in(e, "%s", p->arrays[i].name);
		ui_say(in->ui, "  %s is a RAID 1 of %u disks, %u there",
		    p->arrays[i].name, p->arrays[i].disks,
		    p->arrays[i].nmembers);
	}
	return 0;
}

/* Data where the RAID has it, and nothing between. */
static int
copy(int from, int to, uint64_t size, struct err *e)
{
	off_t at = 0, hole;
	char part[65536];
	size_t n;

	if (fallocate(to, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
	    (off_t)size) == -1)
		return err_sys(e, "make room");
	while ((at = lseek(from, at, SEEK_DATA)) != -1) {
		hole = lseek(from, at, SEEK_HOLE);
		for (; at < hole; at += (off_t)n) {
			n = hole - at < (off_t)sizeof(part) ?
			    (size_t)(hole - at) : sizeof(part);
			if (fat_pread(from, part, n, (uint64_t)at, e) == -1 ||
			    fat_pwrite(to, part, n, (uint64_t)at, e) == -1)
				return -1;
		}
	}
	return errno != ENXIO ? err_sys(e, "look for data") : fat_sync(to, e);
}

static int
copy_to(const struct plan_array *a, const struct disk *d, struct err *e)
{
	int from, to, rc = -1;

	from = open(a->node, O_RDONLY | O_CLOEXEC);
	to = open(d->node, O_RDWR | O_CLOEXEC);
	if (from == -1 || to == -1)
		err_sys(e, "open");
	else
		rc = copy(from, to, a->disk.size, e);
	if (from != -1)
		close(from);
	if (to != -1)
		close(to);
	return rc == -1 ? err_in(e, "%s", d->node) : 0;
}

/* The kernel goes on with the disks that are left: that must not go unseen. */
static int
look(const struct install *in, const struct plan_array *a, struct err *e)
{
	struct md_state state;
	char sysfs[PATH_MAX];

	snprintf(sysfs, sizeof(sysfs), "%s/sys", in->root);
	if (md_look(sysfs, a->name, &state, e) == -1)
		return -1;
	if (state.missing > a->disks - a->nmembers)
		ui_say(in->ui, "  warning: %s lost a disk while it was "
		    "written: replace the disk, then domus-raid --add DISK",
		    a->name);
	return 0;
}

int
raid_mirror(struct install *in, struct err *e)
{
	const struct plan *p = in->plan;

	for (unsigned int i = 0; i < p->narrays; i++) {
		const struct plan_array *a = &p->arrays[i];

		if (!in->images) {
			if (look(in, a, e) == -1)
				return -1;
			continue;
		}
		for (unsigned int k = 0; k < a->nmembers; k++)
			if (copy_to(a, a->members[k], e) == -1)
				return -1;
	}
	return 0;
}
