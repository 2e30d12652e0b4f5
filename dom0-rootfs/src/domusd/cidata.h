/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CIDATA_H
#define DOMUSD_CIDATA_H

#include "vm_config.h"

/*
 * A guest's configuration drive: cloud-init's data source NoCloud, which is a
 * file system of the label CIDATA with files of these names.  In vm.h's config
 * it is `cidata', a struct of names and texts.
 */
#define CIDATA_MAX ((size_t)1 << 20)	/* bytes of all texts */

/*
 * Make fd, an empty file, such a drive.  v: as above; a name that is none of
 * NoCloud's, a text that is none, or too much text is an error.
 */
int cidata_image(int fd, const struct value *v, struct err *e);

/*
 * The drive for a guest that is about to be built, as its last device from
 * xvdz down that is free; nothing when v is NULL.  path_r is a file that the
 * caller removes as soon as the guest has it (or not), or "".  0, or -1 and r.
 */
int cidata_add(const struct value *v, struct vm_config *c,
    char path_r[VM_PATH], struct reply *r);

#endif
