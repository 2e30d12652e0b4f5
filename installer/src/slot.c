/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codes.h"
#include "image.h"

#define LIST_MAX 65536

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

/* The image's own list and its signature as they came: the host can hand the
 * image on, and whoever takes it asks for both (domus-serve). */
static int
keep_list(struct install *in, struct fat *slot, const char *from,
    const char *name, struct err *e)
{
	const char *at;
	char *text;
	size_t len;
	int rc;

	if (!image_has(in->medium, from))
		return 0;
	if (image_text(in->medium, from, LIST_MAX, &text, &len, e) == -1)
		return err_code(e, DI_SOURCE);
	at = text;
	rc = fat_create(slot, name, (uint32_t)len, text_source, &at, e);
	free(text);
	return rc;
}

/*
 * The host's entries in both loaders' configuration tell dom0 which slot it
 * came from and which state is its own: another disk may hold another host.
 * And syslinux knows the other slot, to try it or to go back to it.  What
 * scripts/mkboot leaves there is replaced in place.
 */
#define NIL_UUID "00000000-0000-0000-0000-000000000000"
#define NWORDS 4

struct word {
	char from[64], to[64];
};

static const struct { const char *name; int nwords; } tells[] = {
	{ "syslinux/syslinux.cfg", NWORDS },
	{ "loader/entries/host.conf", NWORDS - 1 },
};
#define NTELLS (sizeof(tells) / sizeof(tells[0]))

static void
make_words(const struct install *in, struct word w[NWORDS])
{
	const struct slots *s = &in->slots;
	bool trial = in->plan->answers->mode == MODE_UPGRADE;
	const struct { const char *key, *from, *to; } rows[NWORDS] = {
		{ "domus.state=", NIL_UUID, s->state.uuid },
		{ "domus.slot=", NIL_UUID, s->slot[in->target].uuid },
		{ "domus.trial=", "0", trial ? "1" : "0" },
		{ "guid=", NIL_UUID, s->slot[!in->target].uuid },
	};

	for (int i = 0; i < NWORDS; i++) {
		snprintf(w[i].from, sizeof(w[i].from), "%s%s", rows[i].key,
		    rows[i].from);
		snprintf(w[i].to, sizeof(w[i].to), "%s%s", rows[i].key,
		    rows[i].to);
	}
}

static int
tell(const struct install *in, struct fat *slot, struct err *e)
{
	struct word w[NWORDS];
	unsigned int n;

	make_words(in, w);
	for (size_t i = 0; i < NTELLS; i++)
		for (int k = 0; k < tells[i].nwords; k++) {
			if (fat_replace(slot, tells[i].name, w[k].from,
			    w[k].to, &n, e) == -1)
				return -1;
			if (n == 0)
				return err_set(e, "%s: no place for %s",
				    tells[i].name, w[k].from);
		}
	return 0;
}

static int
verify_told(const struct install *in, struct fat *slot, struct err *e)
{
	struct word w[NWORDS];
	struct buf b = { 0 };
	int rc = 0;

	make_words(in, w);
	for (size_t i = 0; rc == 0 && i < NTELLS; i++) {
		buf_reset(&b);
		rc = fat_text(slot, tells[i].name, &b, e);
		for (int k = 0; rc == 0 && k < tells[i].nwords; k++)
			if (strstr(buf_str(&b), w[k].to) == NULL)
				rc = err_set(e, "%s reads back differently: "
				    "the disk is not to be trusted",
				    tells[i].name);
	}
	buf_free(&b);
	return rc;
}

/* A slot that is being written, beside the template that it is a clone of. */
struct clone {
	int from, to;
	struct fat *template, *slot;
	uint64_t offset;
};

static void
clone_close(struct clone *c)
{
	fat_close(c->slot);
	fat_close(c->template);
	if (c->from != -1)
		close(c->from);
	if (c->to != -1)
		close(c->to);
}

/* A file system's sectors are as large as its disk's, once there is one. */
const char *
image_template(const struct install *in)
{
	const struct disk *d = in->plan != NULL ? in->plan->disks[0].disk :
	    NULL;

	return d == NULL || d->logical == 512 ? "slot.fat" : "slot4k.fat";
}

/* clone_close() in any case. */
static int
clone_open(const struct install *in, struct clone *c, struct err *e)
{
	const struct slots *s = &in->slots;
	char path[PATH_MAX];

	*c = (struct clone){ .from = -1, .to = -1,
		.offset = s->slot[in->target].start };
	c->from = image_open(in->share, image_template(in), path, e);
	if (c->from == -1)
		return -1;
	if (fat_open(c->from, 0, &c->template, e) == -1)
		return err_in(e, "%s", path);
	if (fat_size(c->template) > s->slot[in->target].size)
		return err_set(e, "it has %" PRIu64 " MiB and %" PRIu64 " are "
		    "needed", s->slot[in->target].size / MIB,
		    fat_size(c->template) / MIB);
	c->to = open(s->node, O_RDWR | O_CLOEXEC);
	return c->to == -1 ? err_sys(e, "%s", s->node) : 0;
}

static int
in_slot(const struct install *in, int rc, struct err *e)
{
	return rc == -1 ? err_in(e, "%s: slot %s", in->slots.node,
	    slot_name(in->target)) : 0;
}

static int
write_files(struct install *in, struct fat *slot, uint64_t all, struct err *e)
{
	uint64_t done = 0;

	for (int i = 0; i < FILE_COUNT; i++)
		if (image_parts[i].in_slot != NULL &&
		    !image_parts[i].in_template && copy_part(in, slot,
		    (enum image_file)i, &done, all, e) == -1)
			return -1;
	if (keep_list(in, slot, IMAGE_SUMS, "image.sums", e) == -1 ||
	    keep_list(in, slot, IMAGE_SIG, "image.sig", e) == -1)
		return -1;
	return write_sums(in, slot, e);
}

int
slot_fits(const struct install *in, struct err *e)
{
	struct clone c;
	int rc = clone_open(in, &c, e);

	clone_close(&c);
	return in_slot(in, rc, e);
}

int
slot_write(struct install *in, struct err *e)
{
	struct clone c;
	uint64_t all;
	int rc = -1;

	if (image_size(in, &all, e) == -1)
		return -1;
	if (clone_open(in, &c, e) == 0 &&
	    fat_clone(c.template, c.to, c.offset, e) == 0 &&
	    fat_open_clone(c.template, c.to, c.offset, &c.slot, e) == 0 &&
	    tell(in, c.slot, e) == 0 &&
	    write_files(in, c.slot, all, e) == 0)
		rc = 0;
	clone_close(&c);
	return in_slot(in, rc, e);
}

int
slot_finish(struct install *in, struct err *e)
{
	struct clone c;
	int rc = -1;

	if (clone_open(in, &c, e) == 0 &&
	    fat_finish(c.template, c.to, c.offset, e) == 0)
		rc = 0;
	clone_close(&c);
	return in_slot(in, rc, e);
}

static int
verify_files(const struct install *in, struct fat *slot, struct err *e)
{
	char hex[HASH_HEX];

	for (int i = 0; i < FILE_COUNT; i++) {
		if (image_parts[i].in_slot == NULL)
			continue;
		if (fat_hash(slot, image_parts[i].in_slot, hex, e) == -1)
			return -1;
		if (strcmp(hex, in->sums[i]) != 0)
			return err_set(e, "%s reads back differently: the "
			    "disk is not to be trusted",
			    image_parts[i].in_slot);
	}
	return verify_told(in, slot, e);
}

int
slot_verify(struct install *in, struct err *e)
{
	const struct slot_place *pp = &in->slots.slot[in->target];
	struct clone c;
	int rc = -1;

	if (clone_open(in, &c, e) == -1)
		goto out;
	/* From the disk, not from memory. */
	posix_fadvise(c.to, (off_t)pp->start, (off_t)pp->size,
	    POSIX_FADV_DONTNEED);
	if (fat_open_clone(c.template, c.to, c.offset, &c.slot, e) == 0 &&
	    verify_files(in, c.slot, e) == 0)
		rc = 0;
out:
	clone_close(&c);
	return in_slot(in, rc, e);
}
