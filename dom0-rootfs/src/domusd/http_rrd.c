/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "buf.h"
#include "core.h"
#include "http.h"
#include "out.h"
#include "rrd.h"
#include "rrd_text.h"

/* Pages: statistics of this host and of the VMs that run on it. */

#define TYPE_XML "text/xml"
#define TYPE_JSON "application/json"

static bool
more_rows(struct core *core, void *arg, struct buf *to)
{
	return rrd_rows_more(arg, core->rrd, to);
}

static void
free_rows(void *arg)
{
	rrd_rows_free(arg);
}

static bool
more_dump(struct core *core, void *arg, struct buf *to)
{
	return rrd_dump_more(arg, core->rrd, to);
}

static void
free_dump(void *arg)
{
	rrd_dump_free(arg);
}

static int
no_statistics(struct request *q)
{
	return req_fail(q, "INTERNAL_ERROR", "no statistics are kept: see "
	    "the log", NULL);
}

int
http_rrd_updates(struct request *q)
{
	struct rrd_query query;
	struct rrd_rows *rows;
	const char *name;

	if (q->core->rrd == NULL)
		return no_statistics(q);
	if (rrd_query(value_get(q->http->head, "query"), &query, &name) == -1)
		return req_fail(q, "INVALID_VALUE", name,
		    http_query(q, name), NULL);
	rows = rrd_rows_new(q->core->rrd, &query);
	if (rows == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	return out_answer(q, &(struct out_text){
	    query.json ? TYPE_JSON : TYPE_XML, more_rows, free_rows, rows });
}

static int
dump(struct request *q, const char *uuid)
{
	struct rrd *r = q->core->rrd;
	struct rrd_owner *own = NULL;
	struct rrd_dump *x;
	bool json = http_flag(q, "json");

	if (rrd_find(r, uuid) == NULL) {
		own = rrd_load(r, uuid);
		if (own == NULL)
			return req_fail(q, "HANDLE_INVALID", "rrd", uuid,
			    NULL);
	}
	x = rrd_dump_new(uuid, own, json);
	if (x == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	return out_answer(q, &(struct out_text){ json ? TYPE_JSON : TYPE_XML,
	    more_dump, free_dump, x });
}

int
http_host_rrds(struct request *q)
{
	return q->core->rrd == NULL ? no_statistics(q) :
	    dump(q, q->core->host_uuid);
}

int
http_vm_rrds(struct request *q)
{
	const struct record *vm;

	if (q->core->rrd == NULL)
		return no_statistics(q);
	vm = http_record(q, CLASS_VM, "uuid");
	return vm == NULL ? -1 : dump(q, rec_str(vm, VM_uuid));
}
