/* SPDX-License-Identifier: ISC */
#ifndef BASE_DM_H
#define BASE_DM_H

#include <stdint.h>

#include "err.h"
#include "lvm.h"

/* The kernel's device-mapper: pieces of disks as one disk. */
struct dm_piece {
	char node[64];		/* "/dev/sda4" */
	uint64_t at, size;	/* bytes, in the new disk */
	uint64_t from;		/* byte on the node */
};

/*
 * Make the new disk; one of that name that is there already is taken as it
 * is.  node_r: "/dev/dm-0".
 */
int dm_join(const char *name, const char *uuid, const struct dm_piece *pieces,
    unsigned int n, char node_r[32], struct err *e);

int dm_remove(const char *name, struct err *e);

/* Where an lvm volume's segments lie.  nodes[i] holds the PV of id ids[i];
 * one that is missing is an error. */
int dm_pieces(const struct lvm_vg *vg, const struct lvm_lv *lv,
    const char nodes[][64], const char ids[][LVM_ID], unsigned int n,
    struct dm_piece pieces[LVM_PVS], struct err *e);

/*
 * An SR's ext4 that lies on several partitions: join them.  lvm2's tools know
 * the result by its name.
 */
int dm_join_sr(const char *sr_uuid, const char nodes[][64], unsigned int n,
    char node_r[32], struct err *e);
int dm_remove_sr(const char *sr_uuid, struct err *e);

/* An SR that is a volume group: how large, and how much of it is taken.  All
 * of its partitions must be among the nodes. */
int lvm_sr_space(const char *sr_uuid, const char nodes[][64], unsigned int n,
    uint64_t *size_r, uint64_t *used_r, struct err *e);

#endif
