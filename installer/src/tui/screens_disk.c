/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "wizard.h"

/* Which disks, and what becomes of them. */

/* The first of the names below a directory that is this disk's alone. */
static bool
own_name(const struct machine *m, const struct names *names, const char *dir,
    char to[FORM_TEXT])
{
	size_t n;

	for (size_t i = 0; i < names->n; i++) {
		snprintf(to, FORM_TEXT, "%s%s", dir, names->list[i]);
		n = 0;
		for (size_t k = 0; k < m->ndisks; k++)
			n += disk_is_called(&m->disks[k], to);
		/* commas and blanks stand between names */
		if (n == 1 && strpbrk(to, ", ") == NULL)
			return true;
	}
	return false;
}

/* The kernel's names go to other disks when one is pulled out. */
void
disk_answer(const struct machine *m, const struct disk *d, char to[FORM_TEXT])
{
	if (!own_name(m, &d->ids, "/dev/disk/by-id/", to) &&
	    !own_name(m, &d->paths, "/dev/disk/by-path/", to))
		snprintf(to, FORM_TEXT, "%s", d->name);
}

const struct disk *
disk_of_answer(const struct machine *m, const char *name)
{
	for (size_t i = 0; i < m->ndisks; i++)
		if (disk_is_called(&m->disks[i], name))
			return &m->disks[i];
	return NULL;
}

void
disk_contents(const struct disk *d, struct buf *to)
{
	if (d->nholds == 0)
		buf_str_add(to, "empty");
	for (size_t i = 0; i < d->nholds; i++) {
		const struct holding *h = &d->holds[i];

		buf_str_add(to, i > 0 ? "; " : "");
		size_print(to, h->size);
		buf_printf(to, " %s", h->what);
		if (h->label[0] != '\0')
			buf_printf(to, " \"%s\"", h->label);
	}
}

bool
disk_has_host(const struct disk *d)
{
	/* what a RAID's disk holds is the RAID's */
	for (size_t i = 0; d->array[0] == '\0' && i < d->nholds; i++)
		if (strcmp(d->holds[i].label,
		    part_kinds[PART_STATE].label) == 0)
			return true;
	return false;
}

/* Why a disk cannot be chosen, or NULL. */
static const char *
unusable(const struct wizard *w, const struct disk *d)
{
	return d->medium ? "the medium that runs now" :
	    d->read_only ? "read-only" :
	    d->in_use[0] != '\0' ? d->in_use :
	    !form_fresh(&w->form) && !disk_has_host(d) ?
	    "no Domus host is on it" : NULL;
}

static void
add_disk(struct wizard *w, struct page *p, const struct disk *d)
{
	struct buf label = { 0 }, detail = { 0 };
	const char *why = unusable(w, d);
	char value[FORM_TEXT];
	struct option_row *o;

	disk_describe(d, &label);
	if (d->transport[0] != '\0')
		buf_printf(&label, " (%s%s)", d->transport,
		    d->removable ? ", removable" : "");
	buf_str_add(&detail, "now: ");
	disk_contents(d, &detail);
	if (why != NULL)
		buf_printf(&detail, "\nnot usable: %s", why);
	disk_answer(&w->machine, d, value);
	o = page_option(p, value, buf_str(&label), buf_str(&detail));
	o->disabled = why != NULL;
	p->failed |= label.failed || detail.failed;
	buf_free(&label);
	buf_free(&detail);
}

void
disk_build(struct wizard *w, struct page *p)
{
	struct item *i;

	buf_str_add(&p->text, form_fresh(&w->form) ?
	    "Which disk is Domus to be installed on? Everything on it will be "
	    "erased." : "Which disk has the host?");
	i = page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_DISK]);
	/* Never preselected: a disk is lost only by choosing it. */
	i->unset = true;
	for (size_t n = 0; n < w->machine.ndisks; n++)
		add_disk(w, p, &w->machine.disks[n]);
}

static const struct disk *
primary(const struct wizard *w)
{
	return disk_of_answer(&w->machine, w->form.text[KEY_OF_DISK]);
}

/*
 * Whether both disks are equal enough for a mirror: it is as large as the
 * smaller one, and no maker's 4 TB are another's to the byte.
 */
static bool
are_equal(const struct disk *a, const struct disk *b)
{
	uint64_t less = a->size < b->size ? a->size : b->size;
	uint64_t more = a->size < b->size ? b->size : a->size;

	return a != b && a->logical == b->logical && more - less <= more / 20;
}

static bool
can_mirror(const struct wizard *w, const struct disk *d)
{
	return primary(w) != NULL && are_equal(primary(w), d) &&
	    unusable(w, d) == NULL;
}

bool
mirror_wanted(const struct wizard *w)
{
	for (size_t n = 0; n < w->machine.ndisks; n++)
		if (can_mirror(w, &w->machine.disks[n]))
			return true;
	return false;
}

void
mirror_build(struct wizard *w, struct page *p)
{
	struct buf *to = &p->text;

	buf_str_add(to, "Another disk is as large as the one that was chosen. "
	    "With both as a mirror (RAID 1) the host goes on when one of "
	    "them fails. Everything on both is erased.\n\nChosen: ");
	disk_describe(primary(w), to);
	buf_str_add(to, "\n    now: ");
	disk_contents(primary(w), to);
	page_item(p, ITEM_CHOICE, "Its mirror",
	    w->form.text[KEY_OF_MIRROR]);
	page_option(p, "none", "none: that disk alone", "");
	for (size_t n = 0; n < w->machine.ndisks; n++)
		if (can_mirror(w, &w->machine.disks[n]))
			add_disk(w, p, &w->machine.disks[n]);
}

int
disk_typed(struct wizard *w, struct buf *complaint)
{
	const char *mirror = form_mirror(&w->form);
	const struct disk *d = mirror != NULL ?
	    disk_of_answer(&w->machine, mirror) : NULL;

	/* it was that of another disk: asked next */
	if (mirror != NULL && (d == NULL || !can_mirror(w, d)))
		snprintf(w->form.text[KEY_OF_MIRROR], FORM_TEXT, "none");
	if (primary(w) != NULL)
		return 0;
	buf_str_add(complaint, "Choose a disk.");
	return -1;
}

void
sr_build(struct wizard *w, struct page *p)
{
	const char *name = form_mirror(&w->form);
	const struct disk *mirror = name != NULL ?
	    disk_of_answer(&w->machine, name) : NULL;

	page_item(p, ITEM_CHOICE, "The guests' disks are kept",
	    w->form.text[KEY_OF_SR_TYPE]);
	page_option(p, "ext", "as files, on ext4 (thin)", "");
	page_option(p, "lvm", "as LVM volumes", "");
	page_option(p, "none", "elsewhere: make no local storage", "");
	page_item(p, ITEM_CHECKS, "on", w->form.text[KEY_OF_SR_DISKS]);
	page_option(p, "primary", mirror != NULL ?
	    "the rest of the mirror chosen for Domus" :
	    "the rest of the disk chosen for Domus", "");
	for (size_t n = 0; n < w->machine.ndisks; n++)
		if (&w->machine.disks[n] != primary(w) &&
		    &w->machine.disks[n] != mirror)
			add_disk(w, p, &w->machine.disks[n]);
}
