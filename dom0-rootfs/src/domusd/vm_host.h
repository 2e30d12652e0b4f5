/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_HOST_H
#define DOMUSD_VM_HOST_H

#include <libxl.h>
#include <libxl_utils.h>
#include <xenstore.h>
#include <xentoollog.h>

#include "priv.h"
#include "vm_config.h"

struct log;

/*
 * Xen, for one of [xen]'s processes: the one that answers, or a worker.  What
 * fails fills in a reply, since its code is [core]'s to pass on.
 */
struct vm_host {
	xentoollog_logger logger;	/* libxl's words come here */
	char said[512];			/* the last error among them */
	const struct log *log;
	libxl_ctx *ctx;
	struct xs_handle *xs;
};

/* h is zeroed, and stays where it is. */
int vm_host_open(struct vm_host *h, const struct log *log, struct err *e);
void vm_host_close(struct vm_host *h);

/* INTERNAL_ERROR with `what' and what libxl said last.  -1. */
int vm_host_failed(struct vm_host *h, const char *what, struct reply *r);

/* The domain that has this uuid: 1; 0: there is none.  d is initialised and
 * the caller's to dispose. */
int vm_host_find(struct vm_host *h, const char *vm, libxl_dominfo *d);

/* The same, which must be there: its number, or -1 and r. */
int vm_host_domid(struct vm_host *h, const char *vm, struct reply *r);

/* The same for the member `vm' of a question. */
int vm_host_of(struct vm_host *h, const struct value *arg, struct reply *r);

/* xenstore: "/local/domain/DOMID/NAME" and more; strings of at most 4 KiB. */
struct vm_path {
	char s[256];
};
struct vm_path vm_path(int domid, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The caller frees it; NULL: not there. */
char *vm_read(struct vm_host *h, const char *path);
int vm_write(struct vm_host *h, const char *path, const char *value,
    struct reply *r);

/* What we have said of a domain of ours. */
#define VM_MARK "domus"
#define VM_MARK_BUILDING "building"
#define VM_MARK_READY "ready"

/* Milliseconds later. */
void vm_sleep(int ms);

/* vm_build.c: with an image, its memory is taken from there. */
int vm_build(struct vm_host *h, const struct vm_config *c, const char *image,
    int *domid_r, struct reply *r);

/* vm_end.c.  destroy: also when it has gone. */
int vm_end_destroy(struct vm_host *h, int domid, struct reply *r);
int vm_end_clean(struct vm_host *h, int domid, const char *vm,
    const char *how, struct reply *r);
int vm_end_save(struct vm_host *h, int domid, const char *vm,
    const char *path, bool go_on, struct reply *r);
/* What a worker that died, and an earlier [xen], have left. */
void vm_end_undo(struct vm_host *h, const char *vm);
void vm_end_sweep(struct vm_host *h);

/* vm_disk.c.  For libxl: d is initialised and the caller's to dispose. */
void vm_disk_config(const struct vbd_config *c, libxl_device_disk *d);
int vm_disk_connect(struct vm_host *h, int domid, const struct vbd_config *c,
    struct reply *r);
int vm_disk_plug(struct vm_host *h, int domid, const struct vbd_config *c,
    struct reply *r);
int vm_disk_unplug(struct vm_host *h, int domid, const char *device,
    bool force, struct reply *r);
int vm_disk_resize(struct vm_host *h, int domid, const char *device,
    struct reply *r);

/* vm_nic.c: the same. */
void vm_nic_config(const struct vif_config *c, libxl_device_nic *n);
int vm_nic_connect(struct vm_host *h, int domid, const struct vif_config *c,
    struct reply *r);
int vm_nic_plug(struct vm_host *h, int domid, const struct vif_config *c,
    struct reply *r);
int vm_nic_unplug(struct vm_host *h, int domid, int devid, bool force,
    struct reply *r);
int vm_nic_set(struct vm_host *h, int domid, const struct vif_config *c,
    struct reply *r);

/* What internal networks leave when a domain (0: any) has gone. */
void vm_nic_sweep(struct vm_host *h, int domid);

/* vm_look.c: values for [core]. */
struct value *vm_look(struct vm_host *h);

/* vm_stats.c: of the answer to `stats'. */
struct value *vm_stats(struct vm_host *h);

/* vm_work.c: one question, answered in a worker. */
void vm_work(struct vm_host *h, enum priv what, const struct value *arg,
    struct reply *r);

/* vm_tune.c: questions of a worker's. */
int vm_tune_memory(struct vm_host *h, const struct value *arg,
    struct reply *r);
int vm_tune_vcpus(struct vm_host *h, const struct value *arg,
    struct reply *r);
int vm_tune_sched(struct vm_host *h, const struct value *arg,
    struct reply *r);

/* vm_selftest.c */
int vm_selftest(struct vm_host *h, const struct value *arg, struct reply *r);

#endif
