/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator.h"
#include "core.h"
#include "facts.h"
#include "join.h"
#include "kept.h"
#include "log.h"
#include "member.h"
#include "pool.h"
#include "type.h"

int
pool_open(struct core *core, struct err *e)
{
	core->pool = calloc(1, sizeof(*core->pool));
	if (core->pool == NULL)
		return err_set(e, "out of memory");
	member_load(core);
	join_load(core);
	return 0;
}

void
pool_close(struct core *core)
{
	struct pool_state *p = core->pool;

	if (p == NULL)
		return;
	join_free(p->join);
	value_free(p->results);
	value_free(p->doing);
	buf_free(&p->kept);
	coordinator_free(core);
	explicit_bzero(p->secret, sizeof(p->secret));
	free(p);
	core->pool = NULL;
}

void
pool_told(struct core *core, struct request *none, struct reply *r)
{
	struct err e;

	(void)none;
	if (r->ok)
		return;
	reply_error(r, &e);
	log_error(core->log, "%s", e.text);
}

int64_t
pool_wait_ms(int failures, int longest)
{
	int seconds = failures >= 6 ? longest : 1 << failures;

	return INT64_C(1000) * (seconds < longest ? seconds : longest);
}

static const char *
role(const struct pool_state *p)
{
	return p->member ? "member" : p->join != NULL ? "joining" :
	    "coordinator";
}

void
pool_called(const struct core *core, char *name, size_t size)
{
	const struct record *pool = core_pool(core), *master = NULL;
	const char *label = pool != NULL ? rec_str(pool, pool_name_label) : "";

	if (pool != NULL)
		master = rec_ref(&core->db, pool, pool_master);
	if (*label == '\0' && master != NULL)
		snprintf(name, size, "of %.200s",
		    rec_str(master, host_name_label));
	else
		snprintf(name, size, "%s", label);
}

/* The console shows what pool this is; told when that changes. */
static void
tell_status(struct core *core)
{
	struct pool_state *p = core->pool;
	char own[256];
	const char *name = p->member ? p->name : own;
	const char *of = p->member ? p->address :
	    p->join != NULL ? p->join->address : "";
	char now[sizeof(p->status)];
	struct value *params;

	pool_called(core, own, sizeof(own));
	snprintf(now, sizeof(now), "%s %s %.300s", role(p), of, name);
	if (strcmp(now, p->status) == 0)
		return;
	strcpy(p->status, now);
	params = value_new_array();
	value_add_str(params, name);
	value_add_str(params, role(p));
	value_add_str(params, of);
	core_ask(core, core->xen, priv_names[PRIV_STATUS], params,
	    pool_told, NULL);
}

void
pool_tick(struct core *core)
{
	if (core_host(core) == NULL)
		return;		/* the first facts are not there yet */
	tell_status(core);
	kept_tick(core);
	join_tick(core);
	member_tick(core);
	if (!core->pool->member)
		coordinator_tick(core);
}

void
pool_facts_changed(struct core *core)
{
	core->pool->push = true;
}

struct peer *
pool_peer(const struct core *core, enum priv what)
{
	return what >= PRIV_DISK_ATTACH && what <= PRIV_DISK_COPY ?
	    core->disk : core->xen;
}

int
pool_ask_host(struct request *q, struct record *host, enum priv what,
    struct value *params, method_fn *fn)
{
	if (host == NULL) {
		value_free(params);
		return req_fail(q, "HANDLE_INVALID", "host", NULL_REF, NULL);
	}
	if (strcmp(host->ref, q->core->host_ref) == 0)
		return req_ask(q, pool_peer(q->core, what), priv_names[what],
		    params, fn);
	return coordinator_order(q, host, what, params, fn);
}

/* What keeps this host from joining anything. */
static int
join_allowed(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct join *j = q->core->pool->join;
	const struct record *r;

	if (db_count(db, CLASS_host) > 1)
		return req_fail(q, "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_"
		    "HOSTS", NULL);
	/* one that is only waiting for an answer must not wait for ever */
	if (j != NULL && (!j->ask || j->out))
		return req_fail(q, "OTHER_OPERATION_IN_PROGRESS", "pool",
		    core_pool(q->core)->ref, "join", "", NULL);
	for (size_t i = 0; i < db_count(db, CLASS_VM); i++) {
		r = db_at(db, CLASS_VM, i);
		if (!rec_bool(r, VM_is_control_domain) &&
		    strcmp(rec_str(r, VM_power_state), "Halted") != 0)
			return req_fail(q,
			    "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS", NULL);
	}
	for (size_t i = 0; i < db_count(db, CLASS_SR); i++)
		if (rec_bool(db_at(db, CLASS_SR, i), SR_shared))
			return req_fail(q,
			    "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS", NULL);
	return 0;
}

static int
join(struct request *q, const char *token, const char *fingerprint)
{
	struct join *j;

	if (join_allowed(q) == -1)
		return -1;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	j->q = q;
	j->address = strdup(req_str(q, 0));
	j->token = strdup(token);
	j->fingerprint = strdup(fingerprint);
	j->user = strdup(token[0] == '\0' ? req_str(q, 1) : "");
	j->password = strdup(token[0] == '\0' ? req_str(q, 2) : "");
	j->force = strcmp(q->method.verb, "join_force") == 0;
	join_forget(q->core);
	/* the first question is put outside this transaction */
	q->core->pool->join = j;
	q->core->every_due[1] = 0;
	return 1;
}

int
pool_join(struct request *q)
{
	return join(q, "", "");
}

int
pool_domus_join(struct request *q)
{
	if (*req_str(q, 1) == '\0' || *req_str(q, 2) == '\0')
		return req_fail(q, "INVALID_VALUE", "token",
		    "token and fingerprint are needed", NULL);
	return join(q, req_str(q, 1), req_str(q, 2));
}

/* Only dom0 goes with its host. */
static int
check_leaving(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *vms = rec_get(q->self, host_resident_VMs);
	const struct record *vm;

	if (strcmp(q->self->ref, q->core->host_ref) == 0)
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "The coordinator cannot leave its own pool", NULL);
	for (size_t i = 0; i < value_len(vms); i++) {
		vm = db_find(db, CLASS_VM, value_str(value_at(vms, i)));
		if (vm != NULL && !rec_bool(vm, VM_is_control_domain))
			return req_fail(q, "OPERATION_NOT_ALLOWED",
			    "VM resident on host", NULL);
	}
	return 0;
}

/* The member is told at its next hello, now or when it comes back. */
int
pool_eject(struct request *q)
{
	if (check_leaving(q) == -1)
		return -1;
	coordinator_forget(q->core, q->self);
	q->core->every_due[1] = 0;
	return 0;
}

/* Of one that will not come back. */
int
pool_host_destroy(struct request *q)
{
	const struct record *m = rec_ref(&q->core->db, q->self, host_metrics);

	if (check_leaving(q) == -1)
		return -1;
	if (m != NULL && rec_bool(m, host_metrics_live))
		return req_fail(q, "HOST_IS_LIVE", q->self->ref, NULL);
	coordinator_forget(q->core, q->self);
	return 0;
}

/* What is answered is on the disk already. */
int
pool_sync_database(struct request *q)
{
	return req_return_void(q);
}

int
pool_get_license_state(struct request *q)
{
	struct value *v = value_new_struct();

	value_set_str(v, "edition", "free");
	value_set_str(v, "expiry", "never");
	return req_return(q, v);
}

/* For people: `domus pool-status'. */
int
pool_domus_status(struct request *q)
{
	const struct pool_state *p = q->core->pool;
	struct value *v = value_new_struct();

	value_set_str(v, "role", role(p));
	value_set_str(v, "coordinator", p->member ? p->address :
	    p->join != NULL ? p->join->address : "");
	value_set_str(v, "reached", p->member && p->failures == 0 &&
	    p->last_error[0] == '\0' ? "true" : "false");
	value_set_str(v, "error", p->last_error);
	value_set_str(v, "host_uuid", q->core->host_uuid);
	return req_return(q, v);
}
