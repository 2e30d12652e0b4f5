/* SPDX-License-Identifier: ISC */
#include <stdio.h>

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

	if (judge(p->j, p->b, &v, e) == -1)
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

/* Some sectors of one write, in a row. */
static int
put_torn(struct points *p, size_t nr, struct err *e)
{
	uint64_t n = op_sectors(&p->t->ops[nr]), from, len;

	from = chance(p, n);
	len = 1 + chance(p, n - from);
	return bench_put(p->b, p->t, nr, from, from + len, 1, e);
}

static int
put_whole(struct points *p, size_t nr, int for_a_while, struct err *e)
{
	return bench_put(p->b, p->t, nr, 0, op_sectors(&p->t->ops[nr]),
	    for_a_while, e);
}

/* Of the writes i..end that no flush has made sure of, any may be missing. */
static int
random_point(struct points *p, size_t i, size_t end, struct err *e)
{
	size_t upto = i + 1 + chance(p, end - i);
	uint64_t in = 1 + chance(p, 9);		/* tenths */

	for (size_t k = i; k < upto; k++) {
		if (chance(p, 10) >= in)
			continue;
		if (chance(p, 4) == 0 ? put_torn(p, k, e) == -1 :
		    put_whole(p, k, 1, e) == -1)
			return -1;
	}
	if (look(p, "any of the writes up to", upto - 1, &p->reordered, e) ==
	    -1)
		return -1;
	return bench_undo(p->b, e);
}

/* One write alone, and all but one. */
static int
single_points(struct points *p, size_t i, size_t end, size_t nr,
    struct err *e)
{
	if (put_whole(p, nr, 1, e) == -1 ||
	    look(p, "alone write", nr, &p->reordered, e) == -1 ||
	    bench_undo(p->b, e) == -1)
		return -1;
	for (size_t k = i; k < end; k++)
		if (k != nr && put_whole(p, k, 1, e) == -1)
			return -1;
	if (look(p, "all but write", nr, &p->reordered, e) == -1)
		return -1;
	return bench_undo(p->b, e);
}

static int
reorder(struct points *p, size_t i, size_t end, struct err *e)
{
	size_t step = p->every == 0 ? 0 : (end - i) / p->every + 1;

	if (end - i < 2)
		return 0;
	for (size_t k = i; step > 0 && k < end; k += step)
		if (single_points(p, i, end, k, e) == -1)
			return -1;
	for (unsigned int k = 0; k < p->random; k++)
		if (random_point(p, i, end, e) == -1)
			return -1;
	return 0;
}

static int
prefix(struct points *p, size_t nr, struct err *e)
{
	if (op_sectors(&p->t->ops[nr]) > 1 && (put_torn(p, nr, e) == -1 ||
	    look(p, "a part of write", nr, &p->torn, e) == -1 ||
	    bench_undo(p->b, e) == -1))
		return -1;
	return put_whole(p, nr, 0, e) == -1 ? -1 :
	    look(p, "after write", nr, &p->prefixes, e);
}

int
points_check(struct points *p, struct err *e)
{
	size_t end;

	if (look(p, "before write", 0, &p->prefixes, e) == -1)
		return -1;
	for (size_t i = 0; i < p->t->n; i = end + 1) {
		end = tape_epoch(p->t, i);
		if (reorder(p, i, end, e) == -1)
			return -1;
		for (size_t k = i; k < end; k++)
			if (prefix(p, k, e) == -1)
				return -1;
	}
	return 0;
}
