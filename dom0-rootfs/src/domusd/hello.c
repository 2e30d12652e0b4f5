/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "coordinator.h"
#include "core.h"

/*
 * pool.domus_hello, as the coordinator hears it: {host_uuid, secret[, bundle,
 * results, more]}.  The answer waits until there are orders, or some seconds,
 * or not at all when there are more results:
 * {status, pool, orders: [{id, what, params}]}.  status is ok, or ejected, or
 * unknown.
 */
#define HELLO_MS 10000

/* What a waiting hello keeps. */
struct hello {
	char uuid[ID_UUID];
	int64_t until;
	struct request *q;
};

static void
hello_free(void *arg)
{
	struct hello *h = arg;
	struct member *m = coordinator_member(h->q->core, h->uuid);

	if (m != NULL && m->waiting == h->q)
		m->waiting = NULL;
	free(h);
}

static int
answer_status(struct request *q, const char *status, struct value *orders)
{
	struct value *v = value_new_struct();
	char name[256];

	pool_called(q->core, name, sizeof(name));
	value_set_str(v, "status", status);
	value_set_str(v, "pool", name);
	value_set(v, "orders", orders);
	return req_return(q, v);
}

static int
answer_orders(struct request *q)
{
	const struct hello *h = q->later;
	struct member *m = coordinator_member(q->core, h->uuid);

	if (coordinator_ejected(&q->core->db, h->uuid))
		return answer_status(q, "ejected", value_new_array());
	return answer_status(q, "ok", m != NULL ? coordinator_take_orders(m) :
	    value_new_array());
}

static int
take_bundle(struct request *q, const char *uuid, const struct value *bundle)
{
	struct db *db = &q->core->db;
	struct err e;

	if (bundle_apply(db, uuid, bundle, false, &e) == -1)
		return req_fail(q, "INVALID_VALUE", "bundle", e.text, NULL);
	if (db_commit(db, &e) == -1)
		return req_fail(q, "INTERNAL_ERROR", e.text, NULL);
	db_begin(db, false);
	if (bundle_apply(db, uuid, bundle, true, &e) == -1)
		return req_fail(q, "INVALID_VALUE", "bundle", e.text, NULL);
	return 0;
}

/*
 * Commit what the member brings.  Then, between two transactions, others can
 * go on: those who waited for its results, and a hello that it has given up.
 */
static int
take_news(struct request *q, const char *uuid, const struct value *request)
{
	const struct value *bundle = value_get(request, "bundle");
	const struct value *results = value_get(request, "results");
	struct core *core = q->core;
	struct member *m;
	struct err e;

	core->db.keep = bundle != NULL;	/* figures alone need no disk */
	if (bundle != NULL && take_bundle(q, uuid, bundle) == -1)
		return -1;
	coordinator_heard(core, uuid);
	if (db_commit(&core->db, &e) == -1)
		return req_fail(q, "INTERNAL_ERROR", e.text, NULL);
	m = coordinator_member(core, uuid);
	for (size_t i = 0; m != NULL && i < value_len(results); i++)
		coordinator_result(m, value_at(results, i));
	if (m != NULL && m->waiting != NULL)
		request_continue(m->waiting, answer_orders);
	db_begin(&core->db, false);
	return 0;
}

int
pool_domus_hello(struct request *q)
{
	const struct value *request = q->args[0];
	const char *uuid = value_get_str(request, "host_uuid");
	const char *secret = value_get_str(request, "secret");
	struct member *m;
	struct hello *h;

	if (uuid == NULL || secret == NULL || !id_is_uuid(uuid))
		return req_fail(q, "INVALID_VALUE", "request", "", NULL);
	if (coordinator_knows(&q->core->db, "ejected", uuid, secret))
		return answer_status(q, "ejected", value_new_array());
	if (!coordinator_knows(&q->core->db, "member", uuid, secret))
		return answer_status(q, "unknown", value_new_array());
	if (take_news(q, uuid, request) == -1)
		return -1;
	m = coordinator_member(q->core, uuid);
	h = calloc(1, sizeof(*h));
	if (h == NULL || m == NULL) {
		free(h);
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	}
	*h = (struct hello){ .until = core_ms() + HELLO_MS, .q = q };
	snprintf(h->uuid, sizeof(h->uuid), "%s", uuid);
	q->later = h;
	q->later_free = hello_free;
	if (coordinator_has_orders(m) || value_get(request, "more") != NULL)
		return answer_orders(q);
	m->waiting = q;
	return 1;
}

void
hello_tick(struct core *core)
{
	struct pool_state *p = core->pool;
	const struct hello *h;

	for (size_t i = 0; i < p->nmembers; i++) {
		if (p->members[i].waiting == NULL)
			continue;
		h = p->members[i].waiting->later;
		if (h->until <= core_ms() ||
		    coordinator_ejected(&core->db, h->uuid) ||
		    coordinator_has_orders(&p->members[i]))
			request_continue(p->members[i].waiting, answer_orders);
	}
}
