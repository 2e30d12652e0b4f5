/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "bundle.h"
#include "core.h"
#include "facts_parts.h"
#include "join.h"
#include "jsonrpc.h"
#include "link.h"
#include "log.h"
#include "member.h"
#include "pif.h"
#include "pool.h"

#define LONGEST_WAIT_S 15
#define RESULT_MS 5000		/* a hello waits this long for results */
#define RESULT_MAX ((size_t)100 << 10)	/* of JSON; see NET_MAX_BODY */
#define POWER_MS 3000		/* between a promised reboot and the reboot */

int
member_refuses(struct request *q)
{
	const char *address = q->core->pool->address;
	char host[256];
	struct err ignored;

	if (!q->core->pool->member)
		return 0;
	if (address_split(address, host, sizeof(host), NULL, &ignored) == -1)
		snprintf(host, sizeof(host), "%.255s", address);
	return req_fail(q, "HOST_IS_SLAVE", host, NULL);
}

void
member_become(struct core *core, const char *address,
    const char *fingerprint, const char *secret)
{
	db_note_set(&core->db, "pool.coordinator", address);
	db_note_set(&core->db, "pool.fingerprint", fingerprint);
	db_note_set(&core->db, "pool.secret", secret);
	db_note_set(&core->db, "join.secret", NULL);
}

void
member_load(struct core *core)
{
	struct pool_state *p = core->pool;
	const char *address = db_note(&core->db, "pool.coordinator");
	const char *print = db_note(&core->db, "pool.fingerprint");
	const char *secret = db_note(&core->db, "pool.secret");

	p->member = address != NULL && print != NULL && secret != NULL;
	if (!p->member)
		return;
	snprintf(p->address, sizeof(p->address), "%s", address);
	snprintf(p->fingerprint, sizeof(p->fingerprint), "%s", print);
	snprintf(p->secret, sizeof(p->secret), "%s", secret);
	p->push = true;
	p->hello_due = 0;
}

/* In a transaction: a pool of one again, with everything on its disks. */
static void
forget_pool(struct core *core)
{
	static const char *const notes[] = { "pool.coordinator",
		"pool.fingerprint", "pool.secret", "join.secret" };
	struct record *pool = core_pool(core);

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		db_note_set(&core->db, notes[i], NULL);
	if (pool != NULL)
		db_destroy(&core->db, pool);
	facts_pool(core, core_host(core));
}

static void
left(struct core *core, const char *why)
{
	core->pool->member = false;
	core->pool->last_error[0] = '\0';
	explicit_bzero(core->pool->secret, sizeof(core->pool->secret));
	log_warn(core->log, "%s: a pool of one again", why);
}

static void
leave(struct core *core)
{
	struct err e;

	db_begin(&core->db, true);
	forget_pool(core);
	if (db_commit(&core->db, &e) == -1)
		log_error(core->log, "leaving the pool: %s", e.text);
	else
		left(core, "ejected by the coordinator");
}

int
member_emergency_leave(struct request *q)
{
	struct db *db = &q->core->db;
	struct err e;

	if (!q->core->pool->member) {
		join_forget(q->core);
		return 0;
	}
	forget_pool(q->core);
	if (db_commit(db, &e) == -1)
		return req_fail(q, "INTERNAL_ERROR", e.text, NULL);
	left(q->core, "told to do without its coordinator");
	db_begin(db, true);
	return 0;
}

int
member_emergency_follow(struct request *q)
{
	struct db *db = &q->core->db;
	struct err e;

	if (!q->core->pool->member)
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "This host is the coordinator", NULL);
	if (*req_str(q, 0) == '\0')
		return req_fail(q, "INVALID_VALUE", "master_address", "", NULL);
	db_note_set(db, "pool.coordinator", req_str(q, 0));
	if (db_commit(db, &e) == -1)
		return req_fail(q, "INTERNAL_ERROR", e.text, NULL);
	member_load(q->core);
	db_begin(db, true);
	return 0;
}

static size_t
json_size(const struct value *v)
{
	struct buf b = { 0 };
	size_t len;

	json_put(&b, v);
	len = b.len;
	buf_free(&b);
	return len;
}

/*
 * What fits into a request: the end of a long text, nothing of what else is
 * too large.  A hello that were refused for its size would be so for ever.
 */
static struct value *
fit(struct value *v)
{
	const char *s = value_str(v), *from;
	struct value *end;
	size_t size = 0;

	if (json_size(v) <= RESULT_MAX)
		return v;
	if (s == NULL) {
		value_free(v);
		return value_new_null();
	}
	for (from = s + value_len(v); from > s; from--) {
		/* a control character becomes \u001b */
		size += (unsigned char)from[-1] < ' ' && from[-1] != '\n' ? 6 :
		    strchr("\n\"\\/", from[-1]) != NULL ? 2 : 1;
		if (size > RESULT_MAX)
			break;
	}
	end = value_new_str(from);
	value_free(v);
	return end;
}

static void
add_result(struct core *core, int64_t id, struct reply *r)
{
	struct value *v = value_new_struct();

	value_set_int(v, "id", id);
	if (r->ok) {
		value_set(v, "result", fit(r->value));
		r->value = NULL;
	} else {
		value_set_str(v, "code", r->code != NULL ? r->code :
		    "INTERNAL_ERROR");
		value_set(v, "params", r->params != NULL ? r->params :
		    value_new_array());
		r->params = NULL;
	}
	if (core->pool->results == NULL)
		core->pool->results = value_new_array();
	value_add(core->pool->results, v);
	core->pool->hello_due = 0;
}

/* [xen] answers in the order it was asked: the oldest order is meant. */
static void
order_done(struct core *core, struct request *none, struct reply *r)
{
	struct value *ids = core->pool->doing;
	struct err e;
	int64_t id;

	(void)none;
	if (value_as_int(value_at(ids, 0), &id, &e) == -1)
		return;
	value_remove_at(ids, 0);
	add_result(core, id, r);
	member_tick(core);
}

/* Say yes first: afterwards there is nobody to say it. */
static void
obey_power(struct core *core, int64_t id, enum priv what)
{
	struct reply r = { .ok = true, .value = value_new_null() };

	add_result(core, id, &r);
	reply_free(&r);
	core->pool->power = what;
	core->pool->power_due = core_ms() + POWER_MS;
}

/* What a coordinator may not have done on a member. */
static const enum priv may_not[] = { PRIV_PASSWORD_CHECK, PRIV_PASSWORD_HASH,
	PRIV_PASSWORD_SET,
	PRIV_JOIN_READ, PRIV_JOIN_REMOVE, PRIV_STATUS, PRIV_LINK_CALL };

/* PRIV_NAMES: no order. */
static enum priv
order_named(const char *what)
{
	enum priv p;

	for (p = 0; p < PRIV_NAMES; p++)
		if (what != NULL && strcmp(priv_names[p], what) == 0)
			break;
	for (size_t i = 0; i < sizeof(may_not) / sizeof(may_not[0]); i++)
		if (may_not[i] == p)
			return PRIV_NAMES;
	return p;
}

static void
obey(struct core *core, const struct value *order)
{
	const char *what = value_get_str(order, "what");
	struct value *params = value_copy(value_get(order, "params"));
	struct reply r = { 0 };
	struct err e;
	int64_t id;

	if (value_as_int(value_get(order, "id"), &id, &e) == -1) {
		value_free(params);
		return;
	}
	if (order_named(what) == PRIV_NAMES) {
		value_free(params);
		reply_fail(&r, "INTERNAL_ERROR", "no order of ours", NULL);
		add_result(core, id, &r);
		reply_free(&r);
		return;
	}
	log_info(core->log, "the coordinator orders: %s", what);
	for (enum priv p = PRIV_REBOOT; p <= PRIV_SHUTDOWN; p++) {
		if (strcmp(what, priv_names[p]) == 0) {
			value_free(params);
			obey_power(core, id, p);
			return;
		}
	}
	if (core->pool->doing == NULL)
		core->pool->doing = value_new_array();
	value_add_int(core->pool->doing, id);
	core->pool->doing_until = core_ms() + RESULT_MS;
	if (strcmp(what, priv_names[PRIV_NET_CHANGE]) == 0)
		core->every_due[EVERY_FACTS] = 0;
	core_ask(core, pool_peer(core, order_named(what)), what, params,
	    order_done, NULL);
}

static void
not_heard(struct core *core, const char *why)
{
	struct pool_state *p = core->pool;

	if (p->failures == 0)
		log_warn(core->log, "coordinator %s: %s", p->address, why);
	snprintf(p->last_error, sizeof(p->last_error), "%s", why);
	p->hello_due = core_ms() + pool_wait_ms(p->failures++, LONGEST_WAIT_S);
	p->push = true;
}

static void
answered(struct core *core, struct request *none, struct reply *r)
{
	struct pool_state *p = core->pool;
	const char *status;
	const struct value *orders;
	struct err e;

	(void)none;
	p->hello_out = false;
	if (!p->member)
		return;		/* no longer, since it asked */
	if (link_result(r, NULL) == -1) {
		reply_error(r, &e);
		not_heard(core, e.text);
		return;
	}
	status = value_get_str(r->value, "status");
	if (status != NULL && strcmp(status, "ejected") == 0) {
		leave(core);
		return;
	}
	if (status == NULL || strcmp(status, "ok") != 0) {
		not_heard(core, "it does not know this host");
		return;
	}
	if (p->failures > 0)
		log_info(core->log, "coordinator %s: back", p->address);
	p->failures = 0;
	p->last_error[0] = '\0';
	p->hello_due = 0;
	pif_coordinator_heard(core);
	for (; p->nresults_sent > 0; p->nresults_sent--)
		value_remove_at(p->results, 0);
	if (value_get_str(r->value, "pool") != NULL)
		snprintf(p->name, sizeof(p->name), "%.255s",
		    value_get_str(r->value, "pool"));
	orders = value_get(r->value, "orders");
	for (size_t i = 0; i < value_len(orders); i++)
		obey(core, value_at(orders, i));
}

/* The oldest results, as many as one request has room for. */
static struct value *
some_results(struct pool_state *p)
{
	struct value *some = value_new_array();
	size_t size = 0;

	for (p->nresults_sent = 0; p->nresults_sent < value_len(p->results);
	    p->nresults_sent++) {
		size += json_size(value_at(p->results, p->nresults_sent));
		if (p->nresults_sent > 0 && size > RESULT_MAX)
			break;
		value_add(some, value_copy(value_at(p->results,
		    p->nresults_sent)));
	}
	return some;
}

static void
hello(struct core *core)
{
	struct pool_state *p = core->pool;
	struct value *request = value_new_struct();
	struct value *params = value_new_array();

	value_set_str(request, "host_uuid", core->host_uuid);
	value_set_str(request, "secret", p->secret);
	if (p->push)
		value_set(request, "bundle", bundle_make(core));
	value_set(request, "results", some_results(p));
	if (p->nresults_sent < value_len(p->results))
		value_set_bool(request, "more", true);
	p->push = false;
	p->hello_out = true;
	value_add(params, request);
	link_call(core, p->address, p->fingerprint, "pool.domus_hello",
	    params, answered);
}

void
member_tick(struct core *core)
{
	struct pool_state *p = core->pool;

	if (p->power_due != 0 && p->power_due <= core_ms()) {
		p->power_due = 0;
		core_ask(core, core->xen, priv_names[p->power],
		    value_new_array(), pool_told, NULL);
	}
	if (!p->member || p->hello_out || p->hello_due > core_ms())
		return;
	if (value_len(p->doing) == 0 || p->doing_until <= core_ms())
		hello(core);
}
