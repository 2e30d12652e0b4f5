/* SPDX-License-Identifier: ISC */
#ifndef BASE_PARTS_H
#define BASE_PARTS_H

#include <stddef.h>

#include "err.h"

/*
 * The machine's GPT partitions, as the kernel knows them: sysfs holds their
 * labels, and their UUIDs or else libblkid.  Ours on a RAID's member are left
 * out: they are the RAID's.
 */
struct part {
	char name[32];		/* "sda3" */
	char disk[32];		/* "sda" */
	char model[48];		/* of the disk, or "" */
	char label[40];
	char uuid[40];
};

struct parts {
	struct part *list;
	size_t n;
};

/* Read them from a sysfs ("/sys").  A zeroed struct holds none. */
int parts_read(const char *sysfs, struct parts *p, struct err *e);

/* The only one with that UUID; two, a disk and its copy, are an error. */
int parts_named(const struct parts *p, const char *uuid,
    const struct part **part_r, struct err *e);

/* The first with that UUID (in either case), or NULL. */
const struct part *parts_by_uuid(const struct parts *p, const char *uuid);

/*
 * The host's state partition: the one whose UUID is `uuid', or when that is
 * "", the only one labelled domus-state, or of several the only one on the
 * disk with the partition `slot' (a UUID, or ""), which this boot came from.
 * None, or still several (a disk that is a copy of another), is an error that says what was found: choosing
 * between two hosts' states is for a person.
 */
int parts_state(const struct parts *p, const char *uuid, const char *slot,
    const struct part **part_r, struct err *e);

/* How many carry the label. */
size_t parts_labelled(const struct parts *p, const char *label);

void parts_free(struct parts *p);

#define STATE_LABEL "domus-state"

#endif
