/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_NFS_H
#define INSTALLER_NFS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/*
 * Files of an NFS server, by the kernel's own client: 4.1, 4.0 or 3,
 * whichever the server speaks first.  Mounted read-only, and only for as long
 * as something is copied from there: a server that goes away is an error and
 * never a hang.
 */
struct nfs_place {
	char server[256];	/* a name or an address, without brackets */
	unsigned int port;	/* 0: 2049 */
	char path[1024];	/* begins with "/" */
};

/* nfs_place.c: SERVER:/PATH, nfs://SERVER/PATH, nfs://SERVER:/PATH or
 * nfs://SERVER:PORT/PATH; IPv6 in brackets.  NULL, or what is wrong. */
const char *nfs_place(const char *text, struct nfs_place *p_r);

/* The nth version's options as mount(2) takes them, for the server's address;
 * false when there is no more. */
#define NFS_OPTIONS 256
bool nfs_options(const struct nfs_place *p, const char *address,
    unsigned int nth, char to[NFS_OPTIONS]);

/* Cut the file's name off; it is in p->path behind a NUL. */
const char *nfs_split(struct nfs_place *p);

/* nfs.c: mount the directory p->path there, and away again.  The error's code
 * is one of codes.h. */
int nfs_mount(const struct nfs_place *p, const char *at, struct err *e);
void nfs_unmount(const char *at);

/* One file of at most max bytes; the caller frees *data_r. */
int nfs_get(const char *text, size_t max, char **data_r, size_t *len_r,
    struct err *e);

#define NFS_DIR "/run/domus/nfs"

#endif
