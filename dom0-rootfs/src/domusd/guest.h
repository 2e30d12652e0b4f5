/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_GUEST_H
#define DOMUSD_GUEST_H

#include "priv.h"
#include "request.h"

struct db;

/*
 * Records and the questions of vm.h: what [xen] is told of a VM, and what
 * becomes of its answers.
 */

/* A VM's config, its vbds and vifs among it; and one device of it. */
struct value *guest_config(const struct db *db, const struct record *vm);
struct value *guest_vbd(const struct db *db, const struct record *vbd);
struct value *guest_vif(const struct db *db, const struct record *vif);
struct value *guest_disk(const struct db *db, const struct record *vdi);

/* "xvda" of a userdevice, which may be that already. */
void guest_device(const char *userdevice, char device[16]);

/* Ask the host that the VM is on; v (taken) gets its uuid.  1 or -1. */
int guest_ask(struct request *q, const struct record *vm, enum priv what,
    struct value *v, method_fn *fn);

/* The same of a host that is still to have it. */
int guest_ask_at(struct request *q, const struct record *vm,
    struct record *host, enum priv what, struct value *v, method_fn *fn);

/*
 * What a question failed with, where [xen]'s names have become references.
 * -1, always.
 */
int guest_fail(struct request *q, const struct record *vm);

/* It has a domain now, on that host; what it was started with is attached. */
void guest_is_up(struct core *core, struct record *vm,
    const struct record *host, int64_t domid, bool paused);

/* guest_devices.c: what it was started with is attached, and then what [xen]
 * sees of it (a state of vm.h). */
void guest_devices_up(struct db *db, const struct record *vm);
void guest_devices_seen(struct db *db, const struct record *vm,
    const struct value *state);

/* Ask what is there, and go on hearing of what changes; now and then. */
void guest_watch(struct core *core);
/* host.domus_guests(host), by which it asks of a member */
int guest_host_guests(struct request *q);

#endif
