/* SPDX-License-Identifier: ISC */
#ifndef SCRIPTS_MANIFEST_H
#define SCRIPTS_MANIFEST_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"

/*
 * A root file system as a list: one entry a line, sorted by path, '#' starts
 * a comment line.
 *
 *	dir   /etc           0755  0:0
 *	file  /etc/passwd    0644  0:0  overlay/etc/passwd
 *	link  /bin/sh        -     -    busybox
 *	node  /dev/console   0600  0:0  c 5 1
 *	tree  /lib/modules   0644  0:0  $OUT/boot/modules
 *
 * A source that starts with $NAME has it replaced; any other is relative to
 * the manifest's directory.  A tree stands for everything below a directory:
 * its files get the mode, its directories 0755, its links stay links.
 */
struct entry {
	char *path;		/* starts with '/' */
	mode_t mode;		/* with the S_IFMT bits */
	unsigned int uid, gid;
	char *source;		/* a file's or tree's, or a link's target */
	unsigned int major, minor;
	const char *from;	/* the manifest it stood in, for errors */
	int line;
};

struct manifest {
	struct entry *entries;	/* in strcmp() order of path once read */
	size_t n;
};

/* What $NAME in a source stands for: vars hold "NAME=value", NULL ends. */

/*
 * Add the entries of one manifest, trees expanded.  Errors name file and line:
 * an unsorted or malformed line, an unknown name, a missing source, a setuid
 * or setgid file, an executable that is not static.
 */
int manifest_read(struct manifest *m, const char *path,
    const char *const *vars, struct err *e);

/* Sort everything read; a path that stands twice or has no parent directory
 * is an error. */
int manifest_finish(struct manifest *m, struct err *e);

/* m may be empty, zeroed, or freed before. */
void manifest_free(struct manifest *m);

#endif
