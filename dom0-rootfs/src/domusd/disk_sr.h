/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_SR_H
#define DOMUSD_DISK_SR_H

#include "call.h"
#include "value.h"

/*
 * SRs as a whole, for disk.c.  Two implementations, chosen when the program is
 * linked: disk_sr.c mounts, disk_sr_fake.c makes directories, for tests.
 * -1: the reply says why.
 */
int disk_sr_attach(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r);
int disk_sr_detach(const char *root, const char *sr, const char *type,
    struct reply *r);
int disk_sr_format(const char *root, const char *sr, const char *type,
    const struct value *config, bool force, struct reply *r);
int disk_sr_erase(const char *root, const char *sr, const char *type,
    const struct value *config, struct reply *r);
/* [{uuid device size}] of what could be attached, on NFS [{uuid}]; NULL: -1 */
struct value *disk_sr_probe(const char *root, const char *type,
    const struct value *config, struct reply *r);

#endif
