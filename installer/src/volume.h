/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_VOLUME_H
#define INSTALLER_VOLUME_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/*
 * Volumes that are found by their label: whose disks nobody has chosen, so
 * that not a byte may be written to them, and whose content is not trusted.
 */
#define VOLUMES_MAX 8

struct volume {
	char name[64];			/* the kernel's: "sdb1" */
	const struct volume_kind *kind;	/* how it is mounted */
};

/*
 * Those of that label below root ("" but in tests), by name; not a partition
 * of a disk that is such a volume itself: an ISO written raw is one medium.
 */
size_t volumes_find(const char *root, const char *label,
    struct volume list[VOLUMES_MAX]);

int volume_mount(const struct volume *v, const char *where, struct err *e);

/*
 * A plain file's whole content.  *data_r is NULL without an error when there
 * is no such file; a link, pipe or device is an error.
 */
int volume_read(const char *path, size_t max, char **data_r, size_t *len_r,
    struct err *e);

#endif
