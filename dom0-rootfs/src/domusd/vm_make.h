/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_MAKE_H
#define DOMUSD_VM_MAKE_H

#include <stdint.h>

#include "request.h"

struct db;

/* Making, copying and removing VMs. */

/* A VM's record and its metrics; fields (taken) as the model has them. */
struct record *vm_new(struct db *db, struct value *fields);

/* What another VM made from this one has of it. */
struct value *vm_fields_of(const struct record *vm);

/* A VBD or VIF of one VM, for another.  fresh: with a new MAC address. */
struct record *vbd_like(struct db *db, const struct record *vbd,
    const struct record *vm, const char *vdi);
struct record *vif_like(struct db *db, const struct record *vif,
    const struct record *vm, bool fresh);

/* A VM with everything that only it has; not its disks. */
void vm_gone(struct core *core, struct record *vm);

/* 0: these can be a VM's figures; else the code that says why not. */
int vm_check_memory(struct request *q, int64_t static_min,
    int64_t dynamic_min, int64_t dynamic_max, int64_t static_max);
int vm_check_vcpus(struct request *q, int64_t max, int64_t startup);

/* vm_copy.c, for a checkpoint: the snapshot but for its memory; then `end',
 * with its reference in job.other. */
int vm_copy_disks(struct request *q, method_fn *end);

int vm_create(struct request *q);
int vm_destroy(struct request *q);
int vm_clone(struct request *q);
int vm_copy(struct request *q);
int vm_snapshot(struct request *q);
int vm_checkpoint(struct request *q);
int vm_revert(struct request *q);
int vm_go_on(struct request *q);
int vm_provision(struct request *q);
int vm_copy_bios_strings(struct request *q);

/* template.c: the templates, when the pool has never had them. */
void template_make_all(struct core *core);

/* vm_set.c */
int vm_set_memory(struct request *q);
int vm_set_vcpus(struct request *q);
int vm_set_vcpus_live(struct request *q);
int vm_set_halted(struct request *q);
int vm_set_is_a_template(struct request *q);
int vm_compute_memory_overhead(struct request *q);
int vm_maximise_memory(struct request *q);
int vm_set_vcpus_params_live(struct request *q);

#endif
