/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_EXT_UPDATE_H
#define INSTALLER_EXT_UPDATE_H

#include "ext.h"

/*
 * Changing files of an ext4 that is to survive, without mounting it.
 *
 * A power cut leaves each file old or new, never half: the file system is
 * first marked as not clean, so that e2fsck looks at all of it, and each write
 * leaves only what "e2fsck -p" mends without asking.
 */
struct ext_file {
	const char *dir, *name;	/* the directory must exist */
	const void *data;
	size_t len;
	unsigned int mode;
};

/*
 * Replay the journal and mend what a power cut left: e2fsck -p.  part is the
 * partition's own node, or NULL for an image file: at an offset e2fsck 1.47
 * cannot go on after it replayed a journal.
 */
int ext_mend(const struct ext_place *p, const char *part, void (*line)(void *, const char *),
    void *arg, struct err *e);

/* Make or replace files, in this order; call ext_mend() first. */
int ext_update(const struct ext_place *p, const struct ext_file *files,
    size_t n, struct err *e);

/* ext_copy.c: the same for all plain files below a directory, secrets and
 * all; the directories must exist in the file system. */
int ext_copy_in(const struct ext_place *p, const char *from, struct err *e);

/* Whether it has all files below a directory, as they are there. */
int ext_compare(const struct ext_place *p, const char *with, struct err *e);

/* Remove one; none is fine. */
int ext_remove(const struct ext_place *p, const char *dir, const char *name,
    struct err *e);

#endif
