/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "plan.h"

#define ESP "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define HEAD 34			/* sectors that a GPT takes at the front */

uint64_t
plan_begin(const struct plan_disk *pd)
{
	uint64_t end = pd->first == NULL ? 0 : pd->first->start +
	    pd->first->size;

	end = (end + LAYOUT_ALIGN - 1) / LAYOUT_ALIGN * LAYOUT_ALIGN;
	return end > LAYOUT_ALIGN ? end : LAYOUT_ALIGN;
}

unsigned int
plan_number(const struct plan_disk *pd, unsigned int nr)
{
	return nr + 1 + (pd->first != NULL);
}

static const struct holding *
partition_1(const struct disk *d)
{
	for (size_t i = 0; i < d->nholds; i++)
		if (d->holds[i].number == 1)
			return &d->holds[i];
	return NULL;
}

/* As their installers know one: Dell's, in a GPT or an MBR. */
static bool
is_utility(const struct holding *h)
{
	return strcasecmp(h->type, "0xde") == 0 ||
	    (strcasecmp(h->type, ESP) == 0 &&
	    strcmp(h->name, "DELLUTILITY") == 0);
}

static bool
is_ours(const struct holding *h)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (strcmp(h->name, part_kinds[i].label) == 0)
			return true;
	return false;
}

/* Whether it is told by the table that this other area lies before it. */
static bool
is_behind(const struct disk *d, const struct holding *h)
{
	for (size_t i = 0; i < d->nholds; i++)
		if (d->holds[i].number > 1 && d->holds[i].start < h->start)
			return true;
	return false;
}

static const char *
why_not(const struct disk *d, const struct holding *h, bool raid)
{
	if (raid)
		return "a RAID's disks are erased whole";
	if (strncmp(h->type, "0x", 2) == 0)
		return "it is in an MBR, and a GPT, which the host needs, "
		    "cannot hold its type, by which it is found";
	if (strchr(h->type, '-') == NULL)
		return "it is in no GPT";
	if (is_ours(h))
		return "it is a part of an installation of Domus";
	if (is_behind(d, h))
		return "another partition lies before it";
	if (h->start < HEAD * (uint64_t)d->logical)
		return "it lies where the partition table must be";
	return NULL;
}

bool
plan_first(struct plan *p, struct findings *f)
{
	struct plan_disk *pd = &p->disks[0];
	const struct answers *a = p->answers;
	bool raid = pd->array != NULL;
	const struct disk *d = raid ? pd->array->members[0] : pd->disk;
	const struct holding *h = partition_1(d);
	const char *why;

	if (a->first == FIRST_ERASED || (a->first != FIRST_KEPT &&
	    (h == NULL || !is_utility(h))))
		return true;
	why = h != NULL ? why_not(d, h, raid) : raid ?
	    "a RAID's disks are erased whole" : "there is none";
	if (why == NULL) {
		pd->first = h;
		return true;
	}
	if (a->first == FIRST_UNSAID)
		finding_add(f, SEVERITY_WARNING, a->first_at, NULL,
		    "<primary-disk>: the vendor's utility partition of %s is "
		    "erased: %s", d->name, why);
	else
		finding_add(f, SEVERITY_ERROR, a->first_at, "say "
		    "preserve-first-partition=\"no\" to erase it, or choose "
		    "another disk", "<primary-disk preserve-first-partition>: "
		    "partition 1 of %s cannot be kept: %s", d->name, why);
	return a->first == FIRST_UNSAID;
}
