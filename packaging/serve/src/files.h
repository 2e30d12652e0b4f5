/* SPDX-License-Identifier: ISC */
#ifndef SERVE_FILES_H
#define SERVE_FILES_H

#include <stdint.h>

#include "buf.h"
#include "site.h"

/* Where files are: a directory, and behind it a slot (slot.h) or -1. */
struct roots {
	int tree, slot;
};

/*
 * What TFTP and HTTP hand out of the tree: files as they are, but
 * configurations (pxelinux.cfg/..., *.ipxe) with this server's words in them.
 * A machine without a pxelinux.cfg/01-MAC of its own gets the default under
 * that name.
 */
struct file {
	int fd;			/* -1: it is in text */
	struct buf text;
	uint64_t size;
};

/* Open it; -1: there is none.  files_close() in either case. */
int files_open(const struct site *s, const struct roots *r, const char *name,
    struct file *f);
void files_close(struct file *f);

#endif
