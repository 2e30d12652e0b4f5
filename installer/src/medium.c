/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codes.h"
#include "file.h"
#include "image.h"

const struct image_part image_parts[FILE_COUNT] = {
	[FILE_XEN] = { "xen.gz", "boot/xen.gz", NULL, "xen.gz", false },
	[FILE_VMLINUZ] = { "vmlinuz", "boot/vmlinuz", NULL, "vmlinuz", false },
	[FILE_INITRD] = { "initrd", "boot/initrd", NULL, "initrd", false },
	[FILE_DOMUS_EFI] = { "domus.efi", NULL, "domus.efi", "domus.efi",
	    false },
	[FILE_LOADER] = { "BOOTX64.EFI", NULL, "EFI/BOOT/BOOTX64.EFI",
	    "EFI/BOOT/BOOTX64.EFI", true },
	[FILE_EFI_IMG] = { "efi.img", "boot/efi.img", NULL, NULL, false },
};

#define EFI_IMG "boot/efi.img"

int
image_open(const char *dir, const char *name, char path_r[PATH_MAX],
    struct err *e)
{
	int fd;

	snprintf(path_r, PATH_MAX, "%s/%s", dir, name);
	fd = open(path_r, O_RDONLY | O_CLOEXEC);
	return fd == -1 ? err_sys(e, "%s", path_r) : fd;
}

int
image_damaged(const char *name, const char *where, struct err *e)
{
	err_set(e, "%s is damaged: its checksum is not the one of the "
	    "medium's list (%s)", name, where);
	return err_code(e, DI_DAMAGED);
}

static int
read_sums(struct install *in, struct err *e)
{
	char path[PATH_MAX], *text, *line, hex[HASH_HEX], name[64];

	snprintf(path, sizeof(path), "%s/boot/SHA256SUMS", in->medium);
	if (file_read(path, 65536, &text, NULL, e) == -1)
		return -1;
	for (line = text; *line != '\0'; line += strcspn(line, "\n"),
	    line += *line == '\n') {
		if (sscanf(line, "%64[0-9a-f]%*[ *]%63[^\n]", hex, name) !=
		    2)
			continue;
		for (int i = 0; i < FILE_COUNT; i++)
			if (strcmp(image_parts[i].name, name) == 0 &&
			    strlen(hex) == HASH_HEX - 1)
				memcpy(in->sums[i], hex, HASH_HEX);
	}
	free(text);
	for (int i = 0; i < FILE_COUNT; i++)
		if (in->sums[i][0] == '\0')
			return err_set(e, "%s: no checksum of %s", path,
			    image_parts[i].name);
	return 0;
}

static int
hash_in_fat(const char *file, const char *inside, char hex[HASH_HEX],
    struct err *e)
{
	struct fat *fat = NULL;
	int fd, rc = -1;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", file);
	if (fat_open(fd, 0, &fat, e) == -1 ||
	    fat_hash(fat, inside, hex, e) == -1)
		err_in(e, "%s", file);
	else
		rc = 0;
	fat_close(fat);
	close(fd);
	return rc;
}

/* Whether one part of the medium is whole; a damaged one is named. */
static int
check_part(struct install *in, enum image_file nr, struct err *e)
{
	const struct image_part *p = &image_parts[nr];
	char path[PATH_MAX], hex[HASH_HEX];

	if (p->on_medium != NULL) {
		snprintf(path, sizeof(path), "%s/%s", in->medium,
		    p->on_medium);
		if (hash_file(path, hex, e) == -1)
			return err_in(e, "%s", p->name);
	} else {
		snprintf(path, sizeof(path), "%s/%s", in->medium, EFI_IMG);
		if (hash_in_fat(path, p->in_efi_img, hex, e) == -1)
			return err_in(e, "%s", p->name);
	}
	if (strcmp(hex, in->sums[nr]) != 0)
		return image_damaged(p->name, path, e);
	if (!p->in_template)
		return 0;
	snprintf(path, sizeof(path), "%s/slot.fat", in->share);
	if (hash_in_fat(path, p->in_slot, hex, e) == -1)
		return -1;
	return strcmp(hex, in->sums[nr]) == 0 ? 0 :
	    image_damaged(p->name, path, e);
}

static int
open_source(const struct install *in, const struct image_part *p,
    struct source *s, struct err *e)
{
	struct fat_file file;
	char path[PATH_MAX];
	struct stat st;

	s->fd = image_open(in->medium, p->on_medium != NULL ? p->on_medium :
	    EFI_IMG, path, e);
	if (s->fd == -1)
		return -1;
	if (p->on_medium == NULL) {
		if (fat_open(s->fd, 0, &s->fat, e) == -1 ||
		    fat_find(s->fat, p->in_efi_img, &file, e) == -1)
			return err_in(e, "%s", path);
		fat_reader_init(&s->reader, s->fat, &file);
		s->size = file.size;
		return 0;
	}
	if (fstat(s->fd, &st) == -1)
		return err_sys(e, "%s", path);
	if (st.st_size > UINT32_MAX)
		return err_set(e, "%s: too large for a slot", path);
	s->size = (uint32_t)st.st_size;
	return 0;
}

int
source_open(const struct install *in, const struct image_part *p,
    struct source *s, struct err *e)
{
	if (open_source(in, p, s, e) == 0)
		return 0;
	e->code = DI_SOURCE;
	return -1;
}

void
source_close(struct source *s)
{
	fat_close(s->fat);
	hash_end(s->hash, NULL);
	if (s->fd != -1)
		close(s->fd);
}

int
source_read(void *arg, void *data, size_t len, struct err *e)
{
	struct source *s = arg;
	size_t got = 0;
	ssize_t n;

	if (s->fat != NULL) {
		if (fat_pull(&s->reader, data, len, e) == -1) {
			e->code = DI_SOURCE;	/* not the disk */
			return -1;
		}
		got = len;
	}
	while (got < len) {
		n = read(s->fd, (char *)data + got, len - got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err_sys(e, "read");
		else if (n == 0)
			err_set(e, "shorter than it was");
		if (n <= 0)
			return err_code(e, DI_SOURCE);
		got += (size_t)n;
	}
	hash_add(s->hash, data, len);
	*s->done += len;
	ui_progress(s->ui, *s->done, s->all);
	return 0;
}

int
image_size(const struct install *in, uint64_t *all_r, struct err *e)
{
	int rc = 0;

	*all_r = 0;
	for (int i = 0; rc == 0 && i < FILE_COUNT; i++) {
		struct source s = { .fd = -1 };

		if (image_parts[i].in_slot == NULL ||
		    image_parts[i].in_template)
			continue;
		rc = source_open(in, &image_parts[i], &s, e);
		*all_r += s.size;
		source_close(&s);
	}
	return rc;
}

int
medium_check(struct install *in, struct err *e)
{
	char path[PATH_MAX];
	struct fat *fat = NULL;
	uint64_t all, room;
	int fd;

	if (read_sums(in, e) == -1)
		return err_code(e, DI_NO_SUMS);
	for (int i = 0; i < FILE_COUNT; i++)
		if (check_part(in, (enum image_file)i, e) == -1)
			return -1;
	if (image_size(in, &all, e) == -1)
		return -1;
	fd = image_open(in->share, "slot.fat", path, e);
	if (fd == -1)
		return -1;
	if (fat_open(fd, 0, &fat, e) == -1) {
		close(fd);
		return err_in(e, "%s", path);
	}
	room = fat_room(fat);
	fat_close(fat);
	close(fd);
	if (all + MIB > room)
		return err_set(e, "the image has %" PRIu64 " MiB, a slot has "
		    "room for %" PRIu64, all / MIB, room / MIB);
	ui_say(in->ui, "  image of %" PRIu64 " MiB, %d parts, all whole",
	    all / MIB, FILE_COUNT);
	return 0;
}
