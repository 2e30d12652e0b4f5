/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_XVA_OBJECTS_H
#define DOMUSD_XVA_OBJECTS_H

#include "db.h"

struct core;

/*
 * What ova.xml (xva.h) says of a VM: {version objects}; the caller's.  *disks_r
 * is [{name sr location}] of the disks whose blocks follow, in their order;
 * the caller's, too.
 */
struct value *xva_objects(const struct core *core, const struct record *vm,
    struct value **disks_r);

/* A disk's VBD: it is in the file, and not only named. */
bool xva_has_disk(const struct db *db, const struct record *vbd);

#endif
