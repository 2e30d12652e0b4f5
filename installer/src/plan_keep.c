/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "plan.h"
#include "rules.h"

#define ERROR SEVERITY_ERROR

/* The element that names the disk, by mode. */
static const struct keep {
	const char *element, *what, *image, *state;
} keeps[] = {
	[MODE_REINSTALL] = { "primary-disk", "reinstall",
	    "the new image goes into the slot that does not boot, and boots "
	    "from then on", "the configuration is the answers'; database, "
	    "keys and logs are kept" },
	[MODE_UPGRADE] = { "existing-installation", "upgrade",
	    "the new image goes into the slot that does not boot, is tried "
	    "once, and kept when the host is healthy", "kept" },
	[MODE_RESTORE] = { "backup-disk", "restore",
	    "the slot that does not boot, with the image before, boots again",
	    "kept" },
};

/* A RAID's disks hold what it holds: it is the host's. */
static bool
is_host(const struct disk *d)
{
	if (d->array[0] != '\0')
		return false;
	for (size_t i = 0; i < d->nholds; i++)
		if (strcmp(d->holds[i].label,
		    part_kinds[PART_STATE].label) == 0)
			return true;
	return false;
}

static void
say_hosts(const struct machine *m, struct buf *to)
{
	for (size_t i = 0; i < m->ndisks; i++)
		if (is_host(&m->disks[i])) {
			if (to->len > 0)
				buf_str_add(to, ", ");
			disk_describe(&m->disks[i], to);
		}
	if (to->len == 0)
		buf_str_add(to, "none");
}

/* Without a name: the only one there is. */
static const struct disk *
only_host(const struct plan *p, const struct keep *k, struct findings *f)
{
	const struct disk *d = NULL;
	struct buf hosts = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < p->machine->ndisks; i++)
		if (is_host(&p->machine->disks[i])) {
			d = &p->machine->disks[i];
			n++;
		}
	say_hosts(p->machine, &hosts);
	if (n != 1)
		finding_add(f, ERROR, p->answers->top, n > 1 ?
		    "name one by <backup-disk>" : NULL, "%s: disks with an "
		    "installation of Domus: %s", k->what, buf_str(&hosts));
	buf_free(&hosts);
	return n == 1 ? d : NULL;
}

static const struct disk *
named_host(const struct plan *p, const struct disk_rule *rule,
    const struct keep *k, struct findings *f)
{
	struct rules r = { .machine = p->machine, .answers = p->answers,
		.f = f };
	struct disk_set set = { 0 };
	struct buf hosts = { 0 };
	const struct disk *d;
	bool is;

	if (!rules_choose(&r, rule, k->element, &set) || set.n == 0)
		return NULL;
	/* either of a RAID's disks, or both, mean the RAID */
	d = disk_array(p->machine, set.list[0]);
	if (d != NULL && set.n == 2 &&
	    disk_array(p->machine, set.list[1]) == d)
		set.n = 1;
	if (d == NULL)
		d = set.list[0];
	is = set.n == 1 && is_host(d);
	say_hosts(p->machine, &hosts);
	if (!is)
		finding_add(f, ERROR, rule->at, NULL, "<%s>: no installation "
		    "of Domus is on %s%s; disks with one: %s", k->element,
		    set.list[0]->name, set.n > 1 ? " and others" : "",
		    buf_str(&hosts));
	buf_free(&hosts);
	return is ? d : NULL;
}

void
plan_keep(struct plan *p, struct findings *f)
{
	const struct answers *a = p->answers;
	const struct keep *k = &keeps[a->mode];
	const struct disk_rule *rule = a->mode == MODE_REINSTALL ?
	    &a->primary : a->mode == MODE_UPGRADE ? &a->existing : &a->backup;
	bool named = rule->names.n > 0 || rule->match.given;
	struct rules r = { .machine = p->machine, .answers = a, .f = f };
	const struct disk *d;

	rules_check_protects(&r);
	d = named ? named_host(p, rule, k, f) : only_host(p, k, f);
	if (d == NULL || (!named && !rules_usable(&r, d, k->element, a->top)))
		return;
	if (disk_is_torn(d)) {
		finding_add(f, ERROR, named ? rule->at : a->top, "start the "
		    "installer with all of its disks attached", "<%s>: %s is "
		    "one of a RAID's disks, and the RAID does not run: what is "
		    "written to one alone tears it", k->element, d->name);
		return;
	}
	plan_one_path(p->machine, d, k->element, named ? rule->at : a->top, f);
	plan_add(p, d, NULL);
}

void
plan_keep_print(const struct plan *p, struct buf *to)
{
	const struct keep *k = &keeps[p->answers->mode];

	buf_printf(to, "%s: ", k->what);
	disk_describe(p->disks[0].disk, to);
	buf_printf(to, "\n  slots: %s\n  state: %s\n", k->image, k->state);
	buf_str_add(to, "  SR: kept, wherever it is\n  lost: nothing\n");
}
