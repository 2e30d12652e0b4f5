/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "buf.h"
#include "core.h"
#include "http.h"
#include "out.h"
#include "pool.h"
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

/* The host that the VM runs on has them. */
static int
elsewhere(struct request *q, const struct record *host, const char *uuid)
{
	const char *address = rec_str(host, host_address);
	bool v6 = strchr(address, ':') != NULL;
	struct value *v = value_new_struct();
	struct buf to = { 0 };

	buf_printf(&to, "https://%s%s%s/vm_rrds?uuid=%s%s", v6 ? "[" : "",
	    address, v6 ? "]" : "", uuid,
	    http_flag(q, "json") ? "&json=true" : "");
	if (q->session[0] != '\0')
		buf_printf(&to, "&session_id=%s", q->session);
	value_set_int(v, "status", 302);
	value_set_str(v, "location", buf_str(&to));
	buf_free(&to);
	return req_return(q, v);
}

int
http_vm_rrds(struct request *q)
{
	const struct record *vm, *host;
	const char *uuid;

	if (q->core->rrd == NULL)
		return no_statistics(q);
	uuid = http_query(q, "uuid");
	/* whose VMs the coordinator has the records of */
	if (q->core->pool->member && id_is_uuid(uuid))
		return dump(q, uuid);
	vm = http_record(q, CLASS_VM, "uuid");
	if (vm == NULL)
		return -1;
	host = rec_ref(&q->core->db, vm, VM_resident_on);
	if (host != NULL && strcmp(host->ref, q->core->host_ref) != 0)
		return elsewhere(q, host, rec_str(vm, VM_uuid));
	return dump(q, rec_str(vm, VM_uuid));
}
