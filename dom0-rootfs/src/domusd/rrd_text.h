/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_RRD_TEXT_H
#define DOMUSD_RRD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct rrd;
struct rrd_owner;
struct value;

/*
 * Statistics as clients read them from XCP-ng: rows of many owners, newest
 * first (rrdtool's xport), or all archives of one, oldest first (rrdtool's
 * dump); XML or JSON, in which NaN is the text "NaN".  It comes in pieces, and
 * what has gone meanwhile is NaN.
 */

/* The query of /rrd_updates, with cf=AVERAGE, which alone is kept, or none.
 * -1: *name_r is what is wrong. */
struct rrd_query {
	int64_t start, interval;
	bool host, json;
	const char *vm;			/* "": all */
};
int rrd_query(const struct value *query, struct rrd_query *to,
    const char **name_r);

struct rrd_rows;
struct rrd_rows *rrd_rows_new(const struct rrd *r, const struct rrd_query *q);
bool rrd_rows_more(struct rrd_rows *x, const struct rrd *r, struct buf *to);
void rrd_rows_free(struct rrd_rows *x);

/* own: taken; NULL: looked for by uuid each time. */
struct rrd_dump;
struct rrd_dump *rrd_dump_new(const char *uuid, struct rrd_owner *own,
    bool json);
bool rrd_dump_more(struct rrd_dump *x, const struct rrd *r, struct buf *to);
void rrd_dump_free(struct rrd_dump *x);

#endif
