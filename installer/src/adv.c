/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adv.h"
#include "fat_volume.h"

/*
 * A sector of it: a first magic number, a checksum (the second one less the
 * sum of all words between it and the end), tags (a byte of what, a byte of
 * length, data; a 0 ends them), a last magic number.
 */
#define FIRST 0x5a2d2fa5u
#define SECOND 0xa3041767u
#define LAST 0xdd28bf64u
#define TAGS 8u
#define END (FAT_SECTOR - 4)
#define BOOT_ONCE 1
#define FILE_NAME "syslinux/ldlinux.sys"

/* Where its n'th copy lies on the slot's fd. */
static int
place(struct fat *f, unsigned int n, uint64_t *at_r, struct err *e)
{
	struct fat_file file;
	uint32_t at, cluster;

	if (fat_find(f, FILE_NAME, &file, e) == -1)
		return -1;
	if (file.size < 2 * FAT_SECTOR || file.size % FAT_SECTOR != 0)
		return err_set(e, FILE_NAME ": no room for what to boot once");
	at = file.size - (2 - n) * FAT_SECTOR;
	cluster = file.cluster;
	for (uint32_t i = at / f->cluster_size; i > 0; i--) {
		if (cluster < 2 || cluster - 2 >= f->clusters)
			break;
		cluster = fat_next(f, cluster);
	}
	if (cluster < 2 || cluster - 2 >= f->clusters)
		return err_set(e, FILE_NAME ": damaged FAT");
	*at_r = fat_place(f, cluster) + at % f->cluster_size;
	return 0;
}

static uint32_t
sum(const unsigned char *s)
{
	uint32_t v = SECOND;

	for (unsigned int i = TAGS; i < END; i += 4)
		v -= le32(s + i);
	return v;
}

static bool
is_adv(const unsigned char *s)
{
	return le32(s) == FIRST && le32(s + END) == LAST &&
	    le32(s + 4) == sum(s);
}

/* The whole copy of the two, or zeros with ok_r false. */
static int
adv_read(struct fat *f, unsigned char s[FAT_SECTOR], struct err *e)
{
	uint64_t at;

	for (unsigned int n = 0; n < 2; n++) {
		if (place(f, n, &at, e) == -1 ||
		    fat_pread(f->fd, s, FAT_SECTOR, at, e) == -1)
			return -1;
		if (is_adv(s))
			return 0;
	}
	return err_set(e, FILE_NAME ": not as syslinux's installer leaves it");
}

/* The tag's place, or that of the end of all tags. */
static unsigned int
find_tag(const unsigned char *s, unsigned char tag)
{
	unsigned int i = TAGS;

	while (i + 2 <= END && s[i] != 0 && s[i] != tag &&
	    i + 2 + s[i + 1] < END)
		i += 2u + s[i + 1];
	return i;
}

int
adv_once_get(struct fat *f, char *to, size_t size, struct err *e)
{
	unsigned char s[FAT_SECTOR];
	unsigned int i;

	to[0] = '\0';
	if (adv_read(f, s, e) == -1)
		return -1;
	i = find_tag(s, BOOT_ONCE);
	if (i + 2 <= END && s[i] == BOOT_ONCE && i + 2 + s[i + 1] <= END)
		snprintf(to, size, "%.*s", s[i + 1], (const char *)s + i + 2);
	return 0;
}

int
adv_once_set(struct fat *f, const char *command, struct err *e)
{
	size_t len = command != NULL ? strlen(command) : 0;
	unsigned char s[FAT_SECTOR];
	uint64_t at;

	if (adv_read(f, s, e) == -1)
		return -1;
	/* nobody else keeps anything there */
	memset(s + TAGS, 0, END - TAGS);
	if (len > 0) {
		if (len > 200)
			return err_set(e, "%s: too long", command);
		s[TAGS] = BOOT_ONCE;
		s[TAGS + 1] = (unsigned char)len;
		memcpy(s + TAGS + 2, command, len);
	}
	le32_put(s, FIRST);
	le32_put(s + END, LAST);
	le32_put(s + 4, sum(s));
	/* syslinux takes the first that is whole */
	for (unsigned int n = 2; n-- > 0;) {
		if (place(f, n, &at, e) == -1 ||
		    fat_pwrite(f->fd, s, sizeof(s), at, e) == -1)
			return -1;
		if (fsync(f->fd) == -1)
			return err_sys(e, "sync");
	}
	return 0;
}
