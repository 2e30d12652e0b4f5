/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "rrd.h"
#include "rrd_keep.h"

/* A value holds until the next sample, if that comes within this. */
#define HOLDS 300
/* One that has not been sampled for so long has nothing in memory any more. */
#define FORGOTTEN ((int64_t)RRD_FINE * RRD_STEP)

const struct rrd_archive rrd_archives[RRD_ARCHIVES] = {
	{ RRD_STEP, RRD_FINE },
	{ 60, 120 },
	{ 3600, 168 },
	{ 86400, 366 },
};

int
rrd_open(const char *path, const struct log *log, struct rrd **r_r,
    struct err *e)
{
	struct rrd *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return err_set(e, "out of memory");
	r->log = log;
	if (rrd_keep_open(path, log, &r->keep, e) == -1) {
		free(r);
		return -1;
	}
	*r_r = r;
	return 0;
}

void
rrd_owner_free(struct rrd_owner *o)
{
	if (o != NULL)
		free(o->sources);
	free(o);
}

void
rrd_close(struct rrd *r)
{
	struct rrd_owner *o;

	if (r == NULL)
		return;
	while ((o = r->owners) != NULL) {
		r->owners = o->next;
		rrd_owner_free(o);
	}
	rrd_keep_close(r->keep);
	free(r);
}

struct rrd_owner *
rrd_find(const struct rrd *r, const char *uuid)
{
	struct rrd_owner *o;

	for (o = r->owners; o != NULL; o = o->next)
		if (strcmp(o->uuid, uuid) == 0)
			return o;
	return NULL;
}

static struct rrd_source *
add_source(struct rrd_owner *o, const char *name, size_t len)
{
	struct rrd_source *s;

	if (o->n == RRD_SOURCES || len >= RRD_NAME || len == 0)
		return NULL;
	if (o->n == o->cap) {
		s = realloc(o->sources, (o->cap + 4) * sizeof(*s));
		if (s == NULL)
			return NULL;
		o->sources = s;
		o->cap += 4;
	}
	s = &o->sources[o->n++];
	memset(s, 0, sizeof(*s));
	memcpy(s->name, name, len);
	s->counter = s->now = NAN;
	for (size_t i = 0; i < RRD_FINE; i++)
		s->fine[i] = NAN;
	return s;
}

static struct rrd_source *
source(struct rrd_owner *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->sources[i].name, name) == 0)
			return &o->sources[i];
	o->renamed = true;
	return add_source(o, name, strlen(name));
}

struct rrd_owner *
rrd_load(struct rrd *r, const char *uuid)
{
	struct rrd_owner *o = calloc(1, sizeof(*o));
	char *names = NULL;
	size_t n;

	if (o == NULL)
		return NULL;
	snprintf(o->uuid, sizeof(o->uuid), "%s", uuid);
	o->kept = rrd_keep_owner(r->keep, uuid, &names);
	if (o->kept == 0) {
		rrd_owner_free(o);
		return NULL;
	}
	for (const char *p = names; p != NULL && *p != '\0'; p += n) {
		p += strspn(p, " ");
		n = strcspn(p, " ");
		add_source(o, p, n);
	}
	free(names);
	return o;
}

static struct rrd_owner *
new_owner(struct rrd *r, const char *uuid, bool host)
{
	struct rrd_owner *o = rrd_load(r, uuid), **at = &r->owners;

	if (o == NULL)
		o = calloc(1, sizeof(*o));
	if (o == NULL)
		return NULL;
	snprintf(o->uuid, sizeof(o->uuid), "%s", uuid);
	o->host = host;
	while (!host && *at != NULL)
		at = &(*at)->next;
	o->next = *at;
	*at = o;
	return o;
}

struct rrd_owner *
rrd_begin(struct rrd *r, const char *uuid, bool host, int64_t domid,
    int64_t ns)
{
	struct rrd_owner *o = rrd_find(r, uuid);

	if (o == NULL)
		o = new_owner(r, uuid, host);
	if (o == NULL)
		return NULL;
	o->fresh = true;
	o->seconds = o->ns == 0 || ns <= o->ns || domid != o->domid ? 0 :
	    (double)(ns - o->ns) / 1e9;
	o->ns = ns;
	o->domid = domid;
	for (size_t i = 0; i < o->n; i++) {
		o->sources[i].now = NAN;
		o->sources[i].told = false;
	}
	return o;
}

void
rrd_gauge(struct rrd_owner *o, const char *name, double value)
{
	struct rrd_source *s = source(o, name);

	if (s == NULL)
		return;
	s->told = true;
	s->now = (float)value;
}

double
rrd_rate(struct rrd_owner *o, const char *name, double counter,
    double divisor, double limit)
{
	struct rrd_source *s = source(o, name);
	double v;

	if (s == NULL)
		return NAN;
	s->rate = s->told = true;
	v = (counter - s->counter) / divisor / o->seconds;
	if (o->seconds <= 0 || counter < s->counter)
		v = NAN;
	if (limit > 0 && v > limit)
		v = limit;
	s->now = (float)v;
	s->counter = counter;
	return v;
}

static void
keep_names(struct rrd *r, struct rrd_owner *o)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < o->n; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", o->sources[i].name);
	if (!b.failed)
		o->kept = rrd_keep_names(r->keep, o->uuid, buf_str(&b));
	buf_free(&b);
	o->renamed = false;
}

/* The rows that a row of this archive is made of, put together. */
static void
consolidate(struct rrd *r, const struct rrd_owner *o, int archive, int64_t t)
{
	int step = rrd_archives[archive].step;
	int part = rrd_archives[archive - 1].step, rows = step / part;
	float v[RRD_SOURCES], sum[RRD_SOURCES] = { 0 };
	int known[RRD_SOURCES] = { 0 };

	for (int i = 0; i < rows; i++) {
		rrd_row(r, o, archive - 1, t - (int64_t)i * part, v);
		for (size_t k = 0; k < o->n; k++) {
			if (isnan(v[k]))
				continue;
			/* a running mean: of large numbers, too */
			known[k]++;
			sum[k] += (v[k] - sum[k]) / (float)known[k];
		}
	}
	for (size_t k = 0; k < o->n; k++)
		v[k] = known[k] * 2 >= rows ? sum[k] : NAN;
	rrd_keep_put(r->keep, o->kept, step, rrd_archives[archive].rows, t, v,
	    o->n);
}

static void
coarser(struct rrd *r, struct rrd_owner *o, int64_t t)
{
	if (t % rrd_archives[1].step != 0)
		return;
	if (o->kept == 0 || o->renamed)
		keep_names(r, o);
	for (int i = 1; i < RRD_ARCHIVES; i++)
		if (o->kept != 0 && t % rrd_archives[i].step == 0)
			consolidate(r, o, i, t);
}

/* Rows up to that time.  After a pause nobody knows what was. */
static void
advance(struct rrd *r, struct rrd_owner *o, int64_t t)
{
	int64_t from = o->last;
	bool holds = from != 0 && t - from <= HOLDS;

	for (size_t i = 0; i < o->n; i++)
		if (!o->sources[i].told)
			o->sources[i].counter = NAN;
	if (from == 0 || t - from > FORGOTTEN)
		from = t - FORGOTTEN;
	/* A clock that nobody has set yet counts from 1970. */
	if (from < 0)
		from = 0;
	for (int64_t at = from + RRD_STEP; at <= t; at += RRD_STEP) {
		for (size_t i = 0; i < o->n; i++)
			o->sources[i].fine[at / RRD_STEP % RRD_FINE] =
			    holds || at == t ? o->sources[i].now : NAN;
		o->last = at;
		if (holds || at == t)
			coarser(r, o, at);
	}
}

/* The clock was set back: what is in memory is of no known time. */
static void
forget_fine(struct rrd_owner *o)
{
	o->last = 0;
	for (size_t i = 0; i < o->n; i++)
		for (size_t k = 0; k < RRD_FINE; k++)
			o->sources[i].fine[k] = NAN;
}

static void
drop_old(struct rrd *r, int64_t t)
{
	struct rrd_owner **at = &r->owners, *o;

	while ((o = *at) != NULL) {
		if (o->last == 0 || t - o->last <= FORGOTTEN) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		rrd_owner_free(o);
	}
}

void
rrd_commit(struct rrd *r, int64_t time_ms)
{
	int64_t t = (time_ms + RRD_STEP * 500) / 1000 / RRD_STEP * RRD_STEP;

	rrd_keep_begin(r->keep);
	for (struct rrd_owner *o = r->owners; o != NULL; o = o->next) {
		if (o->last > t)
			forget_fine(o);
		if (o->fresh && o->last < t)
			advance(r, o, t);
		o->fresh = false;
	}
	rrd_keep_commit(r->keep);
	r->last = t;
	drop_old(r, t);
}

void
rrd_row(const struct rrd *r, const struct rrd_owner *o, int archive, int64_t t,
    float *to)
{
	const struct rrd_archive *a = &rrd_archives[archive];

	if (archive > 0) {
		rrd_keep_get(r->keep, o->kept, a->step, a->rows, t, to, o->n);
		return;
	}
	for (size_t i = 0; i < o->n; i++)
		to[i] = t < 0 || t > o->last || t <= o->last - FORGOTTEN ? NAN :
		    o->sources[i].fine[t / RRD_STEP % RRD_FINE];
}

int64_t
rrd_start(const struct rrd *r, int64_t start)
{
	return start >= 0 ? start : start < -r->last ? 0 : r->last + start;
}

int
rrd_archive_for(const struct rrd *r, int64_t start, int64_t interval)
{
	const struct rrd_archive *a;

	start = rrd_start(r, start);
	for (int i = 0; i < RRD_ARCHIVES; i++) {
		a = &rrd_archives[i];
		if (a->step >= interval &&
		    start >= r->last / a->step * a->step -
		    (int64_t)a->step * a->rows)
			return i;
	}
	return RRD_ARCHIVES - 1;
}

void
rrd_sweep(struct rrd *r, bool (*alive)(void *arg, const char *uuid), void *arg)
{
	rrd_keep_sweep(r->keep, alive, arg);
}
