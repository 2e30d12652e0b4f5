/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_PROBE_H
#define INSTALLER_PROBE_H

#include "buf.h"
#include "err.h"
#include "machine.h"

/* Volume labels: the boot medium's and the one that answers are read from. */
#define LABEL_MEDIUM "DOMUS_INSTALL"
#define LABEL_ANSWERS "DOMUS"

/*
 * Look at this machine.  root stands before /sys, /proc and /dev: "" but in
 * tests.  A disk that cannot be opened is listed without what it holds.
 */
int machine_probe(const char *root, struct machine *m, struct err *e);

/* Make the disk `name' of m, new or not, one that lives in an image file. */
int machine_use_image(struct machine *m, const char *name, const char *file,
    struct err *e);

/* holds.c: what libblkid finds on the disk's node, into d->holds. */
int disk_probe_holds(struct disk *d, struct err *e);

/* probe_ids.c: model, serial, wwn, transport, ids and paths, from sysfs. */
int disk_probe_ids(const char *root, struct disk *d, struct err *e);

/*
 * The first line of a file below root, trimmed; "" when it cannot be read.
 * Valid until the buf's next use.
 */
const char *sys_line(struct buf *b, const char *root, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#endif
