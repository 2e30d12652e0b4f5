/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_IMAGE_H
#define INSTALLER_IMAGE_H

#include <limits.h>
#include <stdbool.h>

#include "buf.h"
#include "fat.h"
#include "install.h"

/*
 * The image's files, on the medium and in a slot; image.c, medium.c, slot.c.
 *
 * A slot is the template (a FAT32 with both boot loaders) and the image's
 * files.  The medium holds them in /boot, domus.efi inside efi.img or beside
 * the others, and SHA256SUMS of all: nothing is written unless each part
 * matches.  The medium is a directory or an ISO that is one file.
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
	const struct install *in;
	struct hash *hash;
	struct fat_reader reader;	/* of a file inside efi.img */
};

/* What a slot is made from, below share: by the sectors of the host's disk. */
const char *image_template(const struct install *in);

int image_open(const char *dir, const char *name, char path_r[PATH_MAX],
    struct err *e);

/* A file of the medium: fd stands at its first byte. */
struct image_at {
	int fd;
	uint64_t at, size;
	char path[PATH_MAX];	/* for messages */
};
int image_find(const char *medium, const char *name, struct image_at *f,
    struct err *e);
bool image_has(const char *medium, const char *name);

/* A small file whole; the caller frees it. */
int image_text(const char *medium, const char *name, size_t max,
    char **text_r, size_t *len_r, struct err *e);

#define IMAGE_SUMS "boot/SHA256SUMS"
#define IMAGE_SIG IMAGE_SUMS ".sig"
#define IMAGE_EFI_IMG "boot/efi.img"
#define IMAGE_DOMUS_EFI "boot/domus.efi"

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
