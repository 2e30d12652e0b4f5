/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "image.h"

static int
copy_part(struct install *in, struct fat *slot, enum image_file nr,
    uint64_t *done, uint64_t all, struct err *e)
{
	struct source s = { .fd = -1, .ui = in->ui, .done = done,
		.all = all };
	char hex[HASH_HEX];
	int rc = -1;

	s.hash = hash_new();
	if (s.hash == NULL) {
		err_sys(e, "%s", image_parts[nr].name);
		goto out;
	}
	if (source_open(in, &image_parts[nr], &s, e) == -1 ||
	    fat_create(slot, image_parts[nr].in_slot, s.size, source_read, &s,
	    e) == -1)
		goto out;
	hash_end(s.hash, hex);
	s.hash = NULL;
	if (strcmp(hex, in->sums[nr]) != 0) {
		image_damaged(image_parts[nr].name, "while it was copied", e);
		goto out;
	}
	rc = 0;
out:
	source_close(&s);
	return rc;
}

static int
text_source(void *arg, void *data, size_t len, struct err *e)
{
	const char **text = arg;

	(void)e;
	memcpy(data, *text, len);
	*text += len;
	return 0;
}

/* The slot's own list: what a slot holds of the image. */
static int
write_sums(struct install *in, struct fat *slot, struct err *e)
{
	struct buf b = { 0 };
	const char *text;
	int rc;

	for (int i = 0; i < FILE_COUNT; i++)
		if (image_parts[i].in_slot != NULL)
			buf_printf(&b, "%s  %s\n", in->sums[i],
			    image_parts[i].in_slot);
	text = buf_str(&b);
	rc = buf_ok(&b, e) == -1 ? -1 : fat_create(slot, "SHA256SUMS",
	    (uint32_t)b.len, text_source, &text, e);
	buf_free(&b);
	return rc;
}

/*
 * The host's entry in both loaders' configuration tells dom0 which state is
 * its own: another disk may hold another host.  scripts/mkboot leaves the nil
 * UUID there to be replaced.
 */
#define TELL "domus.state="
#define NIL_UUID "00000000-0000-0000-0000-000000000000"

static const char *const tells[] = { "syslinux/syslinux.cfg",
	"loader/entries/host.conf" };
#define NTELLS (sizeof(tells) / sizeof(tells[0]))

static void
tell_word(const struct install *in, char to[64])
{
	snprintf(to, 64, TELL "%s", in->uuids[0].part[PART_STATE]);
}

static int
tell_state(const struct install *in, struct fat *slot, struct err *e)
{
	unsigned int n;
	char word[64];

	tell_word(in, word);
	for (size_t i = 0; i < NTELLS; i++) {
		if (fat_replace(slot, tells[i], TELL NIL_UUID, word, &n, e)
		    == -1)
			return -1;
		if (n == 0)
			return err_set(e, "%s: no place for " TELL, tells[i]);
	}
	return 0;
}

static int
verify_told(const struct install *in, struct fat *slot, struct err *e)
{
	struct buf b = { 0 };
	char word[64];
	int rc = 0;

	tell_word(in, word);
	for (size_t i = 0; rc == 0 && i < NTELLS; i++) {
		buf_reset(&b);
		if (fat_text(slot, tells[i], &b, e) == -1)
			rc = -1;
		else if (strstr(buf_str(&b), word) == NULL)
			rc = err_set(e, "%s reads back differently: the disk "
			    "is not to be trusted", tells[i]);
	}
	buf_free(&b);
	return rc;
}

static int
clone_template(struct install *in, int fd, uint64_t offset, struct err *e)
{
	struct fat *fat = NULL;
	char path[PATH_MAX];
	int from, rc = -1;

	from = image_open(in->share, "slot.fat", path, e);
	if (from == -1)
		return -1;
	if (fat_open(from, 0, &fat, e) == -1 ||
	    fat_clone(fat, fd, offset, e) == -1)
		err_in(e, "%s", path);
	else
		rc = 0;
	fat_close(fat);
	close(from);
	return rc;
}

int
slot_write(struct install *in, struct err *e)
{
	const struct plan_disk *pd = &in->plan->disks[0];
	uint64_t offset = plan_part(pd, PART_SLOT_A)->start, done = 0, all;
	struct fat *slot = NULL;
	int fd, rc = -1;

	if (image_size(in, &all, e) == -1)
		return -1;
	fd = open(pd->disk->node, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", pd->disk->node);
	if (clone_template(in, fd, offset, e) == -1 ||
	    fat_open(fd, offset, &slot, e) == -1 ||
	    tell_state(in, slot, e) == -1)
		goto out;
	for (int i = 0; i < FILE_COUNT; i++)
		if (image_parts[i].in_slot != NULL &&
		    !image_parts[i].in_template && copy_part(in, slot,
		    (enum image_file)i, &done, all, e) == -1)
			goto out;
	rc = write_sums(in, slot, e);
out:
	fat_close(slot);
	close(fd);
	return rc == -1 ? err_in(e, "%s: slot A", pd->disk->node) : 0;
}

int
slot_verify(struct install *in, struct err *e)
{
	const struct plan_disk *pd = &in->plan->disks[0];
	const struct plan_part *pp = plan_part(pd, PART_SLOT_A);
	struct fat *slot = NULL;
	char hex[HASH_HEX];
	int fd, rc = -1;

	fd = open(pd->disk->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", pd->disk->node);
	/* From the disk, not from memory. */
	posix_fadvise(fd, (off_t)pp->start, (off_t)pp->size,
	    POSIX_FADV_DONTNEED);
	if (fat_open(fd, pp->start, &slot, e) == -1)
		goto out;
	for (int i = 0; i < FILE_COUNT; i++) {
		if (image_parts[i].in_slot == NULL)
			continue;
		if (fat_hash(slot, image_parts[i].in_slot, hex, e) == -1)
			goto out;
		if (strcmp(hex, in->sums[i]) != 0) {
			err_set(e, "%s reads back differently: the disk is "
			    "not to be trusted", image_parts[i].in_slot);
			goto out;
		}
	}
	rc = verify_told(in, slot, e);
out:
	fat_close(slot);
	close(fd);
	return rc == -1 ? err_in(e, "%s: slot A", pd->disk->node) : 0;
}
