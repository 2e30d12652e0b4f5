/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_NFS_MOUNT_H
#define DOMUSD_DISK_NFS_MOUNT_H

#include "disk_nfs.h"

/*
 * SRs on NFS, by the kernel's client: SERVERPATH/UUID of an export holds the
 * disks of the SR of that uuid, as xapi's storage managers lay it out.
 * 0, or -1 and r has failed.
 */

/* Mount that directory of the export ("": itself) at a path. */
int disk_nfs_mount(const struct nfs_export *x, const char *below,
    const char *at, bool readonly, struct reply *r);

/* Make or remove the SR's directory. */
int disk_nfs_create(const char *root, const struct nfs_export *x,
    const char *sr, struct reply *r);
int disk_nfs_remove(const char *root, const struct nfs_export *x,
    const char *sr, struct reply *r);

/* [{uuid}] of the SRs there; NULL and r has failed. */
struct value *disk_nfs_list(const char *root, const struct nfs_export *x,
    struct reply *r);

#endif
