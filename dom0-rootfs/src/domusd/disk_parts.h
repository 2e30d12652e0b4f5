/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_PARTS_H
#define DOMUSD_DISK_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "value.h"

/* What the files that answer [disk]'s questions share. */

/* A member of a question; "" when it is missing. */
const char *disk_text(const struct value *v, const char *name);

/* A plain name of a disk: UUID.raw or NAME.iso. */
bool disk_location_ok(const char *s);

/* SR_BACKEND_FAILURE: what, and the errno.  -1. */
int disk_sys_failed(struct reply *r, const char *what, int error);

/* An answer's members: {location size used}; the SR's {size used}. */
struct disk_info;
struct value *disk_value(const char *location, const struct disk_info *i);
void disk_put_space(struct value *to, int dir);

/* The directory of an SR that is attached; -1 and r has failed. */
int disk_open_sr(const char *root, const char *sr, struct reply *r);

/* An errno of a disk's as clients know it.  -1. */
int disk_failed(struct reply *r, int dir, const char *location, uint64_t size,
    int error);

/* The answer: the SR's figures and, unless it is NULL, the disk's.  0. */
int disk_answer(struct reply *r, int dir, const char *location);

/* A disk of the SR, opened; -1 and r has failed. */
struct image;
int disk_open_image(int dir, const char *location, int flags,
    struct image *im, struct reply *r);

/* -1 and INTERNAL_ERROR: that is no question of [core]'s. */
int disk_bad_question(struct reply *r);

#endif
