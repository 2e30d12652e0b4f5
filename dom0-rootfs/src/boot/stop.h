/* SPDX-License-Identifier: ISC */
#ifndef BOOT_STOP_H
#define BOOT_STOP_H

#include "err.h"
#include "say.h"

/*
 * Leave the disks clean before init reboots or powers off: stop the services,
 * end what is left, unmount the storage repositories and the state.  What
 * cannot be unmounted is made read-only and named.
 */
int stop_all(struct say *s, struct err *e);

/*
 * The mounts of ours in the text of /proc/mounts, newest first: each call
 * gives the n'th, or NULL.  The caller frees it.
 */
char *stop_mount(const char *mounts, size_t n);

/* Unmount, trying for ms when it is still in use.  Returns 0, or -1 and
 * errno. */
int stop_unmount(const char *where, int ms);

#endif
