/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "active.h"
#include "adv.h"
#include "efi.h"
#include "fat.h"
#include "layout.h"
#include "md.h"
#include "slots.h"

static const enum part kinds[] = { PART_SLOT_A, PART_SLOT_B, PART_STATE };
/* As scripts/mkboot writes them into the menus. */
#define TRY_COMMAND "other"
#define TRIAL_WORD "domus.trial=1"
#define NO_TRIAL_WORD "domus.trial=0"

const char *
slot_name(int which)
{
	return which == 0 ? "A" : "B";
}

int
slots_find(const char *node, unsigned int sector, struct slots *s,
    struct err *e)
{
	struct slot_place *to[] = { &s->slot[0], &s->slot[1], &s->state };
	const char *label, *name = strrchr(node, '/');
	char array[32];
	bool found;

	md_of("/sys", name != NULL ? name + 1 : node, array);
	if (array[0] != '\0')
		return err_set(e, "%s: it is one of the disks of %s", node,
		    array);
	*s = (struct slots){ .sector = sector == 0 ? 512 : sector };
	snprintf(s->node, sizeof(s->node), "%s", node);
	for (unsigned int i = 0; i < 3; i++) {
		label = part_kinds[kinds[i]].label;
		if (gpt_find(node, label, &to[i]->start, &to[i]->size, &found,
		    e) == -1 || gpt_uuid(node, label, to[i]->uuid, e) == -1 ||
		    gpt_number(node, label, &to[i]->number, e) == -1)
			return -1;
		if (!found)
			return err_set(e, "%s: no partition is labelled %s: "
			    "this is no installation of Domus", node, label);
	}
	return 0;
}

/* Each file of the slot's own list against its sum. */
static bool
list_holds(struct fat *slot, const char *list)
{
	char want[HASH_HEX], name[64], hex[HASH_HEX];
	unsigned int n = 0;
	struct err e;

	for (; *list != '\0'; list += strcspn(list, "\n"),
	    list += *list == '\n', n++)
		if (sscanf(list, "%64[0-9a-f]  %63[^\n]", want, name) != 2 ||
		    fat_hash(slot, name, hex, &e) == -1 ||
		    strcmp(hex, want) != 0)
			return false;
	return n > 0;
}

bool
slots_whole(const struct slots *s, int which)
{
	struct fat *slot = NULL;
	struct buf list = { 0 };
	bool whole = false;
	struct err e;
	int fd;

	fd = open(s->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	if (fat_open(fd, s->slot[which].start, &slot, &e) == 0 &&
	    fat_text(slot, "SHA256SUMS", &list, &e) == 0)
		whole = list_holds(slot, buf_str(&list));
	buf_free(&list);
	fat_close(slot);
	close(fd);
	return whole;
}

int
slots_current(const struct slots *s, const char *efivars, int *which_r,
    struct err *e)
{
	const char *const uuids[2] = { s->slot[0].uuid, s->slot[1].uuid };
	unsigned int nr;

	*which_r = 0;
	if (efivars != NULL) {
		if (efi_first_of(efivars, uuids, which_r, e) == -1)
			return -1;
		if (*which_r == -1)
			*which_r = 0;
		return 0;
	}
	if (active_get(s->node, &nr, e) == -1)
		return -1;
	if (nr != s->slot[0].number && nr != s->slot[1].number)
		return err_set(e, "%s: no slot is marked as the one to boot",
		    s->node);
	*which_r = nr == s->slot[1].number;
	return 0;
}

static struct efi_slot
entry_of(const struct slots *s, int which)
{
	static const char *const titles[] = { "Domus", "Domus (slot B)" };
	const struct slot_place *p = &s->slot[which];

	return (struct efi_slot){ titles[which], p->uuid, p->number,
		p->start / s->sector, p->size / s->sector };
}

/*
 * What the slot's syslinux does next time: NULL for its menu.  It forgets that
 * itself when it starts, on the one disk of a RAID that it was started from:
 * so what is read may be the other disk's.
 */
static int
set_once(const struct slots *s, int which, const char *command, struct err *e)
{
	bool raid = strncmp(s->node, "/dev/md", 7) == 0;
	struct fat *slot = NULL;
	char now[256];
	int fd, rc;

	if (s->sector != 512)
		return 0;	/* no BIOS starts it */
	fd = open(s->node, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", s->node);
	rc = fat_open(fd, s->slot[which].start, &slot, e);
	if (rc == 0)
		rc = adv_once_get(slot, now, sizeof(now), e);
	if (rc == 0 && (raid || strcmp(now, command != NULL ? command : "") !=
	    0))
		rc = adv_once_set(slot, command, e);
	fat_close(slot);
	close(fd);
	return rc == -1 ? err_in(e, "%s: slot %s", s->node, slot_name(which)) :
	    0;
}

/* In its menus.  A slot without menus boots nothing. */
static int
end_trial(const struct slots *s, int which, struct err *e)
{
	static const char *const menus[] = { "syslinux/syslinux.cfg",
		"loader/entries/host.conf" };
	struct fat *slot = NULL;
	unsigned int n;
	int fd, rc;

	fd = open(s->node, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", s->node);
	rc = fat_open(fd, s->slot[which].start, &slot, e);
	for (size_t i = 0; rc == 0 && i < 2; i++) {
		struct buf text = { 0 };

		if (fat_text(slot, menus[i], &text, e) == 0 &&
		    strstr(buf_str(&text), TRIAL_WORD) != NULL)
			rc = fat_replace(slot, menus[i], TRIAL_WORD,
			    NO_TRIAL_WORD, &n, e);
		buf_free(&text);
	}
	fat_close(slot);
	close(fd);
	return rc == -1 ? err_in(e, "%s: slot %s", s->node, slot_name(which)) :
	    0;
}

static int
keep_entries(const struct slots *s, int which, bool other, const char *dir,
    struct err *e)
{
	struct efi_slot first = entry_of(s, which);
	struct efi_slot second = entry_of(s, !which);

	/* made in this order, the second stays behind the first */
	if (other && efi_make_first(dir, &second, e) == -1)
		return -1;
	if (efi_make_first(dir, &first, e) == -1)
		return -1;
	return other ? 0 : efi_forget(dir, second.uuid, e);
}

int
slots_keep(const struct slots *s, int which, bool other, const char *efivars,
    struct err *e)
{
	unsigned int nr;

	/* the slot's syslinux must not lead away from it */
	if (end_trial(s, which, e) == -1 || set_once(s, which, NULL, e) == -1 ||
	    active_get(s->node, &nr, e) == -1)
		return -1;
	if (nr != s->slot[which].number &&
	    active_set(s->node, s->slot[which].number, e) == -1)
		return -1;
	return efivars == NULL ? 0 :
	    keep_entries(s, which, other, efivars, e);
}

int
slots_try(const struct slots *s, int which, const char *efivars,
    struct err *e)
{
	struct efi_slot slot = entry_of(s, which);

	if (efivars != NULL && efi_try(efivars, &slot, e) == -1)
		return -1;
	/* A machine may be switched to BIOS; there it is tried as well. */
	return set_once(s, !which, TRY_COMMAND, e);
}
