/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SLOT_H
#define SERVE_SLOT_H

#include <stdint.h>

#include "err.h"

/*
 * The image out of an installed host's slot, so that it is on that disk once.
 * The slot is mounted read-only, for this process alone: nobody else sees it,
 * and it is gone when the process is.
 */

/* The slot's root; the caller closes it.  Wants root. */
int slot_open(const char *device, struct err *e);

/* A file of the tree of make pxe that a slot has, too, under whatever name:
 * as tree_open(). */
int slot_file(int slot, const char *name, uint64_t *size_r);

#endif
