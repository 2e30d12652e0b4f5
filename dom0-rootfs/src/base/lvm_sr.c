/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "dm.h"

/* Storage repositories on LVM. */

int
dm_pieces(const struct lvm_vg *vg, const struct lvm_lv *lv,
    const char nodes[][64], const char ids[][LVM_ID], unsigned int n,
    struct dm_piece pieces[LVM_PVS], struct err *e)
{
	for (unsigned int i = 0; i < lv->nsegments; i++) {
		const struct lvm_segment *s = &lv->segments[i];
		const struct lvm_pv *pv = &vg->pvs[s->pv];
		unsigned int k = 0;

		while (k < n && strcmp(ids[k], pv->id) != 0)
			k++;
		if (k == n)
			return err_set(e, "%s: a disk is missing: the one with "
			    "the physical volume %s", vg->name, pv->id);
		pieces[i] = (struct dm_piece){ .at = s->at * vg->extent,
			.size = s->extents * vg->extent,
			.from = pv->start + s->from * vg->extent };
		snprintf(pieces[i].node, sizeof(pieces[i].node), "%s",
		    nodes[k]);
	}
	return 0;
}

/* All nodes are PVs of the SR's group. */
static int
read_all(const char *group, const char nodes[][64], unsigned int n,
    struct lvm_vg *vg, const char *lv_name, struct lvm_lv *lv,
    char ids[LVM_PVS][LVM_ID], struct err *e)
{
	if (n == 0 || n > LVM_PVS)
		return err_set(e, "%s: on %u partitions", group, n);
	for (unsigned int i = 0; i < n; i++) {
		if (lvm_read(nodes[i], ids[i], vg, lv_name, lv, e) == -1)
			return -1;
		if (strcmp(vg->name, group) != 0)
			return err_set(e, "%s: of volume group %s, not %s",
			    nodes[i], vg->name, group);
	}
	return vg->npvs == n ? 0 : err_set(e, "%s: on %u disks, %u are here",
	    group, vg->npvs, n);
}

/* lvm2 doubles the dashes of both names and puts one between. */
static void
mapped_name(char to[LVM_NAME], const char *group, const char *volume)
{
	const char *parts[] = { group, volume };
	size_t n = 0;

	for (int i = 0; i < 2; i++) {
		for (const char *s = parts[i]; *s != '\0' && n < LVM_NAME - 4;
		    s++) {
			to[n++] = *s;
			if (*s == '-')
				to[n++] = '-';
		}
		if (i == 0)
			to[n++] = '-';
	}
	to[n] = '\0';
}

static void
squeeze(char *to, const char *id)
{
	for (; *id != '\0'; id++)
		if (*id != '-')
			*to++ = *id;
	*to = '\0';
}

int
dm_join_sr(const char *sr_uuid, const char nodes[][64], unsigned int n,
    char node_r[32], struct err *e)
{
	char group[LVM_NAME], name[LVM_NAME], uuid[4 + 2 * LVM_ID] = "LVM-";
	struct dm_piece pieces[LVM_PVS];
	char ids[LVM_PVS][LVM_ID];
	struct lvm_vg vg;
	struct lvm_lv lv;

	lvm_sr_group(group, sr_uuid, true);
	if (read_all(group, nodes, n, &vg, sr_uuid, &lv, ids, e) == -1 ||
	    dm_pieces(&vg, &lv, nodes, (const char (*)[LVM_ID])ids, n, pieces,
	    e) == -1)
		return -1;
	mapped_name(name, group, sr_uuid);
	squeeze(uuid + 4, vg.id);
	squeeze(uuid + strlen(uuid), lv.id);
	return dm_join(name, uuid, pieces, lv.nsegments, node_r, e);
}

int
dm_remove_sr(const char *sr_uuid, struct err *e)
{
	char group[LVM_NAME], name[LVM_NAME];

	lvm_sr_group(group, sr_uuid, true);
	mapped_name(name, group, sr_uuid);
	return dm_remove(name, e);
}

int
lvm_sr_space(const char *sr_uuid, const char nodes[][64], unsigned int n,
    uint64_t *size_r, uint64_t *used_r, struct err *e)
{
	char group[LVM_NAME], ids[LVM_PVS][LVM_ID];
	struct lvm_vg vg;

	lvm_sr_group(group, sr_uuid, false);
	if (read_all(group, nodes, n, &vg, NULL, NULL, ids, e) == -1)
		return -1;
	*size_r = vg.extents * vg.extent;
	*used_r = vg.used * vg.extent;
	return 0;
}
