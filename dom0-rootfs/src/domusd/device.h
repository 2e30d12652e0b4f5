/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DEVICE_H
#define DOMUSD_DEVICE_H

#include "request.h"

struct db;

/* VBDs and VIFs: a VM's disks and network cards. */

/* 0: no other guest writes to its disk, and the disk is there. */
int vbd_attachable(struct request *q, const struct record *vbd);

/* A CD drive; one that is empty, for which a guest has no device. */
bool vbd_is_cd(const struct record *vbd);
bool vbd_no_device(const struct record *vbd);

/* {device}, for [xen]. */
struct value *vbd_named(const struct record *vbd);

/* In the middle of VDI.resize_online: tell the guest.  1 or -1. */
int vbd_resized(struct request *q, const struct record *vbd);

/* The first userdevice that the VM does not use yet, or -1. */
int vbd_free_number(const struct db *db, const struct record *vm);
int vif_free_number(const struct db *db, const struct record *vm);

/* A new address of ours, locally administered. */
void vif_mac(char mac[18]);

int vbd_create(struct request *q);
int vbd_destroy(struct request *q);
int vbd_plug(struct request *q);
int vbd_unplug(struct request *q);
int vbd_insert(struct request *q);
int vbd_eject(struct request *q);
int vbd_set_mode(struct request *q);
int vbd_assert_attachable(struct request *q);

int vif_create(struct request *q);
int vif_destroy(struct request *q);
int vif_plug(struct request *q);
int vif_unplug(struct request *q);
int vif_move(struct request *q);
int vif_set(struct request *q);

int device_allowed_vbds(struct request *q);
int device_allowed_vifs(struct request *q);

#endif
