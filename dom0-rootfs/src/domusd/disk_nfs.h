/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_NFS_H
#define DOMUSD_DISK_NFS_H

#include "call.h"
#include "value.h"

/*
 * Exports of NFS servers, as an SR's device_config names them.  Failures have
 * the numbers of the storage managers that clients know: SR_BACKEND_FAILURE_n
 * with a status (""), what went wrong, and "".
 */
#define NFS_OPTIONS 512

enum nfs_failure {
	NFS_BAD_OPTION = 1,
	NFS_BAD_VERSION = 72,
	NFS_NO_MOUNT = 73,
	NFS_NO_UNMOUNT = 74,
	NFS_NOT_REMOVED = 76,
	NFS_NOT_CREATED = 88,
	NFS_NO_PATH = 101,
	NFS_NO_SERVER = 102,
	NFS_BAD_PATH = 103,
	NFS_NO_SERVICE = 108,
	NFS_NO_NAME = 140,
	ISO_NO_LOCATION = 220,
	ISO_NO_MOUNT = 222,
	ISO_BAD_LOCATION = 225,
	ISO_NO_DIRECTORY = 226,
};

struct nfs_export {
	char server[256];
	char path[768];
	char version[8];		/* "": the best that it has */
	char more[200];			/* options, a comma before each */
	unsigned int port;
};

/* -1, and r is SR_BACKEND_FAILURE_`code' of what: why. */
int disk_nfs_failed(struct reply *r, enum nfs_failure code, const char *what,
    const char *why);

/* From {server serverpath nfsversion options}.  -1 and r has failed. */
int disk_nfs_export(const struct value *config, struct nfs_export *x,
    struct reply *r);

/*
 * From {location nfsversion options} of an SR of ISO images: 1; 0 when its
 * location is a directory of this host; -1 and r has failed.
 */
int disk_nfs_location(const struct value *config, struct nfs_export *x,
    struct reply *r);

/* "server:path" as mount(2) takes it; server in brackets when it must be. */
void disk_nfs_source(const struct nfs_export *x, char to[1100]);

/*
 * mount(2)'s data for the nth version to be tried at a numeric address; false
 * when there are no more.
 */
bool disk_nfs_options(const struct nfs_export *x, const char *address,
    unsigned int nth, char to[NFS_OPTIONS]);

/*
 * The first of the server's addresses at which something takes connections,
 * found in seconds: a kernel that mounts waits for minutes.
 */
int disk_nfs_find(const struct nfs_export *x, char address[64],
    struct reply *r);

/*
 * The same of what is mounted at path, before a question blocks on it.  0 when
 * nothing of NFS is.
 */
int disk_nfs_answers(const char *path, struct reply *r);

#endif
