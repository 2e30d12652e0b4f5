/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_FAKE_H
#define DOMUSD_VM_FAKE_H

#include <stdbool.h>
#include <stddef.h>

struct reply;
struct value;

/* What a fake guest has that is real: files of its disks, and a terminal. */

/* The location of the first of these that is not there; NULL: all are. */
const char *fake_missing_disk(const char *root, const struct value *vbds);

/* A question's device comes or goes, of a state; all of a new guest's. */
void fake_device(struct value *g, const char *what,
    const struct value *device);
void fake_devices(struct value *g, const struct value *config);

/* Its terminal as the answer; see xen_login in xen_fake.c. */
void fake_console(bool runs, struct reply *r);

/* A line about this question, beside the guests' file: xen_fake.c. */
void fake_note(const char *guests, const char *what, const struct value *p);

/*
 * The answer to `stats': of a file with ".stats" behind the machine's name, a
 * list of answers that come one after the other (*n counts), the last one
 * again and again; else what the guests' states say.
 */
struct value *fake_stats(const char *path, const struct value *guests,
    size_t *n);

#endif
