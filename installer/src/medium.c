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
#include "reach.h"

const struct image_part image_parts[FILE_COUNT] = {
	[FILE_XEN] = { "xen.gz", "boot/xen.gz", NULL, "xen.gz", false },
	[FILE_VMLINUZ] = { "vmlinuz", "boot/vmlinuz", NULL, "vmlinuz", false },
	[FILE_INITRD] = { "initrd", "boot/initrd", NULL, "initrd", false },
	[FILE_DOMUS_EFI] = { "domus.efi", NULL, "domus.efi", "domus.efi",
	    false },
	[FILE_LOADER] = { "BOOTX64.EFI", NULL, "EFI/BOOT/BOOTX64.EFI",
	    "EFI/BOOT/BOOTX64.EFI", true },
	[FILE_EFI_IMG] = { "efi.img", IMAGE_EFI_IMG, NULL, NULL, false },
};

/* The template's files that go with an image: what they tell it. */
static const char *const menus[] = { "syslinux/syslinux.cfg",
	"loader/entries/host.conf" };

int
image_damaged(const char *name, const char *where, struct err *e)
{
	err_set(e, "%s is damaged: its checksum is not the one of the "
	    "medium's list (%s)", name, where);
	return err_code(e, DI_DAMAGED);
}

static void
take_sum(struct install *in, const char *hex, const char *name)
{
	for (int i = 0; i < FILE_COUNT; i++)
		if (strcmp(image_parts[i].name, name) == 0 &&
		    strlen(hex) == HASH_HEX - 1)
			memcpy(in->sums[i], hex, HASH_HEX);
}

static int
read_sums(struct install *in, struct err *e)
{
	char *text, *line, hex[HASH_HEX], name[64];

	memset(in->sums, 0, sizeof(in->sums));
	in->menus[0] = '\0';
	if (image_text(in->medium, IMAGE_SUMS, 65536, &text, NULL, e) == -1)
		return -1;
	for (line = text; *line != '\0'; line += strcspn(line, "\n"),
	    line += *line == '\n') {
		if (sscanf(line, "# menus %64[0-9a-f]", hex) == 1)
			memcpy(in->menus, hex, strlen(hex) + 1);
		else if (sscanf(line, "%64[0-9a-f]%*[ *]%63[^\n]", hex,
		    name) == 2)
			take_sum(in, hex, name);
	}
	free(text);
	for (int i = 0; i < FILE_COUNT; i++)
		if (in->sums[i][0] == '\0' && (i != FILE_EFI_IMG ||
		    image_has(in->medium, IMAGE_EFI_IMG)))
			return err_set(e, "%s/" IMAGE_SUMS ": no checksum of "
			    "%s", in->medium, image_parts[i].name);
	return 0;
}

static int
hash_in_fat(int fd, uint64_t at, const char *inside, char hex[HASH_HEX],
    struct err *e)
{
	struct fat *fat = NULL;
	int rc = -1;

	if (fat_open(fd, at, &fat, e) == 0)
		rc = fat_hash(fat, inside, hex, e);
	fat_close(fat);
	return rc;
}

/* Of one part of the medium, be it a file or inside efi.img. */
static int
hash_part(const struct install *in, const struct image_part *p,
    char hex[HASH_HEX], char path[PATH_MAX], struct err *e)
{
	bool inside = p->on_medium == NULL &&
	    image_has(in->medium, IMAGE_EFI_IMG);
	struct image_at f;
	int rc;

	if (image_find(in->medium, p->on_medium != NULL ? p->on_medium :
	    inside ? IMAGE_EFI_IMG : IMAGE_DOMUS_EFI, &f, e) == -1)
		return -1;
	rc = inside ? hash_in_fat(f.fd, f.at, p->in_efi_img, hex, e) :
	    hash_fd(f.fd, f.size, hex, e);
	if (rc == -1)
		err_in(e, "%s", f.path);
	snprintf(path, PATH_MAX, "%s", f.path);
	close(f.fd);
	return rc;
}

/* The template's loader belongs to the image. */
static int
check_template(const struct install *in, const struct image_part *p,
    const char *sum, struct err *e)
{
	char path[PATH_MAX], hex[HASH_HEX];
	int fd = image_open(in->share, image_template(in), path, e), rc;

	if (fd == -1)
		return -1;
	rc = hash_in_fat(fd, 0, p->in_slot, hex, e);
	close(fd);
	if (rc == -1)
		return err_in(e, "%s", path);
	if (strcmp(hex, sum) == 0)
		return 0;
	err_set(e, "%s: the image has another than this installer", p->name);
	return err_code(e, DI_VERSION);
}

/* Whether one part of the medium is whole; a damaged one is named. */
static int
check_part(struct install *in, enum image_file nr, struct err *e)
{
	const struct image_part *p = &image_parts[nr];
	bool whole = image_has(in->medium, IMAGE_EFI_IMG);
	char path[PATH_MAX], hex[HASH_HEX];

	/* A directory has domus.efi itself and no boot loader for a medium. */
	if (whole || (nr != FILE_EFI_IMG && !p->in_template)) {
		if (hash_part(in, p, hex, path, e) == -1)
			return err_in(e, "%s", p->name);
		if (strcmp(hex, in->sums[nr]) != 0)
			return image_damaged(p->name, path, e);
	}
	return p->in_template ? check_template(in, p, in->sums[nr], e) : 0;
}

/* What the template's menus say to the image is the image's own idea of it. */
static int
check_menus(const struct install *in, struct err *e)
{
	char path[PATH_MAX], hex[HASH_HEX];
	struct fat *fat = NULL;
	struct buf b = { 0 };
	int fd, rc = 0;

	if (in->menus[0] == '\0')
		return 0;
	fd = image_open(in->share, image_template(in), path, e);
	if (fd == -1 || fat_open(fd, 0, &fat, e) == -1)
		rc = -1;
	for (size_t i = 0; rc == 0 && i < sizeof(menus) / sizeof(menus[0]);
	    i++)
		rc = fat_text(fat, menus[i], &b, e);
	if (rc == 0)
		rc = buf_ok(&b, e);
	hash_bytes(buf_str(&b), b.len, hex);
	buf_free(&b);
	fat_close(fat);
	if (fd != -1)
		close(fd);
	if (rc == -1)
		return err_in(e, "%s", path);
	if (strcmp(hex, in->menus) == 0)
		return 0;
	err_set(e, "the image wants other boot menus than this installer "
	    "writes");
	return err_code(e, DI_VERSION);
}

static int
open_source(const struct install *in, const struct image_part *p,
    struct source *s, struct err *e)
{
	bool inside = p->on_medium == NULL &&
	    image_has(in->medium, IMAGE_EFI_IMG);
	struct fat_file file;
	struct image_at f;

	if (image_find(in->medium, p->on_medium != NULL ? p->on_medium :
	    inside ? IMAGE_EFI_IMG : IMAGE_DOMUS_EFI, &f, e) == -1)
		return -1;
	s->fd = f.fd;
	if (inside) {
		if (fat_open(s->fd, f.at, &s->fat, e) == -1 ||
		    fat_find(s->fat, p->in_efi_img, &file, e) == -1)
			return err_in(e, "%s", f.path);
		fat_reader_init(&s->reader, s->fat, &file);
		s->size = file.size;
		return 0;
	}
	if (f.size > UINT32_MAX)
		return err_set(e, "%s: too large for a slot", f.path);
	s->size = (uint32_t)f.size;
	return 0;
}

int
source_open(const struct install *in, const struct image_part *p,
    struct source *s, struct err *e)
{
	s->in = in;
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

	if (install_late(s->in, e) == -1)
		return -1;
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
	if (check_menus(in, e) == -1)
		return -1;
	if (image_size(in, &all, e) == -1)
		return -1;
	fd = image_open(in->share, image_template(in), path, e);
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
