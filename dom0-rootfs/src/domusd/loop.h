/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_LOOP_H
#define DOMUSD_LOOP_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"

/*
 * Files as block devices.  A device goes when the last who has it open closes
 * it, so it lives as long as its user: here, a guest's backend in the kernel.
 */
struct loop {
	int fd;			/* -1: not open */
	dev_t dev;
	char name[32];		/* "/dev/loop0" */
};

/*
 * A block device for this regular file, or the block device itself.  Direct
 * I/O: what a guest has been told is on the disk is not in dom0's memory.
 * err.code is ENOENT when it cannot be used, EBUSY when it is in use and one
 * of both would write.
 */
int loop_open(const char *path, bool readonly, struct loop *l_r,
    struct err *e);
void loop_close(struct loop *l);

/* The file behind a device has another size now. */
int loop_resized(const char *name, struct err *e);

#endif
