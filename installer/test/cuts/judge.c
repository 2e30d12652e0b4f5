/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ext.h"
#include "judge.h"
#include "layout.h"
#include "stub.h"
#include "table.h"


#define ESP "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
#define LEGACY_BOOT 4u
#define ON_TRIAL "the slot that boots by itself is on trial"

const char *const boots_names[] = { "nothing", "old", "new", "garbage" };

static bool
is_esp(const struct entry *en)
{
	char type[37];

	uuid_text(en->type, type);
	return strcmp(type, ESP) == 0;
}

static const struct entry *
by_label(const struct entry *list, const char *label)
{
	for (int i = 0; list != NULL && i < TABLE_ENTRIES; i++)
		if (strcmp(list[i].label, label) == 0)
			return &list[i];
	return NULL;
}

int
judge_regions(struct bench *b, struct err *e)
{
	static struct table t;
	const struct entry *en;

	if (table_read(b->fd, b->size, &t) == -1)
		return err_sys(e, "%s", b->path);
	for (int i = 0; i < PART_COUNT; i++) {
		en = by_label(table_uefi(&t), part_kinds[i].label);
		b->start[i + 1] = en != NULL ? en->start : 0;
		b->end[i + 1] = en != NULL ? en->start + en->size : 0;
	}
	return 0;
}

int
judge_learn(struct bench *b, struct side *s, struct err *e)
{
	static struct table t;
	const struct entry *list, *en;
	struct ext_place p = { .node = b->path };
	char *data;
	size_t len;

	*s = (struct side){ 0 };
	if (table_read(b->fd, b->size, &t) == -1)
		return err_sys(e, "%s", b->path);
	memcpy(s->code, t.code, sizeof(s->code));
	list = table_uefi(&t);
	for (int i = 0; i < 2; i++) {
		en = by_label(list, part_kinds[PART_SLOT_A + i].label);
		if (en != NULL && slot_list(b, en->start, s->lists[i]))
			s->domus = true;
	}
	en = by_label(list, part_kinds[PART_STATE].label);
	for (int i = 0; s->domus && en != NULL && i < STATE_FILES; i++) {
		p.offset = en->start, p.size = en->size;
		if (ext_read(&p, state_files[i], 1 << 20, &data, &len, e) ==
		    -1)
			continue;	/* not every host has it */
		hash_bytes(data, len, s->files[i]);
		free(data);
	}
	return 0;
}

int
judge_keep(struct judge *j, struct bench *b, struct err *e)
{
	static struct table t;
	const struct entry *list;

	if (table_read(b->fd, b->size, &t) == -1)
		return err_sys(e, "%s", b->path);
	list = table_uefi(&t);
	if (list == NULL || list[0].size == 0)
		return err_set(e, "%s: no partition 1", b->path);
	j->kept = list[0].start;
	j->kept_end = list[0].start + list[0].size;
	return 0;
}

static void
garbage(struct verdict *v, enum boots *to, const char *by, const char *why)
{
	*to = BOOTS_GARBAGE;
	if (v->why[0] == '\0')
		snprintf(v->why, sizeof(v->why), "%s: %.200s", by, why);
}

/* A slot starts: its dom0 looks for the state. */
static void
start_slot(struct judge *j, struct rack *r, const struct table *t,
    const struct slot *s, const char *by, enum boots *to, struct verdict *v)
{
	const struct entry *list = table_linux(t), *state = NULL;
	struct bench *b = &r->disks[j->data];
	const char *why;
	struct slot found;
	char uuid[37];

	if (s->boots == BOOTS_GARBAGE) {
		garbage(v, to, by, s->why);
		return;
	}
	for (int i = 0; list != NULL && i < TABLE_ENTRIES; i++) {
		uuid_text(list[i].uuid, uuid);
		if (strcasecmp(uuid, s->state) == 0)
			state = &list[i];
	}
	if (state == NULL) {
		garbage(v, to, by, "a slot starts, Linux sees no state");
		return;
	}
	state_look(j, b, state->start, state->size, &found);
	why = sr_look(j, r, s->boots);
	if (found.boots == BOOTS_GARBAGE)
		garbage(v, to, by, found.why);
	else if (why != NULL)
		garbage(v, to, by, why);
	else
		*to = s->boots;
}

/* Once, syslinux starts the other slot instead. */
static void
by_syslinux(struct judge *j, struct rack *r, const struct table *t,
    struct slot *s, const struct entry *at, struct verdict *v)
{
	struct bench *b = &r->disks[j->boot];
	const struct entry *en;

	if (s->fat && s->trial)
		garbage(v, &v->bios, "BIOS", ON_TRIAL);
	for (int i = 0; s->other && i < 2; i++) {
		en = by_label(t->first, part_kinds[PART_SLOT_A + i].label);
		if (en == NULL || en->start == at->start)
			continue;
		slot_look(j, b, en->start, s);
		if (!s->fat)
			garbage(v, &v->bios, "BIOS", "syslinux is to start a "
			    "slot that is none");
		break;
	}
	if (s->fat && v->bios != BOOTS_GARBAGE)
		start_slot(j, r, t, s, "BIOS", &v->bios, v);
}

/* gptmbr.bin: the first entry with the flag; no checksum is looked at. */
static void
by_bios(struct judge *j, struct rack *r, const struct table *t,
    struct verdict *v)
{
	struct bench *b = &r->disks[j->boot];
	struct slot s;
	bool ours = false;

	for (int i = 0; i < 2; i++)
		ours |= j->sides[i].domus && memcmp(t->code,
		    j->sides[i].code, sizeof(t->code)) == 0;
	if (!t->signed55 || memcmp(t->code, stub_code, STUB_SIZE) == 0)
		return;		/* it says so, or the next disk is tried */
	if (!ours) {
		if (b->writes == 0)
			v->bios = BOOTS_OLD;
		else
			garbage(v, &v->bios, "BIOS", "unknown boot code");
		return;
	}
	for (int i = 0; t->bios && i < TABLE_ENTRIES; i++) {
		if ((t->first[i].flags & LEGACY_BOOT) == 0)
			continue;
		slot_look(j, b, t->first[i].start, &s);
		if (s.fat)
			by_syslinux(j, r, t, &s, &t->first[i], v);
		return;
	}
}

/* A firmware that cannot start an entry goes on to the next one. */
static enum boots
by_entry(struct judge *j, struct rack *r, const struct table *t,
    const unsigned char guid[UUID_BYTES], bool lasts, struct verdict *v)
{
	const struct entry *list = table_uefi(t);
	enum boots boots = BOOTS_NOTHING;
	struct slot s;

	for (int i = 0; list != NULL && i < TABLE_ENTRIES; i++) {
		if (!is_esp(&list[i]) ||
		    memcmp(list[i].uuid, guid, UUID_BYTES) != 0)
			continue;
		slot_look(j, &r->disks[j->boot], list[i].start, &s);
		if (s.fat && s.trial && lasts)
			garbage(v, &boots, "UEFI", ON_TRIAL);
		else if (s.fat)
			start_slot(j, r, t, &s, "UEFI", &boots, v);
		return boots;
	}
	return BOOTS_NOTHING;
}

/* By what the firmware remembers: once by BootNext, else in BootOrder. */
static void
by_nvram(struct judge *j, struct rack *r, const struct table *t,
    struct verdict *v)
{
	enum boots once = BOOTS_NOTHING, order = BOOTS_NOTHING;
	enum boots fallback = v->uefi;
	unsigned char guid[UUID_BYTES];

	for (size_t i = 0; order == BOOTS_NOTHING &&
	    nvram_order(&r->nvram, i, guid); i++)
		order = by_entry(j, r, t, guid, true, v);
	if (nvram_next(&r->nvram, guid))
		once = by_entry(j, r, t, guid, false, v);
	if (order == BOOTS_NOTHING)
		order = fallback;
	if (once != BOOTS_NOTHING && order == BOOTS_NOTHING)
		garbage(v, &once, "UEFI", "a slot is tried, and nothing boots "
		    "after it");
	if (fallback != BOOTS_GARBAGE)
		v->uefi = order == BOOTS_GARBAGE || once == BOOTS_NOTHING ?
		    order : once;
}

/*
 * The first slot that is a file system; an entry of the firmware's may name
 * another one, so that all of them must be fit to start.
 */
static void
by_uefi(struct judge *j, struct rack *r, const struct table *t,
    struct verdict *v)
{
	struct bench *b = &r->disks[j->boot];
	const struct entry *list = table_uefi(t);
	enum boots boots;
	struct slot s;

	for (int i = 0; list != NULL && i < TABLE_ENTRIES; i++) {
		if (!is_esp(&list[i]))
			continue;
		slot_look(j, b, list[i].start, &s);
		boots = BOOTS_NOTHING;
		if (s.fat)
			start_slot(j, r, t, &s, "UEFI", &boots, v);
		if (v->uefi == BOOTS_NOTHING || boots == BOOTS_GARBAGE)
			v->uefi = boots;
	}
}

static int
judge_one(struct judge *j, struct rack *r, struct verdict *v, struct err *e)
{
	const struct bench *b = &r->disks[j->boot];
	const struct entry *list;
	static struct table t;

	*v = (struct verdict){ BOOTS_NOTHING, BOOTS_NOTHING, "" };
	if (table_read(b->fd, b->size, &t) == -1)
		return err_sys(e, "%s", b->path);
	list = table_uefi(&t);
	if (j->kept_end > 0 && (list == NULL || list[0].start != j->kept ||
	    list[0].start + list[0].size != j->kept_end)) {
		garbage(v, &v->uefi, "table", "partition 1 is lost");
		return 0;
	}
	by_bios(j, r, &t, v);
	if (b->writes > 0 || j->sides[0].domus)
		by_uefi(j, r, &t, v);
	if (r->nvram.is)
		by_nvram(j, r, &t, v);
	return 0;
}

/* Garbage is worst, then nothing, then the old image. */
static void
worse(struct verdict *all, const struct verdict *v)
{
	if (v->bios == BOOTS_GARBAGE || (all->bios != BOOTS_GARBAGE &&
	    v->bios < all->bios))
		all->bios = v->bios;
	if (v->uefi == BOOTS_GARBAGE || (all->uefi != BOOTS_GARBAGE &&
	    v->uefi < all->uefi))
		all->uefi = v->uefi;
	if (all->why[0] == '\0' && v->why[0] != '\0')
		snprintf(all->why, sizeof(all->why), "%.200s", v->why);
}

int
judge(struct judge *j, struct rack *r, struct verdict *v, struct err *e)
{
	unsigned int n = j->mirror ? 2 : 1;
	struct verdict one;
	int rc = 0;

	*v = (struct verdict){ BOOTS_NEW, BOOTS_NEW, "" };
	for (j->boot = 0; rc == 0 && j->boot < n; j->boot++)
		for (j->data = 0; rc == 0 && j->data < n; j->data++) {
			rc = judge_one(j, r, &one, e);
			worse(v, &one);
		}
	j->boot = j->data = 0;
	return rc;
}
