/* SPDX-License-Identifier: ISC */
#ifndef BASE_ISO9660_H
#define BASE_ISO9660_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/*
 * Just enough of ISO 9660 (ECMA-119, with Rock Ridge's names, IEEE P1282) to
 * find a file's directory record in an image and to change it in place.
 */
#define ISO_BLOCK 2048u

struct iso_file {
	uint64_t at;		/* of the record in the image, bytes */
	uint8_t record[255];	/* its bytes */
	uint32_t extent;	/* first block of the file's bytes */
	uint32_t size;		/* bytes */
	size_t iso_name, iso_name_len;	/* in record: "ANSWERS.XML;1" */
	size_t name, name_len;		/* Rock Ridge's: "answers.xml" */
	size_t mode;			/* Rock Ridge's mode; 0: none */
};

/*
 * Find a name in the bytes of one directory; 0, or -1 when it is not there or
 * the directory is damaged (then what follows the damage is not looked at).
 * at is the directory's place in the image.
 */
int iso_dir_find(const uint8_t *dir, size_t len, uint64_t at, const char *name,
    struct iso_file *f);

/* Find a file by its path ("boot/initrd") in the image that fd is. */
int iso_find(int fd, const char *path, struct iso_file *f, struct err *e);

/* Both set the bytes in record alone: ECMA-119 7.3.3, both byte orders. */
void iso_set_extent(struct iso_file *f, uint32_t extent, uint32_t size);
void iso_set_mode(struct iso_file *f, uint32_t mode);

/* Another name of the same length ("answers.off" -> "answers.xml"). */
int iso_set_name(struct iso_file *f, const char *name, struct err *e);

/* Write the record back to where it was found. */
int iso_store(int fd, const struct iso_file *f, struct err *e);

/* All len bytes from or to a place in the image. */
int iso_read(int fd, void *data, size_t len, uint64_t at, struct err *e);
int iso_write(int fd, const void *data, size_t len, uint64_t at,
    struct err *e);

#endif
