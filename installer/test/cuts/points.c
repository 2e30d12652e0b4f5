/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "points.h"

#define SHOWN 10

static uint64_t
chance(struct points *p, uint64_t of)
{
	/* xorshift64*: the same points for the same seed */
	p->seed ^= p->seed >> 12;
	p->seed ^= p->seed << 25;
	p->seed ^= p->seed >> 27;
	return of == 0 ? 0 : (p->seed * 0x2545f4914f6cdd1d >> 33) % of;
}

static void
tell(struct points *p, const char *what, size_t nr, const struct verdict *v)
{
	const struct op *op = &p->t->ops[nr < p->t->n ? nr : p->t->n - 1];

	if (p->bad++ >= SHOWN)
		return;
	printf("# %s %zu (byte %llu, %llu long; after \"%s\"): BIOS %s, UEFI "
	    "%s: %s\n", what, nr, (unsigned long long)op->at,
	    (unsigned long long)op->len, op->step, boots_names[v->bios],
	    boots_names[v->uefi], v->why);
}

static int
look(struct points *p, const char *what, size_t nr, size_t *count,
    struct err *e)
{
	struct verdict v;

	if (judge(p->j, p->r, &v, e) == -1)
		return -1;
	p->n++;
	(*count)++;
	p->boots[v.bios]++;
	p->boots[v.uefi]++;
	if (v.bios == BOOTS_GARBAGE || v.uefi == BOOTS_GARBAGE ||
	    (p->must_boot && (v.bios == BOOTS_NOTHING ||
	    v.uefi == BOOTS_NOTHING)))
		tell(p, what, nr, &v);
	p->last = v;
	return 0;
}

static struct bench *
bench_of(struct points *p, size_t nr)
{
	return &p->r->disks[p->t->ops[nr].disk];
}

/* Some sectors of one write, in a row. */
static int
put_torn(struct points *p, size_t nr, struct err *e)
{
	uint64_t n = op_sectors(&p->t->ops[nr]), from, len;

	from = chance(p, n);
	len = 1 + chance(p, n - from);
	return bench_put(bench_of(p, nr), p->t, nr, from, from + len, 1, e);
}

static int
put_whole(struct points *p, size_t nr, int for_a_while, struct err *e)
{
	return bench_put(bench_of(p, nr), p->t, nr, 0,
	    op_sectors(&p->t->ops[nr]), for_a_while, e);
}

static int
put_all(struct points *p, size_t n, size_t but, int for_a_while, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (i != but && put_whole(p, p->open[i], for_a_while, e) == -1)
			return -1;
	return 0;
}
#define BUT_NONE SIZE_MAX

static void
mark(const struct points *p, size_t to[RECORD_DISKS])
{
	for (unsigned int i = 0; i < RECORD_DISKS; i++)
		to[i] = p->r->disks[i].nundo;
}

static int
undo(struct points *p, const size_t to[RECORD_DISKS], struct err *e)
{
	for (unsigned int i = 0; i < p->r->n; i++)
		if (bench_undo(&p->r->disks[i], to[i], e) == -1)
			return -1;
	return 0;
}

/* Of the writes that no flush has made sure of, any may be missing. */
static int
random_point(struct points *p, struct err *e)
{
	size_t upto = 1 + chance(p, p->nopen), at[RECORD_DISKS];
	uint64_t in = chance(p, 10);		/* tenths */

	mark(p, at);
	for (size_t i = 0; i < upto; i++) {
		if (chance(p, 10) >= in)
			continue;
		if (chance(p, 4) == 0 ? put_torn(p, p->open[i], e) == -1 :
		    put_whole(p, p->open[i], 1, e) == -1)
			return -1;
	}
	if (look(p, "any of the writes up to", p->open[upto - 1],
	    &p->reordered, e) == -1)
		return -1;
	return undo(p, at, e);
}

/* One write alone, and all but one. */
static int
single_points(struct points *p, size_t i, struct err *e)
{
	size_t at[RECORD_DISKS];

	mark(p, at);
	if (put_whole(p, p->open[i], 1, e) == -1 ||
	    look(p, "alone write", p->open[i], &p->reordered, e) == -1 ||
	    undo(p, at, e) == -1 || put_all(p, p->nopen, i, 1, e) == -1 ||
	    look(p, "all but write", p->open[i], &p->reordered, e) == -1)
		return -1;
	return undo(p, at, e);
}

static int
reorder(struct points *p, struct err *e)
{
	size_t step = p->every == 0 ? 0 : p->nopen / p->every + 1;

	if (p->nopen < 2)
		return 0;
	for (size_t i = 0; step > 0 && i < p->nopen; i += step)
		if (single_points(p, i, e) == -1)
			return -1;
	for (unsigned int k = 0; k < p->random; k++)
		if (random_point(p, e) == -1)
			return -1;
	return 0;
}

static int
prefix(struct points *p, size_t nr, int for_a_while, struct err *e)
{
	size_t at[RECORD_DISKS];

	mark(p, at);
	if (op_sectors(&p->t->ops[nr]) > 1 && (put_torn(p, nr, e) == -1 ||
	    look(p, "a part of write", nr, &p->torn, e) == -1 ||
	    undo(p, at, e) == -1))
		return -1;
	return put_whole(p, nr, for_a_while, e) == -1 ? -1 :
	    look(p, "after write", nr, &p->prefixes, e);
}

/* Each of the writes open[from..], after all before it. */
static int
prefixes(struct points *p, size_t from, int for_a_while, struct err *e)
{
	size_t at[RECORD_DISKS];

	mark(p, at);
	if (put_all(p, from, BUT_NONE, for_a_while, e) == -1)
		return -1;
	for (size_t i = from; i < p->nopen; i++)
		if (prefix(p, p->open[i], for_a_while, e) == -1)
			return -1;
	return for_a_while ? undo(p, at, e) : 0;
}

/* What the flush is of is on its disk; the rest stays open. */
static int
settle(struct points *p, unsigned int disk, struct err *e)
{
	size_t left = 0;

	for (size_t i = 0; i < p->nopen; i++)
		if (p->t->ops[p->open[i]].disk != disk)
			p->open[left++] = p->open[i];
		else if (put_whole(p, p->open[i], 0, e) == -1)
			return -1;
	p->nopen = left;
	return 0;
}

/* The firmware has kept it, whatever of the disks' writes is lost. */
static int
variable(struct points *p, size_t nr, struct err *e)
{
	size_t at[RECORD_DISKS];

	mark(p, at);
	if (nvram_apply(&p->r->nvram, &p->t->ops[nr], e) == -1 ||
	    (p->nopen > 0 && look(p, "alone variable", nr, &p->reordered, e) ==
	    -1) || reorder(p, e) == -1 ||
	    put_all(p, p->nopen, BUT_NONE, 1, e) == -1 ||
	    look(p, "after variable", nr, &p->prefixes, e) == -1)
		return -1;
	return undo(p, at, e);
}

/* Whether the op at the end of an epoch leaves nothing open. */
static bool
settles_all(const struct points *p, size_t end)
{
	if (end == p->t->n)
		return true;
	for (size_t i = 0; i < p->nopen; i++)
		if (p->t->ops[end].kind != RECORD_FLUSH ||
		    p->t->ops[p->open[i]].disk != p->t->ops[end].disk)
			return false;
	return true;
}

static int
epoch(struct points *p, size_t i, size_t end, struct err *e)
{
	size_t from = p->nopen;

	for (; i < end; i++)
		p->open[p->nopen++] = i;
	if (p->nopen > from && reorder(p, e) == -1)
		return -1;
	if (settles_all(p, end)) {
		if (prefixes(p, from, 0, e) == -1)
			return -1;
		p->nopen = 0;
	} else if (prefixes(p, from, 1, e) == -1)
		return -1;
	if (end == p->t->n)
		return 0;
	return p->t->ops[end].kind == RECORD_FLUSH ?
	    settle(p, p->t->ops[end].disk, e) : variable(p, end, e);
}

int
points_check(struct points *p, struct err *e)
{
	size_t end;
	int rc;

	p->open = calloc(p->t->n + 1, sizeof(p->open[0]));
	if (p->open == NULL)
		return err_sys(e, "points");
	rc = look(p, "before write", 0, &p->prefixes, e);
	for (size_t i = 0; rc == 0 && i < p->t->n; i = end + 1) {
		end = tape_epoch(p->t, i);
		rc = epoch(p, i, end, e);
	}
	if (rc == 0 && p->nopen > 0)
		rc = put_all(p, p->nopen, BUT_NONE, 0, e);
	free(p->open);
	p->open = NULL;
	return rc == 0 ? look(p, "at the end, write", p->t->n, &p->prefixes,
	    e) : -1;
}
