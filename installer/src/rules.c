/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "rules.h"

#define ERROR SEVERITY_ERROR
#define SET_MAX (sizeof(((struct disk_set *)0)->list) / \
    sizeof(((struct disk_set *)0)->list[0]))

bool
disk_set_has(const struct disk_set *s, const struct disk *d)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i] == d)
			return true;
	return false;
}

static bool
set_add(struct rules *r, struct disk_set *s, const struct disk *d,
    const char *element, struct place at)
{
	if (disk_set_has(s, d))
		return true;
	if (s->n == SET_MAX) {
		finding_add(r->f, ERROR, at, NULL,
		    "<%s>: more than %zu disks", element, SET_MAX);
		return false;
	}
	s->list[s->n++] = d;
	return true;
}

static bool
is_named(const struct disk_rule *rule, const struct disk *d)
{
	for (size_t i = 0; i < rule->names.n; i++)
		if (disk_is_called(d, rule->names.list[i].text))
			return true;
	return false;
}

static bool
covers(const struct disk_rule *rule, const struct disk *d)
{
	struct buf why = { 0 };
	bool covered = is_named(rule, d) ||
	    (rule->match.given && !match_excludes(&rule->match, d, &why));

	buf_free(&why);
	return covered;
}

const struct disk_rule *
rules_protect(const struct answers *a, const struct disk *d)
{
	for (size_t i = 0; i < a->protects.n; i++)
		if (covers(&a->protects.list[i], d))
			return &a->protects.list[i];
	return NULL;
}

/* A RAID is as protected as its disks, and they are as it is. */
static const struct disk_rule *
protect_of(const struct rules *r, const struct disk *d)
{
	const struct disk *array = disk_array(r->machine, d);
	const struct disk_rule *p = rules_protect(r->answers, d);

	if (p == NULL && array != NULL)
		p = rules_protect(r->answers, array);
	for (size_t i = 0; p == NULL && i < r->machine->ndisks; i++)
		if (disk_array(r->machine, &r->machine->disks[i]) == d)
			p = rules_protect(r->answers, &r->machine->disks[i]);
	return p;
}

/* Why the disk cannot boot, or NULL. */
static const char *
boots_not(const struct rules *r, const struct disk *d)
{
	if (!r->boots || d->logical == 512 ||
	    (d->logical == 4096 && r->machine->uefi))
		return NULL;
	return d->logical == 4096 ? "a BIOS boots only from sectors of 512: "
	    "switch the firmware to UEFI" : "no firmware boots from them";
}

/* What is in the way of erasing a disk, whoever wants it. */
static bool
unusable(const struct rules *r, const struct disk *d, bool removable_wanted,
    struct buf *why)
{
	const struct disk_rule *p = protect_of(r, d);

	if (p != NULL)
		buf_printf(why, "it is protected: <protect> in line %u",
		    p->at.line);
	else if (d->medium)
		buf_str_add(why, "it holds the installation medium or the "
		    "answers");
	else if (d->read_only)
		buf_str_add(why, "it is read-only");
	else if (d->in_use[0] != '\0')
		buf_printf(why, "in use: %s", d->in_use);
	else if (boots_not(r, d) != NULL)
		buf_printf(why, "it has sectors of %u bytes, and %s",
		    d->logical, boots_not(r, d));
	else if (d->removable && !removable_wanted)
		buf_str_add(why, "it is removable");
	else
		return false;
	return true;
}

static void
say_protected(struct rules *r, const struct disk *d, const char *element,
    struct place at)
{
	const struct disk_rule *p = protect_of(r, d);

	if (p != NULL)
		finding_add(r->f, ERROR, at, "name another; a protected disk "
		    "is never written", "<%s>: %s is protected: <protect> in "
		    "line %u", element, d->name, p->at.line);
}

bool
rules_usable(struct rules *r, const struct disk *d, const char *element,
    struct place at)
{
	size_t before = r->f->errors;

	say_protected(r, d, element, at);
	if (d->medium)
		finding_add(r->f, ERROR, at, "name another, or erase its label "
		    "first", "<%s>: %s holds the installation medium or the "
		    "answers", element, d->name);
	else if (d->removable)
		finding_add(r->f, ERROR, at, "if it is meant, match it with "
		    "removable=\"yes\"", "<%s>: %s is removable", element,
		    d->name);
	if (d->read_only)
		finding_add(r->f, ERROR, at, NULL,
		    "<%s>: %s is read-only", element, d->name);
	if (d->in_use[0] != '\0')
		finding_add(r->f, ERROR, at, NULL, "<%s>: %s is in use: %s",
		    element, d->name, d->in_use);
	if (boots_not(r, d) != NULL)
		finding_add(r->f, ERROR, at, "it can be a <guest-disk>",
		    "<%s>: %s has sectors of %u bytes, and %s", element,
		    d->name, d->logical, boots_not(r, d));
	return r->f->errors == before;
}

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

/* The one disk of that name. */
static const struct disk *
find_disk(struct rules *r, const char *element, const struct value *v)
{
	const struct machine *m = r->machine;
	const struct disk *found = NULL;
	struct buf b = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < m->ndisks; i++)
		if (disk_is_called(&m->disks[i], v->text)) {
			found = &m->disks[i];
			n++;
		}
	if (strncmp(v->text, "iscsi:", 6) == 0) {
		finding_add(r->f, ERROR, v->at, NULL, "<%s>: \"%s\": not "
		    "supported: this version installs on local disks only",
		    element, v->text);
	} else if (n == 0) {
		say_disks(m, v->text, false, &b);
		finding_add(r->f, ERROR, v->at, NULL,
		    "<%s>: \"%s\": no such disk; this machine has %s", element,
		    v->text, b.len > 0 ? buf_str(&b) : "no disks");
	} else if (n > 1) {
		say_disks(m, v->text, true, &b);
		finding_add(r->f, ERROR, v->at, "name one of them",
		    "<%s>: \"%s\": %zu disks go by that name: %s", element,
		    v->text, n, buf_str(&b));
	}
	buf_free(&b);
	return n == 1 ? found : NULL;
}

static bool
choose_named(struct rules *r, const struct disk_rule *rule,
    const char *element, struct disk_set *set_r)
{
	const struct disk *d;
	bool good = true;

	for (size_t i = 0; i < rule->names.n; i++) {
		const struct value *v = &rule->names.list[i];

		if (rule->raid && strcmp(v->text, "missing") == 0)
			continue;
		d = find_disk(r, element, v);
		good &= d != NULL && (disk_set_has(&r->taken, d) ||
		    rules_usable(r, d, element, v->at)) &&
		    set_add(r, set_r, d, element, v->at);
	}
	return good;
}

/* "\n    sda: 20 GiB QEMU: smaller than 30 GiB" of every disk. */
static void
say_each(const struct rules *r, const struct disk_rule *rule, bool protects,
    struct buf *to)
{
	const struct machine *m = r->machine;
	struct buf why = { 0 };

	for (size_t i = 0; i < m->ndisks; i++) {
		const struct disk *d = &m->disks[i];

		buf_reset(&why);
		buf_str_add(to, "\n    ");
		disk_describe(d, to);
		if (match_excludes(&rule->match, d, &why) || (!protects &&
		    unusable(r, d, rule->match.removable == WANT_YES, &why)))
			buf_printf(to, ": %s", buf_str(&why));
		else if (!protects && disk_set_has(&r->taken, d))
			buf_str_add(to, ": chosen before");
		else
			buf_str_add(to, ": matches");
	}
	buf_free(&why);
}

static void
say_count(struct rules *r, const struct disk_rule *rule, const char *element,
    bool protects, size_t n)
{
	struct buf each = { 0 };

	say_each(r, rule, protects, &each);
	finding_add(r->f, ERROR, rule->at, NULL, "<%s>: %zu disk%s match%s and "
	    "%u %s wanted: nothing is written; this machine has:%s", element,
	    n, n == 1 ? "" : "s", n == 1 ? "es" : "", rule->count,
	    rule->count == 1 ? "is" : "are", r->machine->ndisks > 0 ?
	    buf_str(&each) : " no disks");
	buf_free(&each);
}

/*
 * A disk that fails may be the one that is meant: then another one, of which
 * the rule holds as well, must not be taken in its place.
 */
static bool
say_unread(struct rules *r, const struct disk_rule *rule, const char *element,
    const struct disk *d)
{
	if (!d->unread || rule->count == 0 ||
	    protect_of(r, d) != NULL)
		return false;
	finding_add(r->f, ERROR, rule->at, "detach it, or name the disk that "
	    "is meant", "<%s>: %s matches and cannot be read: %s", element,
	    d->name, d->in_use);
	return true;
}

static bool
choose_matching(struct rules *r, const struct disk_rule *rule,
    const char *element, struct disk_set *set_r)
{
	bool removable = rule->match.removable == WANT_YES, good = true;
	const struct machine *m = r->machine;
	struct buf why = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < m->ndisks; i++) {
		const struct disk *d = &m->disks[i];

		buf_reset(&why);
		if (match_excludes(&rule->match, d, &why) ||
		    disk_set_has(&r->taken, d))
			continue;
		if (unusable(r, d, removable, &why)) {
			good &= !say_unread(r, rule, element, d);
			continue;
		}
		n++;
		good &= set_add(r, set_r, d, element, rule->at);
	}
	buf_free(&why);
	if (rule->count == 0 || n == rule->count)
		return good;
	say_count(r, rule, element, false, n);
	return false;
}

bool
rules_choose(struct rules *r, const struct disk_rule *rule,
    const char *element, struct disk_set *set_r)
{
	struct disk_set set = { 0 };
	bool good;

	good = rule->match.given ? choose_matching(r, rule, element, &set) :
	    choose_named(r, rule, element, &set);
	for (size_t i = 0; i < set.n; i++) {
		good &= set_add(r, set_r, set.list[i], element, rule->at);
		good &= set_add(r, &r->taken, set.list[i], element, rule->at);
	}
	return good;
}

/* sda1, nvme0n1p1, by-id/ata-X-part1: a name of a piece of that disk. */
static bool
is_part_of(const char *name, const struct disk *d)
{
	size_t n = strlen(name), all = n;
	char whole[256];

	while (n > 0 && isdigit((unsigned char)name[n - 1]))
		n--;
	if (n == all || n < 2 || n >= sizeof(whole))
		return false;
	memcpy(whole, name, n);
	whole[n] = '\0';
	if (n > 5 && strcmp(whole + n - 5, "-part") == 0)
		whole[n - 5] = '\0';
	else if (whole[n - 1] == 'p' && isdigit((unsigned char)whole[n - 2]))
		whole[n - 1] = '\0';
	return disk_is_called(d, whole);
}

/*
 * A name that is nowhere here protects nothing: it may be misspelt.  But who
 * names a partition means its disk to stay.
 */
static void
check_names(struct rules *r, const struct disk_rule *rule)
{
	const struct machine *m = r->machine;

	for (size_t k = 0; k < rule->names.n; k++) {
		const struct value *v = &rule->names.list[k];
		const struct disk *of = NULL;
		size_t n = 0;

		for (size_t i = 0; i < m->ndisks; i++) {
			n += disk_is_called(&m->disks[i], v->text);
			if (is_part_of(v->text, &m->disks[i]))
				of = &m->disks[i];
		}
		if (n == 0 && of != NULL)
			finding_add(r->f, ERROR, v->at, "name the disk",
			    "<protect>: \"%s\" is a partition of %s", v->text,
			    of->name);
		else if (n == 0)
			finding_add(r->f, SEVERITY_WARNING, v->at, NULL,
			    "<protect>: \"%s\": no such disk here", v->text);
	}
}

void
rules_check_protects(struct rules *r)
{
	const struct machine *m = r->machine;

	for (size_t k = 0; k < r->answers->protects.n; k++) {
		const struct disk_rule *rule = &r->answers->protects.list[k];
		size_t n = 0;

		check_names(r, rule);
		for (size_t i = 0; i < m->ndisks; i++)
			n += covers(rule, &m->disks[i]);
		if (rule->match.given && rule->count > 0 && n != rule->count)
			say_count(r, rule, "protect", true, n);
	}
}
