/* SPDX-License-Identifier: ISC */
#ifndef BASE_LVM_H
#define BASE_LVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"

/*
 * LVM2's metadata, as far as a storage repository needs it: physical volumes
 * without their partition tables, linear logical volumes.  Written for new
 * volume groups by the installer, which works on plain files, too; read at
 * boot and by domusd.  lvm2's own tools take such a group as theirs.
 *
 * On disk: sector 1 is the label; it names the metadata area (4 KiB to 1 MiB)
 * whose header leads to the group's description, a text, in a ring.
 */
#define LVM_ID 40		/* "xxxxxx-xxxx-xxxx-xxxx-xxxx-xxxx-xxxxxx" */
#define LVM_NAME 128
#define LVM_PVS 16
#define LVM_EXTENT ((uint64_t)4 << 20)
#define LVM_START ((uint64_t)1 << 20)	/* of the first extent */

struct lvm_pv {
	char name[LVM_NAME];	/* in the text: "pv0" */
	char id[LVM_ID];
	uint64_t start;		/* bytes, of the first extent */
	uint64_t extents;
	uint64_t size;		/* bytes of the whole; for writing */
};

/* A piece of a logical volume: extents side by side on one PV. */
struct lvm_segment {
	uint64_t at, extents;	/* in the volume */
	unsigned int pv;	/* which of the group's */
	uint64_t from;		/* extent there */
};

struct lvm_vg {
	char name[LVM_NAME], id[LVM_ID];
	uint64_t extent;	/* bytes */
	uint64_t extents, used;
	struct lvm_pv pvs[LVM_PVS];
	unsigned int npvs;
};

struct lvm_lv {
	char id[LVM_ID];
	struct lvm_segment segments[LVM_PVS];
	unsigned int nsegments;
};

/* A new random id. */
int lvm_id(char id[LVM_ID], struct err *e);

/*
 * What stands in front of a new PV's data: label and metadata, LVM_START
 * bytes, for the vg's PV number nr.  The text describes vg and, when lv is not
 * NULL, one logical volume of that name.
 */
int lvm_compose(const struct lvm_vg *vg, unsigned int nr, const char *lv_name,
    const struct lvm_lv *lv, long long when, struct buf *to, struct err *e);

/* The first LVM_START bytes of a PV: its own id and its group's text. */
int lvm_text(const void *data, size_t len, char id[LVM_ID], struct buf *to,
    struct err *e);

/*
 * Read a group's text.  lv_name may be NULL, else lv_r gets that volume; one
 * that is not linear is an error.
 */
int lvm_parse(const char *text, size_t len, struct lvm_vg *vg,
    const char *lv_name, struct lvm_lv *lv_r, struct err *e);

/* The same from a partition's node or a file: its first LVM_START bytes. */
int lvm_read(const char *node, char id[LVM_ID], struct lvm_vg *vg,
    const char *lv_name, struct lvm_lv *lv_r, struct err *e);

/* Names of an SR's group and volume, as XenServer gives them. */
void lvm_sr_group(char to[LVM_NAME], const char *sr_uuid, bool ext);

#endif
