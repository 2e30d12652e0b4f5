/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_POWER_H
#define DOMUSD_VM_POWER_H

#include "request.h"

/* From halted to running and back. */
int vm_start(struct request *q);
int vm_start_on(struct request *q);
int vm_shutdown(struct request *q);	/* clean_, hard_, and just shutdown */
int vm_reboot(struct request *q);	/* clean_ and hard_ */
int vm_pause(struct request *q);
int vm_unpause(struct request *q);
int vm_suspend(struct request *q);
int vm_resume(struct request *q);
int vm_resume_on(struct request *q);
int vm_power_state_reset(struct request *q);

/* Where its memory goes when it sleeps; NULL: VM_NO_SUSPEND_SR. */
const struct record *vm_suspend_sr(struct request *q,
    const struct record *vm);
/* The record of a disk with its memory, to be; and into job's first making,
 * which has been made, with it. */
struct value *vm_image_fields(const struct record *vm);
int vm_ask_suspend(struct request *q, method_fn *fn);

/*
 * place.c: 0 when the host can run the VM; else -1: HOST_OFFLINE,
 * HOST_DISABLED, VM_REQUIRES_SR, HOST_NOT_ENOUGH_FREE_MEMORY...
 */
int place_ok(struct request *q, const struct record *vm,
    const struct record *host);
/* The best host for it, or NULL: NO_HOSTS_AVAILABLE, or why the one does
 * not suit. */
struct record *place_choose(struct request *q, const struct record *vm);
int place_assert_can_boot_here(struct request *q);
int place_get_possible_hosts(struct request *q);
int place_assert_agile(struct request *q);

#endif
