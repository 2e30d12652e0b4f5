/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_IMAGE_H
#define DOMUSD_DISK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* A disk's file, read and written by what is in it: zeros are holes. */
struct image {
	int fd;
	uint64_t size;
	bool fresh;		/* it is all holes where nothing was written */
};

/* -1 and e, with e->sys; also when it would be beyond the disk's end. */
int image_write(const struct image *im, uint64_t at, const void *data,
    size_t len, struct err *e);

/* All of len; what is behind the end is zeros. */
int image_read(const struct image *im, uint64_t at, void *data, size_t len,
    struct err *e);

/*
 * Whether something is allocated between at and at + len; where it is not,
 * there are only zeros.
 */
bool image_has(const struct image *im, uint64_t at, uint64_t len);

bool image_is_zero(const void *data, size_t len);

#endif
