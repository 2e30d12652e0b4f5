/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VDI_H
#define DOMUSD_VDI_H

#include "request.h"

struct db;

/* Disks: their records, and what is done to them through [disk]. */

/* Its record, and what refers to it, go. */
void vdi_gone(struct db *db, struct record *vdi);

/* What a scan has found in an SR: [{location size used}]. */
void vdi_found(struct request *q, struct record *sr,
    const struct value *disks);

/* -1 and VDI_IN_USE when a guest has it. */
int vdi_is_free(struct request *q, const struct record *vdi, const char *op);

/* -1 and VDI_IN_USE when a guest of that host has a disk of the SR. */
int vdi_sr_in_use(struct request *q, const struct record *sr,
    const struct record *host);

/* The VBD by which a live VM has it, or NULL. */
struct record *vdi_attached(const struct db *db, const struct record *vdi);

/* What a copy's record takes from its original. */
struct value *vdi_fields_of(const struct record *vdi);

/* The same, for a snapshot that is taken now. */
struct value *vdi_fields_of_snapshot(const struct core *core,
    const struct record *vdi);

int vdi_create(struct request *q);
int vdi_destroy(struct request *q);
int vdi_forget(struct request *q);
int vdi_introduce(struct request *q);
int vdi_resize(struct request *q);
int vdi_clone(struct request *q);
int vdi_snapshot(struct request *q);
int vdi_copy(struct request *q);
int vdi_pool_migrate(struct request *q);
int vdi_update(struct request *q);
int vdi_set_flag(struct request *q);
int vdi_get_nbd_info(struct request *q);
int vdi_no_cbt(struct request *q);

#endif
