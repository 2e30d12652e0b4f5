/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_MOVE_H
#define DOMUSD_DISK_MOVE_H

#include "disk_serve.h"

struct value;

/* Whether a body comes with the question. */
bool disk_takes_body(enum priv what);

/*
 * [disk]'s answers that move a disk's bytes (disk.h).  What comes from outside
 * is parsed by a child that has no rights and only the files it writes to.
 */
int disk_import(const char *root, const struct value *v,
    struct disk_talk *talk, struct reply *r);
int disk_export(const char *root, const struct value *v,
    struct disk_talk *talk, struct reply *r);
int disk_xva_export(const char *root, const struct value *v,
    struct disk_talk *talk, struct reply *r);

#endif
