/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "coordinator.h"
#include "core.h"
#include "log.h"

#define SILENT_MS 40000		/* then a member is not live */
#define ORDER_MS 60000		/* then it has not been carried out */

/* Something a member shall do; q is who waits for it, or NULL. */
struct order {
	int64_t id, given;
	enum priv what;
	struct value *params;
	bool sent;
	struct request *q;
	struct order *next;
};

static bool
hash_is(const struct db *db, const char *kind, const char *whose,
    const char *hash)
{
	char key[64], have[HASH_HEX] = "";
	const char *note;

	snprintf(key, sizeof(key), "%s.%.36s", kind, whose);
	note = db_note(db, key);
	return note != NULL && sscanf(note, "%64s", have) == 1 &&
	    id_same(have, hash);
}

bool
coordinator_knows(const struct db *db, const char *kind, const char *whose,
    const char *secret)
{
	char hash[HASH_HEX];

	hash_bytes(secret, strlen(secret), hash);
	return hash_is(db, kind, whose, hash);
}

bool
coordinator_member_is(const struct db *db, const char *whose,
    const char *secret_hash)
{
	return hash_is(db, "member", whose, secret_hash);
}

bool
coordinator_ejected(const struct db *db, const char *whose)
{
	char key[64];

	snprintf(key, sizeof(key), "ejected.%.36s", whose);
	return db_note(db, key) != NULL;
}

struct member *
coordinator_member(struct core *core, const char *uuid)
{
	struct pool_state *p = core->pool;
	struct member *more;

	for (size_t i = 0; i < p->nmembers; i++)
		if (strcmp(p->members[i].uuid, uuid) == 0)
			return &p->members[i];
	more = reallocarray(p->members, p->nmembers + 1, sizeof(*more));
	if (more == NULL)
		return NULL;
	p->members = more;
	more[p->nmembers] = (struct member){ .heard = core_ms() };
	snprintf(more[p->nmembers].uuid, ID_UUID, "%s", uuid);
	return &more[p->nmembers++];
}

static void
set_live(struct core *core, const char *uuid, bool live)
{
	const struct record *host = db_by_uuid(&core->db, CLASS_host, uuid);
	struct record *m = host != NULL ?
	    rec_ref(&core->db, host, host_metrics) : NULL;

	if (m == NULL)
		return;
	if (rec_bool(m, host_metrics_live) != live)
		log_info(core->log, "%s is %s", rec_str(host, host_name_label),
		    live ? "live" : "silent");
	db_set_bool(&core->db, m, host_metrics_live, live);
	if (live)
		db_set_time(&core->db, m, host_metrics_last_updated,
		    core_time());
}

void
coordinator_heard(struct core *core, const char *uuid)
{
	struct member *m = coordinator_member(core, uuid);

	if (m != NULL)
		m->heard = core_ms();
	set_live(core, uuid, true);
}

static void
order_free(struct order *o)
{
	value_free(o->params);
	free(o);
}

static int
offline(struct request *q)
{
	return req_fail(q, "HOST_OFFLINE", q->later, NULL);
}

static void
give_up(struct member *m, bool all)
{
	struct order **at = &m->orders, *o;

	while ((o = *at) != NULL) {
		if (!all && core_ms() - o->given < ORDER_MS) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		if (o->q != NULL)
			request_continue(o->q, offline);
		order_free(o);
	}
}

int
coordinator_order(struct request *q, struct record *host, enum priv what,
    struct value *params, method_fn *fn)
{
	struct member *m = coordinator_member(q->core,
	    rec_str(host, host_uuid));
	const struct record *metrics = rec_ref(&q->core->db, host,
	    host_metrics);
	struct order *o = calloc(1, sizeof(*o)), **at;

	free(q->later);
	q->later = strdup(host->ref);
	q->later_free = free;
	if (m == NULL || o == NULL || q->later == NULL || metrics == NULL ||
	    !rec_bool(metrics, host_metrics_live)) {
		value_free(params);
		free(o);
		return req_fail(q, "HOST_OFFLINE", host->ref, NULL);
	}
	*o = (struct order){ (int64_t)++q->core->last_id, core_ms(), what,
		params, false, q, NULL };
	q->then = fn;
	for (at = &m->orders; *at != NULL; at = &(*at)->next)
		;
	*at = o;
	q->core->every_due[1] = 0;	/* pool_tick: send it now */
	return 1;
}

/* A failure's parameters are texts, whatever a member says. */
static struct value *
texts(const struct value *v)
{
	struct value *all = value_new_array();
	const char *s;

	for (size_t i = 0; value_is(v, VALUE_ARRAY) && i < value_len(v); i++) {
		s = value_str(value_at(v, i));
		value_add_str(all, s != NULL ? s : "");
	}
	return all;
}

void
coordinator_result(struct member *m, struct value *v)
{
	struct order **at = &m->orders, *o;
	struct request *q;
	struct err e;
	int64_t id;

	if (value_as_int(value_get(v, "id"), &id, &e) == -1)
		return;
	while (*at != NULL && (*at)->id != id)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	o = *at;
	*at = o->next;
	q = o->q;
	order_free(o);
	if (q == NULL)
		return;
	reply_free(&q->answer);
	q->answer.ok = value_get(v, "result") != NULL;
	q->answer.value = value_copy(value_get(v, "result"));
	if (!q->answer.ok) {
		q->answer.code = strdup(value_get_str(v, "code") != NULL ?
		    value_get_str(v, "code") : "INTERNAL_ERROR");
		q->answer.params = texts(value_get(v, "params"));
	}
	request_continue(q, q->then);
}

bool
coordinator_has_orders(const struct member *m)
{
	for (const struct order *o = m->orders; o != NULL; o = o->next)
		if (!o->sent)
			return true;
	return false;
}

struct value *
coordinator_take_orders(struct member *m)
{
	struct value *orders = value_new_array(), *v;

	for (struct order *o = m->orders; o != NULL; o = o->next) {
		if (o->sent)
			continue;
		v = value_new_struct();
		value_set_int(v, "id", o->id);
		value_set_str(v, "what", priv_names[o->what]);
		value_set(v, "params", value_copy(o->params));
		value_add(orders, v);
		o->sent = true;
	}
	return orders;
}

void
coordinator_tick(struct core *core)
{
	struct pool_state *p = core->pool;
	const struct record *host;

	/* every host but this one, also those not heard since we started */
	for (size_t i = 0; i < db_count(&core->db, CLASS_host); i++) {
		host = db_at(&core->db, CLASS_host, i);
		if (strcmp(host->ref, core->host_ref) != 0)
			coordinator_member(core, rec_str(host, host_uuid));
	}
	db_begin(&core->db, false);
	for (size_t i = 0; i < p->nmembers; i++)
		if (core_ms() - p->members[i].heard > SILENT_MS)
			set_live(core, p->members[i].uuid, false);
	core_commit(core, "liveness");
	for (size_t i = 0; i < p->nmembers; i++)
		give_up(&p->members[i], core_ms() - p->members[i].heard >
		    SILENT_MS);
	hello_tick(core);
}

void
coordinator_forget(struct core *core, struct record *host)
{
	char from[64], to[64];
	const char *uuid = rec_str(host, host_uuid), *note;

	snprintf(from, sizeof(from), "member.%.36s", uuid);
	snprintf(to, sizeof(to), "ejected.%.36s", uuid);
	note = db_note(&core->db, from);
	if (note != NULL)
		db_note_set(&core->db, to, note);
	db_note_set(&core->db, from, NULL);
	bundle_forget(&core->db, host);
}

void
coordinator_free(struct core *core)
{
	struct pool_state *p = core->pool;
	struct order *o;

	for (size_t i = 0; i < p->nmembers; i++) {
		while ((o = p->members[i].orders) != NULL) {
			p->members[i].orders = o->next;
			order_free(o);
		}
	}
	free(p->members);
	p->members = NULL;
	p->nmembers = 0;
}
