/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_GPT_H
#define INSTALLER_GPT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "plan.h"

#define UUID_TEXT 37

/* The UUIDs of a planned disk's partitions, in the order of its parts. */
struct gpt_uuids {
	char part[PART_COUNT][UUID_TEXT];
};

/* A random (version 4) UUID, RFC 9562. */
int uuid_make(char to[UUID_TEXT], struct err *e);

/*
 * Write a planned disk's GPT, a new one.  The boot code stays the stub that
 * wipe_disk() put there: a BIOS finds nothing else to boot yet.
 */
int gpt_write(const struct plan_disk *pd, const struct gpt_uuids *u,
    struct err *e);

/* Read it back and compare. */
int gpt_verify(const struct plan_disk *pd, const struct gpt_uuids *u,
    struct err *e);

/* Write the protective MBR's code, 440 bytes, and read it back. */
int gpt_boot(const char *node, const void *bootcode, struct err *e);

/* Where the partition of that label lies; found_r is false without an error
 * when there is none, or no GPT. */
int gpt_find(const char *node, const char *label, uint64_t *start_r,
    uint64_t *size_r, bool *found_r, struct err *e);

/* The UUID of the partition of that label, "" when there is none. */
int gpt_uuid(const char *node, const char *label, char uuid_r[UUID_TEXT],
    struct err *e);

/* The number of the partition of that label, from 1; 0 when there is none. */
int gpt_number(const char *node, const char *label, unsigned int *nr_r,
    struct err *e);

/* Have the kernel forget the old partitions and see the new ones.  Nothing
 * to do for an image file. */
int gpt_reread(const char *node, struct err *e);

#endif
