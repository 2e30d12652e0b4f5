/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "rules.h"

#define ERROR SEVERITY_ERROR
#define FIRST 127		/* md127 */

void
plan_add(struct plan *p, const struct disk *d, struct plan_array *array)
{
	unsigned int nr = p->ndisks++;

	p->disks[nr].disk = d;
	p->disks[nr].array = array;
	for (unsigned int i = 0; array != NULL && i < array->nmembers; i++) {
		p->erased_for[p->nerased] = nr;
		p->erased[p->nerased++] = array->members[i];
	}
	if (array != NULL)
		return;
	p->erased_for[p->nerased] = nr;
	p->erased[p->nerased++] = d;
}

/* <raid>'s device, when it is a name that the kernel would give one. */
static const char *
said_name(const struct answers *a, const struct disk_rule *rule)
{
	const char *name, *slash;

	for (size_t i = 0; i < a->raids.n; i++) {
		if (a->raids.list[i].disks.list != rule->names.list)
			continue;
		name = a->raids.list[i].device.text;
		slash = strrchr(name, '/');
		if (slash != NULL)
			name = slash + 1;
		if (strncmp(name, "md", 2) == 0 && name[2] != '\0' &&
		    strspn(name + 2, "0123456789") == strlen(name + 2) &&
		    strlen(name) <= 5)
			return name;
	}
	return NULL;
}

/* By a RAID that stays. */
static bool
is_taken(const struct plan *p, const struct plan_array *a, const char *name)
{
	const struct machine *m = p->machine;
	bool member = false, ours = false;

	for (unsigned int i = 0; i < p->narrays; i++)
		if (strcmp(p->arrays[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < m->ndisks; i++) {
		if (strcmp(m->disks[i].array, name) != 0)
			continue;
		member = true;
		for (unsigned int k = 0; k < a->nmembers; k++)
			ours |= a->members[k] == &m->disks[i];
	}
	return member && !ours;
}

static void
name_it(const struct plan *p, struct plan_array *a,
    const struct disk_rule *rule)
{
	const char *said = said_name(p->answers, rule);
	char name[16];
	int n = FIRST;

	if (said != NULL && !is_taken(p, a, said))
		snprintf(name, sizeof(name), "%s", said);
	else
		do
			snprintf(name, sizeof(name), "md%d", n--);
		while (is_taken(p, a, name));
	memcpy(a->name, name, sizeof(a->name));
	snprintf(a->node, sizeof(a->node), "/dev/%s", name);
}

/* sda,sda, or two names of one disk */
static bool
is_twice(const struct disk_rule *rule, const struct disk_set *set,
    const char *element, struct place at, struct findings *f)
{
	size_t n = set->n;

	for (size_t i = 0; i < rule->names.n; i++)
		n += strcmp(rule->names.list[i].text, "missing") == 0;
	if (rule->names.n == 0 || n == rule->names.n)
		return false;
	finding_add(f, ERROR, at, "name two disks, or one and \"missing\"",
	    "<%s>: both names are of one disk", element);
	return true;
}

static bool
members_fit(const struct plan_array *a, const char *element, struct place at,
    struct findings *f)
{
	const struct disk *first = a->members[0], *d;

	for (unsigned int i = 1; i < a->nmembers; i++) {
		d = a->members[i];
		if (d->logical == first->logical)
			continue;
		finding_add(f, ERROR, at, "choose disks of one kind",
		    "<%s>: %s has sectors of %u bytes and %s of %u: no RAID "
		    "can be made of both", element, first->name,
		    first->logical, d->name, d->logical);
		return false;
	}
	return true;
}

static void
describe(struct plan_array *a)
{
	struct disk *d = &a->disk;
	size_t n;

	snprintf(a->model, sizeof(a->model), "RAID 1 of");
	for (unsigned int i = 0; i < a->disks; i++) {
		n = strlen(a->model);
		snprintf(a->model + n, sizeof(a->model) - n, "%s %.20s",
		    i > 0 ? " and" : "", i < a->nmembers ?
		    a->members[i]->name : "one that is missing");
	}
	*d = (struct disk){ .name = a->name, .node = a->node,
		.logical = a->members[0]->logical, .physical =
		a->members[0]->physical, .model = a->model, .serial = a->none,
		.wwn = a->none, .transport = a->none, .in_use = a->none,
		.array = a->none };
	for (unsigned int i = 0; i < a->nmembers; i++) {
		uint64_t room = md_room(a->members[i]->size);

		if (i == 0 || room < d->size)
			d->size = room;
		if (a->members[i]->physical > d->physical)
			d->physical = a->members[i]->physical;
		d->rotational |= a->members[i]->rotational;
	}
}

const struct disk *
plan_raid(struct plan *p, const struct disk_rule *rule,
    const struct disk_set *set, const char *element, struct place at,
    struct findings *f)
{
	struct plan_array *a = &p->arrays[p->narrays];

	if (p->narrays == PLAN_ARRAYS || set->n > MD_MEMBERS) {
		finding_add(f, ERROR, at, NULL, p->narrays == PLAN_ARRAYS ?
		    "<%s>: more than %d RAIDs" : "<%s>: a RAID of more than "
		    "%d disks", element, p->narrays == PLAN_ARRAYS ?
		    PLAN_ARRAYS : MD_MEMBERS);
		return NULL;
	}
	*a = (struct plan_array){ .disks = 2 };
	for (size_t i = 0; i < set->n; i++) {
		plan_one_path(p->machine, set->list[i], element, at, f);
		a->members[a->nmembers++] = set->list[i];
	}
	if (a->nmembers == 0 || is_twice(rule, set, element, at, f) ||
	    !members_fit(a, element, at, f))
		return NULL;
	if (a->nmembers < a->disks)
		finding_add(f, SEVERITY_WARNING, at, "add the other by "
		    "domus-raid --add", "<%s>: the RAID has only %s: nothing "
		    "is kept twice until the other disk is there", element,
		    a->members[0]->name);
	name_it(p, a, rule);
	describe(a);
	p->narrays++;
	plan_add(p, &a->disk, a);
	return &a->disk;
}

void
plan_check_raids(const struct plan *p, struct place at, struct findings *f)
{
	for (unsigned int i = 0; i < p->nerased; i++) {
		const struct disk *d = p->erased[i];
		const struct disk *array = disk_array(p->machine, d);

		for (unsigned int k = 0; k < p->nerased; k++)
			if (array != NULL && p->erased[k] == array)
				finding_add(f, ERROR, at, "choose one of both",
				    "%s and %s are both to be erased, but %s "
				    "is one of %s's disks", array->name,
				    d->name, d->name, array->name);
	}
}
