/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "rrd.h"
#include "rrd_put.h"
#include "rrd_text.h"

#define PIECE ((size_t)32 << 10)
#define HEARTBEAT "300.0"

struct rrd_dump {
	char uuid[ID_UUID];
	struct rrd_owner *own;
	bool json;
	size_t n;		/* sources, as the head says */
	int64_t end;		/* newest row of the finest archive */
	int archive, row;	/* to be put next; -1: the head */
};

void
rrd_put(struct buf *to, float v, bool json)
{
	char text[32];

	if (isnan(v) || isinf(v))
		snprintf(text, sizeof(text), json ? "\"NaN\"" : "NaN");
	else if (fabsf(v) < 1e15f && v == truncf(v))
		snprintf(text, sizeof(text), "%.0f", (double)v);
	else
		snprintf(text, sizeof(text), "%.6g", (double)v);
	buf_printf(to, json ? "%s" : "<v>%s</v>", text);
}

struct rrd_dump *
rrd_dump_new(const char *uuid, struct rrd_owner *own, bool json)
{
	struct rrd_dump *x = calloc(1, sizeof(*x));

	if (x == NULL) {
		rrd_owner_free(own);
		return NULL;
	}
	snprintf(x->uuid, sizeof(x->uuid), "%s", uuid);
	x->own = own;
	x->json = json;
	x->archive = -1;
	return x;
}

void
rrd_dump_free(struct rrd_dump *x)
{
	if (x != NULL)
		rrd_owner_free(x->own);
	free(x);
}

static const char *
type(const struct rrd_source *s)
{
	return s->rate ? "DERIVE" : "GAUGE";
}

static void
put_head(struct rrd_dump *x, const struct rrd_owner *o, struct buf *to)
{
	buf_printf(to, x->json ? "{\"version\":\"0003\",\"step\":%d,"
	    "\"lastupdate\":%lld,\"ds\":[" :
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rrd>"
	    "<version>0003</version><step>%d</step>"
	    "<lastupdate>%lld</lastupdate>", RRD_STEP, (long long)x->end);
	for (size_t i = 0; i < x->n; i++)
		buf_printf(to, x->json ? "%s{\"name\":\"%s\",\"type\":\"%s\","
		    "\"minimal_heartbeat\":" HEARTBEAT ",\"min\":\"-Inf\","
		    "\"max\":\"Inf\",\"last_ds\":\"NaN\",\"value\":\"NaN\","
		    "\"unknown_sec\":0}" :
		    "%s<ds><name>%s</name><type>%s</type>"
		    "<minimal_heartbeat>" HEARTBEAT "</minimal_heartbeat>"
		    "<min>-Inf</min><max>Inf</max><last_ds>NaN</last_ds>"
		    "<value>NaN</value><unknown_sec>0</unknown_sec></ds>",
		    x->json && i > 0 ? "," : "", o->sources[i].name,
		    type(&o->sources[i]));
	if (x->json)
		buf_str_add(to, "],\"rra\":[");
}

static void
put_archive_head(const struct rrd_dump *x, struct buf *to)
{
	buf_printf(to, x->json ? "%s{\"cf\":\"AVERAGE\",\"pdp_per_row\":%d,"
	    "\"params\":{\"xff\":0.5},\"cdp_prep\":{\"ds\":[" :
	    "%s<rra><cf>AVERAGE</cf><pdp_per_row>%d</pdp_per_row>"
	    "<params><xff>0.5</xff></params><cdp_prep>",
	    x->json && x->archive > 0 ? "," : "",
	    rrd_archives[x->archive].step / RRD_STEP);
	for (size_t i = 0; i < x->n; i++)
		buf_printf(to, x->json ? "%s{\"primary_value\":0,"
		    "\"secondary_value\":0,\"value\":\"NaN\","
		    "\"unknown_datapoints\":0}" :
		    "%s<ds><primary_value>0.0</primary_value>"
		    "<secondary_value>0.0</secondary_value>"
		    "<value>NaN</value>"
		    "<unknown_datapoints>0</unknown_datapoints></ds>",
		    x->json && i > 0 ? "," : "");
	buf_str_add(to, x->json ? "]},\"database\":[" :
	    "</cdp_prep><database>");
}

static void
put_row(const struct rrd_dump *x, const struct rrd *r,
    const struct rrd_owner *o, struct buf *to)
{
	const struct rrd_archive *a = &rrd_archives[x->archive];
	int64_t t = x->end / a->step * a->step -
	    (int64_t)(a->rows - 1 - x->row) * a->step;
	float v[RRD_SOURCES];

	buf_str_add(to, !x->json ? "<row>" : x->row > 0 ? ",[" : "[");
	if (o != NULL)
		rrd_row(r, o, x->archive, t, v);
	for (size_t i = 0; i < x->n; i++) {
		if (x->json && i > 0)
			buf_char(to, ',');
		rrd_put(to, o != NULL && i < o->n ? v[i] : NAN, x->json);
	}
	buf_str_add(to, x->json ? "]" : "</row>");
}

/* The next row, and what is around it. */
static void
put_step(struct rrd_dump *x, const struct rrd *r, const struct rrd_owner *o,
    struct buf *to)
{
	if (x->row == 0)
		put_archive_head(x, to);
	put_row(x, r, o, to);
	if (++x->row < rrd_archives[x->archive].rows)
		return;
	buf_str_add(to, x->json ? "]}" : "</database></rra>");
	x->row = 0;
	x->archive++;
}

bool
rrd_dump_more(struct rrd_dump *x, const struct rrd *r, struct buf *to)
{
	const struct rrd_owner *o = x->own != NULL ? x->own :
	    rrd_find(r, x->uuid);

	if (x->archive == -1) {
		x->n = o != NULL ? o->n : 0;
		x->end = o != NULL && o->last != 0 ? o->last : r->last;
		put_head(x, o, to);
		x->archive = 0;
	}
	while (x->archive < RRD_ARCHIVES && to->len < PIECE)
		put_step(x, r, o, to);
	if (x->archive < RRD_ARCHIVES)
		return true;
	buf_str_add(to, x->json ? "]}\n" : "</rrd>\n");
	return false;
}
