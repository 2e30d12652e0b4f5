/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_IMAGE_H
#define INSTALLER_IMAGE_H

#include <limits.h>
#include <stdbool.h>

#include "buf.h"
#include "fat.h"
#include "install.h"

/*
 * The image's files, on the medium and in a slot; medium.c and slot.c.
 *
 * A slot is the template (a FAT32 with both boot loaders) and the image's
 * files.  The medium holds them in /boot, domus.efi inside efi.img, and
 * SHA256SUMS of all: nothing is written unless each part matches.
 */
struct image_part {
	const char *name;	/* in SHA256SUMS */
	const char *on_medium;	/* below the medium's root, or NULL */
	const char *in_efi_img;	/* or NULL */
	const char *in_slot;	/* NULL: not there */
	bool in_template;	/* comes with the template */
};

extern const struct image_part image_parts[FILE_COUNT];

/* A part of the medium for reading. */
struct source {
	int fd;
	struct fat *fat;
	uint32_t size;
	struct ui *ui;
	uint64_t *done, all;
	struct hash *hash;
	struct fat_reader reader;	/* of a file inside efi.img */
};

int image_open(const char *dir, const char *name, char path_r[PATH_MAX],
    struct err *e);

/* s is zeroed but for fd -1; source_close() in any case. */
int source_open(const struct install *in, const struct image_part *p,
    struct source *s, struct err *e);
void source_close(struct source *s);

/* A fat_source: hashes and counts what it hands over. */
int source_read(void *arg, void *data, size_t len, struct err *e);

/* Bytes of all files that are copied into a slot. */
int image_size(const struct install *in, uint64_t *all_r, struct err *e);

/* Say that a part is damaged; -1. */
int image_damaged(const char *name, const char *where, struct err *e);

#endif
