/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_FAKE_H
#define DOMUSD_VM_FAKE_H

#include <stdbool.h>

struct reply;
struct value;

/* What a fake guest has that is real: files of its disks, and a terminal. */

/* The location of the first of these that is not there; NULL: all are. */
const char *fake_missing_disk(const char *root, const struct value *vbds);

/* Its terminal as the answer; see xen_login in xen_fake.c. */
void fake_console(bool runs, struct reply *r);

#endif
