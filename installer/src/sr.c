/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ext.h"
#include "fat_volume.h"
#include "install.h"
#include "lvm.h"

/*
 * The storage repository: ext4 on one partition; a volume group; or ext4 on a
 * volume that joins several partitions.  That last one is made in a sparse
 * file and what is written there copied to the pieces: no kernel joins image
 * files for us.
 */
struct group {
	struct lvm_vg vg;
	struct lvm_lv lv;
	uint64_t place[LVM_PVS];	/* byte on the disk */
	unsigned int disk[LVM_PVS];	/* of the plan */
	int fds[LVM_PVS];
	uint64_t size;			/* of the volume */
};

static int
add_pv(struct group *g, const struct plan_part *pp, unsigned int disk,
    struct err *e)
{
	unsigned int nr = g->vg.npvs++;
	struct lvm_pv *pv = &g->vg.pvs[nr];

	snprintf(pv->name, sizeof(pv->name), "pv%u", nr);
	pv->start = LVM_START;
	pv->size = pp->size;
	pv->extents = (pp->size - LVM_START) / LVM_EXTENT;
	g->place[nr] = pp->start;
	g->disk[nr] = disk;
	g->lv.segments[nr] = (struct lvm_segment){ g->vg.extents, pv->extents,
		nr, 0 };
	g->lv.nsegments++;
	g->vg.extents += pv->extents;
	return lvm_id(pv->id, e);
}

static int
group_make(const struct install *in, struct group *g, struct err *e)
{
	const struct plan *p = in->plan;

	*g = (struct group){ .vg = { .extent = LVM_EXTENT } };
	lvm_sr_group(g->vg.name, in->sr_uuid, p->sr_type == SR_EXT);
	if (lvm_id(g->vg.id, e) == -1 || lvm_id(g->lv.id, e) == -1)
		return -1;
	for (unsigned int i = 0; i < p->ndisks; i++) {
		const struct plan_part *pp = plan_part(&p->disks[i], PART_SR);

		if (pp != NULL && add_pv(g, pp, i, e) == -1)
			return -1;
	}
	g->size = g->vg.extents * LVM_EXTENT;
	return 0;
}

static const char *
node_of(const struct install *in, const struct group *g, unsigned int nr)
{
	return in->plan->disks[g->disk[nr]].disk->node;
}

static int
write_pv(const struct install *in, const struct group *g, unsigned int nr,
    struct err *e)
{
	bool ext = in->plan->sr_type == SR_EXT;
	struct buf b = { 0 };
	int rc;

	rc = lvm_compose(&g->vg, nr, ext ? in->sr_uuid : NULL,
	    ext ? &g->lv : NULL, (long long)time(NULL), &b, e);
	if (rc == 0)
		rc = fat_pwrite(g->fds[nr], b.data, b.len, g->place[nr], e);
	buf_free(&b);
	return rc == -1 ? err_in(e, "%s: LVM", node_of(in, g, nr)) : 0;
}

/* Bytes of the volume to where they lie. */
static int
put(const struct group *g, uint64_t at, const char *data, size_t len,
    struct err *e)
{
	for (unsigned int i = 0; i < g->lv.nsegments && len > 0; i++) {
		const struct lvm_segment *s = &g->lv.segments[i];
		uint64_t start = s->at * LVM_EXTENT;
		uint64_t size = s->extents * LVM_EXTENT;
		size_t n;

		if (at >= start + size)
			continue;
		n = start + size - at < len ? (size_t)(start + size - at) : len;
		if (fat_pwrite(g->fds[i], data, n, g->place[i] + LVM_START +
		    at - start, e) == -1)
			return -1;
		at += n, data += n, len -= n;
	}
	return 0;
}

static int
zero_piece(void *arg, uint64_t at, uint64_t size, struct err *e)
{
	static const char none[65536];
	size_t n;

	for (; size > 0; at += n, size -= n) {
		n = size < sizeof(none) ? (size_t)size : sizeof(none);
		if (put(arg, at, none, n, e) == -1)
			return -1;
	}
	return 0;
}

static int
copy_data(const struct group *g, int fd, struct err *e)
{
	off_t at = 0, hole;
	char part[65536];
	size_t n;

	while ((at = lseek(fd, at, SEEK_DATA)) != -1) {
		hole = lseek(fd, at, SEEK_HOLE);
		for (; at < hole; at += (off_t)n) {
			n = hole - at < (off_t)sizeof(part) ?
			    (size_t)(hole - at) : sizeof(part);
			if (fat_pread(fd, part, n, (uint64_t)at, e) == -1 ||
			    put(g, (uint64_t)at, part, n, e) == -1)
				return -1;
		}
	}
	return errno == ENXIO ? 0 : err_sys(e, "look for data");
}

static int
join_ext(const struct install *in, struct group *g, struct err *e)
{
	char path[PATH_MAX];
	struct ext_place p = { path, 0, g->size };
	int fd, rc = -1;

	snprintf(path, sizeof(path), "%s/sr", in->work);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || ftruncate(fd, (off_t)g->size) == -1)
		err_sys(e, "%s", path);
	else if (ext_make_sparse(&p, part_kinds[PART_SR].label, in->sr_uuid,
	    ui_log_line, in->ui, e) == 0 &&
	    ext_journal(&p, zero_piece, g, e) == 0)
		rc = copy_data(g, fd, e);
	if (fd != -1)
		close(fd);
	unlink(path);
	return rc;
}

static int
write_group(const struct install *in, struct group *g, struct err *e)
{
	unsigned int i, n;
	int rc = 0;

	for (n = 0; rc == 0 && n < g->vg.npvs; n++) {
		g->fds[n] = open(node_of(in, g, n), O_RDWR | O_CLOEXEC);
		if (g->fds[n] == -1) {
			rc = err_sys(e, "%s", node_of(in, g, n));
			break;
		}
	}
	if (rc == 0 && in->plan->sr_type == SR_EXT)
		rc = join_ext(in, g, e);
	for (i = 0; rc == 0 && i < n; i++)
		rc = write_pv(in, g, i, e);
	for (i = 0; i < n; i++)
		close(g->fds[i]);
	return rc;
}

int
sr_write(struct install *in, struct err *e)
{
	struct ext_place p;
	struct group g;

	if (in->plan->sr_type == SR_NONE)
		return 0;
	if (plan_sr_is_group(in->plan))
		return group_make(in, &g, e) == -1 ? -1 :
		    write_group(in, &g, e);
	p = install_place(in, PART_SR);
	return ext_make(&p, part_kinds[PART_SR].label, in->sr_uuid, NULL,
	    ui_log_line, in->ui, e);
}

/* One PV reads back as of this SR's group, which is whole. */
static int
verify_pv(const struct install *in, const struct plan_disk *pd, char *data,
    struct err *e)
{
	const struct plan_part *pp = plan_part(pd, PART_SR);
	char id[LVM_ID], group[LVM_NAME];
	struct buf text = { 0 };
	struct lvm_vg vg;
	int fd, rc;

	lvm_sr_group(group, in->sr_uuid, in->plan->sr_type == SR_EXT);
	fd = open(pd->disk->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", pd->disk->node);
	posix_fadvise(fd, (off_t)pp->start, (off_t)LVM_START,
	    POSIX_FADV_DONTNEED);
	rc = fat_pread(fd, data, LVM_START, pp->start, e);
	close(fd);
	if (rc == 0)
		rc = lvm_text(data, LVM_START, id, &text, e);
	if (rc == 0)
		rc = lvm_parse(text.data, text.len, &vg, NULL, NULL, e);
	if (rc == 0 && (strcmp(vg.name, group) != 0 ||
	    vg.npvs != in->plan->nsr))
		rc = err_set(e, "volume group %s reads back differently",
		    group);
	buf_free(&text);
	return rc == -1 ? err_in(e, "%s", pd->disk->node) : 0;
}

int
sr_verify(struct install *in, struct err *e)
{
	const struct plan *p = in->plan;
	char *data;
	int rc = 0;

	if (!plan_sr_is_group(p))
		return 0;
	data = malloc(LVM_START);
	if (data == NULL)
		return err_set(e, "out of memory");
	for (unsigned int i = 0; rc == 0 && i < p->ndisks; i++)
		if (plan_part(&p->disks[i], PART_SR) != NULL)
			rc = verify_pv(in, &p->disks[i], data, e);
	free(data);
	return rc;
}
