/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "rrd.h"
#include "rrd_put.h"
#include "rrd_text.h"
#include "value.h"

#define PIECE ((size_t)32 << 10)

struct column {
	char uuid[ID_UUID];
	bool host;
	size_t n;
};

struct rrd_rows {
	bool json, begun;
	int archive;
	int64_t first, last, next;	/* rows; next: down from last */
	struct column *columns;
	size_t n;
};

static bool
wanted(const struct rrd_owner *o, const struct rrd_query *q)
{
	if (o->host)
		return q->host;
	return *q->vm == '\0' || strcmp(q->vm, o->uuid) == 0;
}

static int
take_columns(struct rrd_rows *x, const struct rrd *r,
    const struct rrd_query *q)
{
	const struct rrd_owner *o;
	struct column *c;
	size_t n = 0;

	for (o = r->owners; o != NULL; o = o->next)
		n += wanted(o, q);
	x->columns = calloc(n + 1, sizeof(*x->columns));
	if (x->columns == NULL)
		return -1;
	for (o = r->owners; o != NULL; o = o->next) {
		if (!wanted(o, q))
			continue;
		c = &x->columns[x->n++];
		memcpy(c->uuid, o->uuid, sizeof(c->uuid));
		c->host = o->host;
		c->n = o->n;
	}
	return 0;
}

struct rrd_rows *
rrd_rows_new(const struct rrd *r, const struct rrd_query *q)
{
	struct rrd_rows *x = calloc(1, sizeof(*x));
	const struct rrd_archive *a;
	int64_t start = rrd_start(r, q->start), oldest;

	if (x == NULL || take_columns(x, r, q) == -1) {
		rrd_rows_free(x);
		return NULL;
	}
	x->json = q->json;
	x->archive = rrd_archive_for(r, q->start, q->interval);
	a = &rrd_archives[x->archive];
	x->last = x->next = r->last / a->step * a->step;
	oldest = x->last - (int64_t)a->step * (a->rows - 1);
	x->first = start <= oldest ? oldest :
	    start > x->last ? x->last + a->step :
	    (start + a->step - 1) / a->step * a->step;
	return x;
}

void
rrd_rows_free(struct rrd_rows *x)
{
	if (x != NULL)
		free(x->columns);
	free(x);
}

static void
put_legend(const struct rrd_rows *x, const struct rrd *r, struct buf *to)
{
	const struct rrd_owner *o;
	const struct column *c;
	const char *comma = "";

	for (size_t i = 0; i < x->n; i++) {
		c = &x->columns[i];
		o = rrd_find(r, c->uuid);
		for (size_t k = 0; o != NULL && k < c->n; k++) {
			buf_printf(to, x->json ? "%s\"AVERAGE:%s:%s:%s\"" :
			    "%s<entry>AVERAGE:%s:%s:%s</entry>",
			    x->json ? comma : "", c->host ? "host" : "vm",
			    c->uuid, o->sources[k].name);
			comma = ",";
		}
	}
}

static void
put_head(struct rrd_rows *x, const struct rrd *r, struct buf *to)
{
	int step = rrd_archives[x->archive].step;
	long long rows = x->first > x->last ? 0 :
	    (x->last - x->first) / step + 1;
	size_t columns = 0;

	for (size_t i = 0; i < x->n; i++)
		columns += x->columns[i].n;
	buf_printf(to, x->json ? "{\"meta\":{\"start\":%lld,\"step\":%d,"
	    "\"end\":%lld,\"rows\":%lld,\"columns\":%zu,\"legend\":[" :
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xport><meta>"
	    "<start>%lld</start><step>%d</step><end>%lld</end>"
	    "<rows>%lld</rows><columns>%zu</columns><legend>",
	    (long long)x->first, step, (long long)x->last, rows, columns);
	put_legend(x, r, to);
	buf_str_add(to, x->json ? "]},\"data\":[" :
	    "</legend></meta><data>");
	x->begun = true;
}

/* A row has as many values as the legend says, whatever has become of it. */
static void
put_row(const struct rrd_rows *x, const struct rrd *r, int64_t t,
    struct buf *to)
{
	float v[RRD_SOURCES];
	const struct rrd_owner *o;
	const char *comma = "";

	buf_printf(to, x->json ? "%s{\"t\":%lld,\"values\":[" :
	    "%s<row><t>%lld</t>", x->json && t != x->last ? "," : "",
	    (long long)t);
	for (size_t i = 0; i < x->n; i++) {
		o = rrd_find(r, x->columns[i].uuid);
		if (o != NULL)
			rrd_row(r, o, x->archive, t, v);
		for (size_t k = 0; k < x->columns[i].n; k++) {
			buf_str_add(to, comma);
			rrd_put(to, o != NULL && k < o->n ? v[k] : NAN,
			    x->json);
			comma = x->json ? "," : "";
		}
	}
	buf_str_add(to, x->json ? "]}" : "</row>");
}

bool
rrd_rows_more(struct rrd_rows *x, const struct rrd *r, struct buf *to)
{
	if (!x->begun)
		put_head(x, r, to);
	while (x->next >= x->first && to->len < PIECE) {
		put_row(x, r, x->next, to);
		x->next -= rrd_archives[x->archive].step;
	}
	if (x->next >= x->first)
		return true;
	buf_str_add(to, x->json ? "]}\n" : "</data></xport>\n");
	return false;
}
