/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "plan.h"
#include "rules.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING

const struct plan_part *
plan_part(const struct plan_disk *d, enum part kind)
{
	for (unsigned int i = 0; i < d->nparts; i++)
		if (d->parts[i].kind == kind)
			return &d->parts[i];
	return NULL;
}

const char *
plan_part_type(const struct plan_part *pp)
{
	return pp->volume ? layout_lvm : part_kinds[pp->kind].type;
}

bool
plan_sr_is_group(const struct plan *p)
{
	return p->sr_type == SR_LVM || (p->sr_type == SR_EXT && p->nsr > 1);
}

/* As itself or as a member of a RAID. */
static bool
on_plan(const struct plan *p, const struct disk *d)
{
	for (unsigned int i = 0; i < p->nerased; i++)
		if (p->erased[i] == d)
			return true;
	return false;
}

static bool
is_planned(const struct plan *p, const struct disk *d)
{
	for (unsigned int i = 0; i < p->ndisks; i++)
		if (p->disks[i].disk == d)
			return true;
	return false;
}

static bool
is_member(const struct plan_array *a, const struct disk *d)
{
	for (unsigned int i = 0; a != NULL && i < a->nmembers; i++)
		if (a->members[i] == d)
			return true;
	return false;
}

/* What the answers say, or what such a disk usually has.  A FAT32 of larger
 * sectors is larger. */
static uint64_t
part_size(const struct answers *a, const struct disk *d, enum part kind)
{
	const struct part_kind *k = &part_kinds[kind];
	uint64_t more = kind <= PART_SLOT_B && d->logical > 512 ?
	    LAYOUT_SLOT_4K : 0;
	const uint64_t said[PART_COUNT] = { [PART_SLOT_A] = a->slot_size,
		[PART_SLOT_B] = a->slot_size, [PART_STATE] = a->state_size,
		[PART_SR] = a->sr_size };
	uint64_t size = said[kind] / LAYOUT_ALIGN * LAYOUT_ALIGN;

	return size > 0 ? size : (d->size < LAYOUT_SMALL ? k->small :
	    k->size) + more;
}

static void
check_sizes(const struct answers *a, struct findings *f)
{
	const struct {
		const char *name;
		uint64_t said, least;
	} rows[] = {
		{ "slot", a->slot_size, part_kinds[PART_SLOT_A].small },
		{ "state", a->state_size, LAYOUT_STATE_LEAST },
		{ "sr", a->sr_size, LAYOUT_SR_LEAST },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].said > 0 && rows[i].said < rows[i].least)
			finding_add(f, ERROR, a->top, NULL,
			    "<partitions %s>: %llu MiB are too few: at least "
			    "%llu MiB", rows[i].name,
			    (unsigned long long)(rows[i].said / MIB),
			    (unsigned long long)(rows[i].least / MIB));
}

static void
say_too_small(const struct disk *d, bool first, uint64_t need,
    const char *element, struct place at, struct findings *f)
{
	finding_add(f, ERROR, at, NULL, "<%s>: %s is too small: it has %llu "
	    "MiB and %llu MiB are needed%s", element, d->name,
	    (unsigned long long)(d->size / MIB),
	    (unsigned long long)(need / MIB),
	    first ? " behind the partition that is kept" : "");
}

/*
 * Fill a disk from kinds first to last.  The first MiB is for the GPT, the
 * last for its copy.
 */
static void
lay_out(const struct answers *a, struct plan_disk *pd, enum part first,
    enum part last, const char *element, struct place where,
    struct findings *f)
{
	uint64_t at = plan_begin(pd), need = LAYOUT_ALIGN, size;
	uint64_t end = pd->disk->size / LAYOUT_ALIGN * LAYOUT_ALIGN -
	    LAYOUT_ALIGN;
	int k;

	for (k = (int)first; k <= (int)last; k++) {
		size = part_size(a, pd->disk, (enum part)k);
		need += size == 0 ? LAYOUT_SR_LEAST : size;
	}
	if (at > pd->disk->size || pd->disk->size - at < need) {
		say_too_small(pd->disk, pd->first != NULL, pd->first != NULL ?
		    need : at + need, element, where, f);
		return;
	}
	pd->nparts = 0;
	for (k = (int)first; k <= (int)last; k++) {
		size = part_size(a, pd->disk, (enum part)k);
		if (size == 0)
			size = end - at;
		pd->parts[pd->nparts++] = (struct plan_part){ (enum part)k,
			at, size, false };
		at += size;
	}
}

/* A RAID whose disks are all erased. */
static bool
all_erased(const struct plan *p, const struct disk *array)
{
	const struct machine *m = p->machine;
	bool members = false;

	for (size_t i = 0; i < m->ndisks; i++)
		if (disk_array(m, &m->disks[i]) == array) {
			if (!on_plan(p, &m->disks[i]))
				return false;
			members = true;
		}
	return members;
}

/* The slot names its own state, but which disk is booted the firmware says. */
static void
warn_of_other_states(const struct plan *p, struct place at, struct findings *f)
{
	const struct machine *m = p->machine;

	for (size_t i = 0; i < m->ndisks; i++) {
		const struct disk *d = &m->disks[i];

		/* a RAID's disks hold what it holds */
		if (on_plan(p, d) || d->array[0] != '\0' || all_erased(p, d))
			continue;
		for (size_t j = 0; j < d->nholds; j++)
			if (strcmp(d->holds[j].label,
			    part_kinds[PART_STATE].label) == 0)
				finding_add(f, WARNING, at, "the firmware "
				    "must boot the one that is meant",
				    "<primary-disk>: %s holds another "
				    "installation of Domus", d->name);
	}
}

/* Some makers give all their disks one WWN: the serial numbers tell, where
 * both are known.  A disk without a WWN is known by its serial number. */
static bool
is_one_disk(const struct disk *a, const struct disk *b)
{
	bool serials = a->serial[0] != '\0' && b->serial[0] != '\0';

	if (a->size != b->size || strcmp(a->wwn, b->wwn) != 0 ||
	    (serials && strcmp(a->serial, b->serial) != 0))
		return false;
	return a->wwn[0] != '\0' || (serials &&
	    strcmp(a->model, b->model) == 0);
}

/*
 * One disk seen by two paths has two names.  Without multipath in dom0 what
 * the other name's users do to it is not seen, and two hosts' states are.
 */
void
plan_one_path(const struct machine *m, const struct disk *d,
    const char *element, struct place at, struct findings *f)
{
	for (size_t i = 0; i < m->ndisks; i++)
		if (&m->disks[i] != d && is_one_disk(&m->disks[i], d))
			finding_add(f, ERROR, at, "leave one path connected",
			    "<%s>: %s and %s are one disk by two paths: not "
			    "supported: multipath", element, d->name,
			    m->disks[i].name);
}

static void
add_disk(struct plan *p, const struct disk *d, const char *element,
    struct place at, struct findings *f)
{
	plan_one_path(p->machine, d, element, at, f);
	plan_add(p, d, NULL);
}

static bool
full(const struct plan *p, struct place at, struct findings *f)
{
	if (p->ndisks < PLAN_DISKS)
		return false;
	finding_add(f, ERROR, at, NULL, "<guest-disk>: more than %d disks",
	    PLAN_DISKS);
	return true;
}

static void
add_guest(struct plan *p, const struct disk *d, struct place at,
    struct findings *f)
{
	for (unsigned int i = 0; i < p->narrays; i++)
		if (is_member(&p->arrays[i], d)) {
			finding_add(f, ERROR, at, "name the RAID",
			    "<guest-disk>: %s is one of %s's disks", d->name,
			    p->arrays[i].name);
			return;
		}
	add_disk(p, d, "guest-disk", at, f);
	lay_out(p->answers, &p->disks[p->ndisks - 1], PART_SR, PART_SR,
	    "guest-disk", at, f);
}

/* A RAID for the SR, or the host's own once more. */
static bool
add_guest_raid(struct plan *p, const struct disk_rule *rule,
    const struct disk_set *set, struct findings *f)
{
	if (set->n > 0 && is_member(p->disks[0].array, set->list[0]))
		return true;
	for (size_t i = 0; i < set->n; i++)
		if (on_plan(p, set->list[i])) {
			finding_add(f, ERROR, rule->at, NULL, "<guest-disk>: "
			    "%s is chosen for something else already",
			    set->list[i]->name);
			return false;
		}
	if (plan_raid(p, rule, set, "guest-disk", rule->at, f) != NULL)
		lay_out(p->answers, &p->disks[p->ndisks - 1], PART_SR,
		    PART_SR, "guest-disk", rule->at, f);
	return false;
}

/* All that is not the primary disk is for the SR alone. */
static bool
add_guests(struct plan *p, struct rules *r)
{
	const struct answers *a = p->answers;
	const struct disk_rule *rule;
	struct disk_set set = { 0 };
	bool primary = a->guest_storage;

	for (size_t i = 0; i < a->guests.n; i++) {
		rule = &a->guests.list[i];
		set.n = 0;
		if (!rules_choose(r, rule, "guest-disk", &set))
			continue;
		if (rule->raid && !full(p, rule->at, r->f))
			primary |= add_guest_raid(p, rule, &set, r->f);
		for (size_t k = 0; !rule->raid && k < set.n; k++) {
			primary |= set.list[k] == p->disks[0].disk;
			if (is_planned(p, set.list[k]))
				continue;
			if (full(p, rule->at, r->f))
				return primary;
			add_guest(p, set.list[k], rule->at, r->f);
		}
	}
	return primary;
}

/* LVM joins no disks whose sectors differ in size. */
static void
check_sectors(const struct plan *p, struct place at, struct findings *f)
{
	const struct disk *first = p->disks[p->sr_disk].disk, *d;

	for (unsigned int i = 0; i < p->ndisks; i++) {
		d = p->disks[i].disk;
		if (plan_part(&p->disks[i], PART_SR) == NULL ||
		    d->logical == first->logical)
			continue;
		finding_add(f, ERROR, at, "choose disks of one kind",
		    "<guest-disk>: %s has sectors of %u bytes and %s of %u: "
		    "one SR cannot lie on both", first->name, first->logical,
		    d->name, d->logical);
		return;
	}
}

/* Where the SR lies, now that all partitions are known. */
static void
settle_sr(struct plan *p, struct findings *f)
{
	struct plan_disk *pd;

	for (unsigned int i = 0; i < p->ndisks; i++)
		if (plan_part(&p->disks[i], PART_SR) != NULL && p->nsr++ == 0)
			p->sr_disk = (int)i;
	if (p->nsr == 0)
		return;
	p->sr_type = p->answers->sr_type;
	check_sectors(p, p->answers->guests.n > 0 ?
	    p->answers->guests.list[0].at : p->answers->top, f);
	for (unsigned int i = 0; plan_sr_is_group(p) && i < p->ndisks; i++) {
		pd = &p->disks[i];
		for (unsigned int k = 0; k < pd->nparts; k++)
			pd->parts[k].volume = pd->parts[k].kind == PART_SR;
	}
}

static void
plan_fresh(struct plan *p, struct rules *r, const struct disk_rule *rule)
{
	struct place at = rule->names.n > 0 ? rule->names.list[0].at :
	    rule->at;
	bool sr = add_guests(p, r);

	check_sizes(p->answers, r->f);
	if (!plan_first(p, r->f))
		return;
	lay_out(p->answers, &p->disks[0], PART_SLOT_A,
	    sr ? PART_SR : PART_STATE, "primary-disk", at, r->f);
	settle_sr(p, r->f);
	plan_check_raids(p, at, r->f);
	warn_of_other_states(p, at, r->f);
}

/* The element that names the host's disk. */
static const struct disk_rule *
rule_of(const struct answers *a, const char **element)
{
	static const char *const names[] = { [MODE_FRESH] = "primary-disk",
		[MODE_REINSTALL] = "primary-disk",
		[MODE_UPGRADE] = "existing-installation",
		[MODE_RESTORE] = "backup-disk" };

	*element = names[a->mode];
	return a->mode == MODE_UPGRADE ? &a->existing :
	    a->mode == MODE_RESTORE ? &a->backup : &a->primary;
}

void
plan_disks(struct plan *p, struct findings *f)
{
	struct rules r = { .machine = p->machine, .answers = p->answers,
		.f = f };
	const struct disk_rule *rule;
	struct disk_set set = { 0 };
	const char *element;
	struct place at;
	bool good;

	rules_check_protects(&r);
	rule = rule_of(p->answers, &element);
	if (rule->names.n == 0 && !rule->match.given)
		return;			/* said by the parser */
	r.boots = true;
	good = rules_choose(&r, rule, element, &set);
	r.boots = false;
	if (good && set.n != 1 && !rule->raid) {
		finding_add(f, ERROR, rule->at, NULL, "<%s>: the host is on "
		    "one disk, and %zu are chosen", element, set.n);
		good = false;
	}
	if (!good) {
		for (size_t i = 0; i < p->answers->guests.n; i++)
			rules_choose(&r, &p->answers->guests.list[i],
			    "guest-disk", &set);
		return;
	}
	at = rule->names.n > 0 ? rule->names.list[0].at : rule->at;
	if (!rule->raid)
		add_disk(p, set.list[0], element, at, f);
	else if (plan_raid(p, rule, &set, element, at, f) == NULL)
		return;
	if (p->answers->mode == MODE_FRESH)
		plan_fresh(p, &r, rule);
}
