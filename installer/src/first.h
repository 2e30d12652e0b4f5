/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FIRST_H
#define INSTALLER_FIRST_H

#include "gpt.h"

/*
 * A partition 1 that is kept on a disk that is erased but for it.  Its bytes
 * are never written, and its entry is in a whole table after each write: the
 * copy at the disk's end is changed first, then the table in front.
 */

/* Whether its table is one that can be changed so; writes nothing. */
int first_check(const struct plan_disk *pd, struct err *e);

/*
 * The table holds only that partition, and no BIOS finds anything to boot.
 * head_r: where the table in front ends; tail_r: where its copy begins.
 */
int first_only(const struct plan_disk *pd, uint64_t *head_r, uint64_t *tail_r,
    struct err *e);

/* The planned partitions come behind it. */
int first_add(const struct plan_disk *pd, const struct gpt_uuids *u,
    struct err *e);

#endif
