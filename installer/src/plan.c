/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "plan.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING

static void
say_disks(const struct machine *m, const char *name, bool matching,
    struct buf *to)
{
	for (size_t i = 0; i < m->ndisks; i++) {
		if (matching && !disk_is_called(&m->disks[i], name))
			continue;
		if (to->len > 0)
			buf_str_add(to, ", ");
		disk_describe(&m->disks[i], to);
	}
}

static const struct disk *
find_disk(const struct machine *m, const char *element, const struct value *v,
    struct findings *f)
{
	const struct disk *found = NULL;
	struct buf b = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < m->ndisks; i++)
		if (disk_is_called(&m->disks[i], v->text)) {
			found = &m->disks[i];
			n++;
		}
	if (strncmp(v->text, "iscsi:", 6) == 0) {
		finding_add(f, ERROR, v->at, NULL, "<%s>: \"%s\": not "
		    "supported: this version installs on local disks only",
		    element, v->text);
	} else if (n == 0) {
		say_disks(m, v->text, false, &b);
		finding_add(f, ERROR, v->at, NULL,
		    "<%s>: \"%s\": no such disk; this machine has %s", element,
		    v->text, b.len > 0 ? buf_str(&b) : "no disks");
	} else if (n > 1) {
		say_disks(m, v->text, true, &b);
		finding_add(f, ERROR, v->at, "name one of them",
		    "<%s>: \"%s\": %zu disks go by that name: %s", element,
		    v->text, n, buf_str(&b));
	}
	buf_free(&b);
	return n == 1 ? found : NULL;
}

/* Whether a disk may be erased at all. */
static bool
is_usable(const struct disk *d, const char *element, const struct value *v,
    struct findings *f)
{
	size_t before = f->errors;

	if (d->medium)
		finding_add(f, ERROR, v->at, "name another, or erase its label "
		    "first", "<%s>: %s holds the installation medium or the "
		    "answers", element, d->name);
	else if (d->removable)
		finding_add(f, ERROR, v->at, NULL,
		    "<%s>: %s is removable", element, d->name);
	if (d->read_only)
		finding_add(f, ERROR, v->at, NULL,
		    "<%s>: %s is read-only", element, d->name);
	if (d->in_use[0] != '\0')
		finding_add(f, ERROR, v->at, NULL, "<%s>: %s is in use: %s",
		    element, d->name, d->in_use);
	if (d->logical != 512)
		finding_add(f, ERROR, v->at, NULL,
		    "<%s>: %s has sectors of %u bytes: not supported: this "
		    "version's boot partition needs 512", element, d->name,
		    d->logical);
	return f->errors == before;
}

static uint64_t
part_size(const struct disk *d, enum part kind)
{
	const struct part_kind *k = &part_kinds[kind];

	return d->size < LAYOUT_SMALL ? k->small : k->size;
}

static void
say_too_small(const struct disk *d, uint64_t need, const char *element,
    const struct value *v, struct findings *f)
{
	finding_add(f, ERROR, v->at, NULL,
	    "<%s>: %s is too small: it has %llu MiB and %llu MiB are needed",
	    element, d->name, (unsigned long long)(d->size / MIB),
	    (unsigned long long)(need / MIB));
}

/*
 * Fill a disk from kinds first to last.  The first MiB is for the GPT, the
 * last for its copy.
 */
static void
lay_out(struct plan_disk *pd, enum part first, enum part last,
    const char *element, const struct value *v, struct findings *f)
{
	uint64_t at = LAYOUT_ALIGN, size;
	uint64_t end = pd->disk->size / LAYOUT_ALIGN * LAYOUT_ALIGN -
	    LAYOUT_ALIGN;
	uint64_t need = 2 * LAYOUT_ALIGN;
	int k;

	for (k = (int)first; k <= (int)last; k++)
		need += k == PART_SR ? LAYOUT_SR_LEAST :
		    part_size(pd->disk, (enum part)k);
	if (pd->disk->size < need) {
		say_too_small(pd->disk, need, element, v, f);
		return;
	}
	pd->nparts = 0;
	for (k = (int)first; k <= (int)last; k++) {
		size = part_size(pd->disk, (enum part)k);
		if (size == 0)
			size = end - at;
		pd->parts[pd->nparts++] = (struct plan_part){ (enum part)k,
			at, size };
		at += size;
	}
}

/* The disk of a rule that names one; NULL: none is said. */
static const struct value *
name_of(const struct disk_rule *rule)
{
	return rule->names.n > 0 ? &rule->names.list[0] : NULL;
}

/* Which disks the SR is to lie on: theirs joins them all, ours takes one. */
static const struct value *
find_sr(const struct answers *a, const struct machine *m,
    const struct disk *primary, const struct disk **sr_r, struct findings *f)
{
	const struct value *where = NULL;
	const struct disk *d;
	size_t n = 0;

	*sr_r = NULL;
	if (a->guest_storage && primary != NULL) {
		*sr_r = primary;
		where = name_of(&a->primary);
		n = 1;
	}
	for (size_t i = 0; i < a->guests.n; i++) {
		const struct value *v = name_of(&a->guests.list[i]);

		if (v == NULL)
			continue;
		d = find_disk(m, "guest-disk", v, f);
		if (d == NULL || d == *sr_r)
			continue;
		if (d != primary && !is_usable(d, "guest-disk", v, f))
			continue;
		if (n++ == 1)
			finding_add(f, ERROR, v->at, "keep one, or say "
			    "guest-storage=\"no\" on <primary-disk>",
			    "<guest-disk>: the SR would lie on %s and %s: not "
			    "supported: joining disks needs LVM",
			    (*sr_r)->name, d->name);
		*sr_r = d;
		where = v;
	}
	return where;
}

/* The slot names its own state, but which disk is booted the firmware says. */
static void
warn_of_other_states(const struct plan *p, const struct value *v,
    struct findings *f)
{
	const struct machine *m = p->machine;

	for (size_t i = 0; i < m->ndisks; i++) {
		const struct disk *d = &m->disks[i];

		if (d == p->disks[0].disk || d == p->disks[1].disk)
			continue;
		for (size_t j = 0; j < d->nholds; j++)
			if (strcmp(d->holds[j].label,
			    part_kinds[PART_STATE].label) == 0)
				finding_add(f, WARNING, v->at, "the firmware "
				    "must boot the one that is meant",
				    "<primary-disk>: %s holds another "
				    "installation of Domus", d->name);
	}
}

/*
 * One disk seen by two paths has two names.  Without multipath in dom0 what
 * the other name's users do to it is not seen, and two hosts' states are.
 * Some makers give all their disks one WWN: the serial numbers tell.
 */
static void
refuse_second_path(const struct machine *m, const struct disk *d,
    const char *element, const struct value *v, struct findings *f)
{
	for (size_t i = 0; i < m->ndisks; i++) {
		const struct disk *o = &m->disks[i];

		if (o != d && d->wwn[0] != '\0' && d->size == o->size &&
		    strcmp(o->wwn, d->wwn) == 0 &&
		    strcmp(o->serial, d->serial) == 0)
			finding_add(f, ERROR, v->at, "leave one path "
			    "connected", "<%s>: %s and %s are one disk by two "
			    "paths: not supported: multipath", element,
			    d->name, o->name);
	}
}

static void
plan_disks(struct plan *p, struct findings *f)
{
	const struct answers *a = p->answers;
	const struct disk *primary = NULL, *sr;
	const struct value *where, *name = name_of(&a->primary);

	if (name != NULL)
		primary = find_disk(p->machine, "primary-disk", name, f);
	if (primary != NULL && !is_usable(primary, "primary-disk", name, f))
		primary = NULL;
	where = find_sr(a, p->machine, primary, &sr, f);
	p->sr_disk = -1;
	if (primary != NULL) {
		p->disks[0].disk = primary;
		p->ndisks = 1;
		lay_out(&p->disks[0], PART_SLOT_A, sr == primary ? PART_SR :
		    PART_STATE, "primary-disk", name, f);
		refuse_second_path(p->machine, primary, "primary-disk", name,
		    f);
		if (sr == primary)
			p->sr_disk = 0;
	}
	if (primary != NULL && sr != NULL && sr != primary) {
		p->disks[1].disk = sr;
		p->ndisks = 2;
		p->sr_disk = 1;
		lay_out(&p->disks[1], PART_SR, PART_SR, "guest-disk", where,
		    f);
		refuse_second_path(p->machine, sr, "guest-disk", where, f);
	}
	if (primary != NULL)
		warn_of_other_states(p, name, f);
}

static void
say_nics(const struct machine *m, struct buf *to)
{
	for (size_t i = 0; i < m->nnics; i++)
		buf_printf(to, "%s%s (%s)", i > 0 ? ", " : "", m->nics[i].name,
		    m->nics[i].mac);
	if (m->nnics == 0)
		buf_str_add(to, "none");
}

static void
plan_nic(struct plan *p, struct findings *f)
{
	const struct network *net = answers_management(p->answers);
	struct buf b = { 0 };
	const char *name, *mac;

	if (net == NULL)
		return;
	name = net->port.name.text;
	mac = net->port.mac.text;
	if (name == NULL && mac == NULL)
		return;			/* said by the parser */
	for (size_t i = 0; i < p->machine->nnics; i++) {
		const struct nic *n = &p->machine->nics[i];

		if ((name == NULL || strcmp(n->name, name) == 0) &&
		    (mac == NULL || strcasecmp(n->mac, mac) == 0))
			p->nic = n;
	}
	say_nics(p->machine, &b);
	if (p->nic == NULL)
		finding_add(f, ERROR, name != NULL ?
		    net->port.name.at : net->port.mac.at, NULL, "<admin-interface>: \"%s%s%s\": no "
		    "such network interface; this machine has %s",
		    name != NULL ? name : "",
		    name != NULL && mac != NULL ? " " : "",
		    mac != NULL ? mac : "", buf_str(&b));
	else if (p->nic->link == LINK_NO)
		finding_add(f, WARNING, net->at, NULL,
		    "<admin-interface>: %s has no link now", p->nic->name);
	buf_free(&b);
}

void
plan_make(struct plan *p, const struct answers *a, const struct machine *m,
    struct findings *f)
{
	*p = (struct plan){ .answers = a, .machine = m, .sr_disk = -1 };
	plan_disks(p, f);
	plan_nic(p, f);
}

const struct plan_part *
plan_part(const struct plan_disk *d, enum part kind)
{
	for (unsigned int i = 0; i < d->nparts; i++)
		if (d->parts[i].kind == kind)
			return &d->parts[i];
	return NULL;
}
