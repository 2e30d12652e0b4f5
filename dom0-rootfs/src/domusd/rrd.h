/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_RRD_H
#define DOMUSD_RRD_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "id.h"

struct log;
struct rrd_keep;

/*
 * Statistics of this host and of the VMs that run on it, as round-robin
 * archives: every 5 s for 10 minutes, every minute for 2 hours, every hour for
 * a week, every day for a year.  The first is in memory, 0.5 KiB for a source;
 * the others, which follow from it, are in a database of their own, and stay
 * when the agent ends.  What was not known is NaN; a row of an archive is known
 * when half of the rows that it is made of are.
 *
 * A row is named by its end, in seconds since 1970, a multiple of its step.
 */
#define RRD_STEP 5
#define RRD_FINE 120		/* rows of the archive in memory */
#define RRD_ARCHIVES 4
#define RRD_SOURCES 512		/* of one owner */
#define RRD_NAME 28

extern const struct rrd_archive {
	int step, rows;
} rrd_archives[RRD_ARCHIVES];

struct rrd_source {
	char name[RRD_NAME];	/* "cpu0" */
	bool rate;		/* made of a counter */
	bool told;		/* in the present sample */
	double counter;		/* the last one, or NaN */
	float now;		/* since the last row */
	float fine[RRD_FINE];	/* by time / RRD_STEP */
};

struct rrd_owner {
	char uuid[ID_UUID];
	bool host;		/* or a VM */
	bool fresh;		/* in the present sample */
	bool renamed;		/* the database does not know all names yet */
	int64_t kept;		/* its number in the database, or 0 */
	int64_t domid;		/* another one: counters begin anew */
	int64_t last;		/* the newest row, or 0 */
	int64_t ns;		/* clock of the last sample */
	double seconds;		/* since the one before; 0: there is none */
	struct rrd_source *sources;
	size_t n, cap;
	struct rrd_owner *next;
};

struct rrd {
	const struct log *log;
	struct rrd_keep *keep;
	struct rrd_owner *owners;	/* the host first */
	int64_t last;		/* the newest row of any */
};

/* path: of the database.  One that cannot be read is begun anew. */
int rrd_open(const char *path, const struct log *log, struct rrd **r_r,
    struct err *e);
void rrd_close(struct rrd *r);	/* r may be NULL */

/*
 * A sample: begin each owner, say what is known of it, and commit.  ns is a
 * clock that only goes forward.  NULL: no memory.
 */
struct rrd_owner *rrd_begin(struct rrd *r, const char *uuid, bool host,
    int64_t domid, int64_t ns);
void rrd_gauge(struct rrd_owner *o, const char *name, double value);
/* A counter: its growth in a second, divided, which is returned; limit 0:
 * none.  rrd_gauge() may change it. */
double rrd_rate(struct rrd_owner *o, const char *name, double counter,
    double divisor, double limit);
/* All that was begun gets the row that time (Unix, milliseconds) is in. */
void rrd_commit(struct rrd *r, int64_t time_ms);

/* Who has that uuid and was seen of late; NULL: nobody. */
struct rrd_owner *rrd_find(const struct rrd *r, const char *uuid);
/* The same, also one that is only in the database: the caller frees it. */
struct rrd_owner *rrd_load(struct rrd *r, const char *uuid);
void rrd_owner_free(struct rrd_owner *o);

/* One row of n = o->n values: what is not known is NaN. */
void rrd_row(const struct rrd *r, const struct rrd_owner *o, int archive,
    int64_t t, float *to);

/*
 * When that is; the archive for whoever wants rows from `start' on (negative: before the
 * newest) with at least that many seconds between them: the finest that has
 * them, else the coarsest.
 */
int64_t rrd_start(const struct rrd *r, int64_t start);
int rrd_archive_for(const struct rrd *r, int64_t start, int64_t interval);

/* Forget what is kept of those that alive() does not know. */
void rrd_sweep(struct rrd *r, bool (*alive)(void *arg, const char *uuid),
    void *arg);

#endif
