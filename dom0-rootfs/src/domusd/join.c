/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "cert.h"
#include "join.h"
#include "link.h"
#include "log.h"
#include "member.h"
#include "pool.h"

#define LONGEST_WAIT_S 60

void
join_free(struct join *j)
{
	if (j == NULL)
		return;
	free(j->address);
	free(j->fingerprint);
	free(j->token);
	free(j->user);
	if (j->password != NULL)
		explicit_bzero(j->password, strlen(j->password));
	free(j->password);
	free(j->session);
	free(j->seen);
	free(j);
}

int
join_allowed(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct record *r;

	if (db_count(db, CLASS_host) > 1)
		return req_fail(q, "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_"
		    "HOSTS", NULL);
	if (q->core->pool->join != NULL)
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
tell_success(struct request *q)
{
	return req_return_void(q);
}

/* The failure is the coordinator's own, if it gave one. */
static int
tell_failure(struct request *q)
{
	if (q->answer.code != NULL &&
	    strcmp(q->answer.code, LINK_UNREACHABLE) != 0)
		return req_fail_answer(q);
	return req_fail(q, "JOINING_HOST_SERVICE_FAILED",
	    q->core->pool->last_error, NULL);
}

static void
remember_error(struct core *core, const struct reply *r)
{
	struct err e;

	reply_error(r, &e);
	snprintf(core->pool->last_error, sizeof(core->pool->last_error),
	    "%.255s", e.text);
}

/* For a client that is the end; join.conf is tried again later. */
static void
failed(struct core *core, struct reply *r)
{
	struct join *j = core->pool->join;
	struct request *q = j->q;
	int wait;

	remember_error(core, r);
	log_warn(core->log, "join %s: %s", j->address, core->pool->last_error);
	if (q == NULL) {
		wait = j->failures >= 6 ? LONGEST_WAIT_S : 1 << j->failures;
		j->failures++;
		j->due = core_ms() + wait * 1000;
		j->out = false;
		return;
	}
	core->pool->join = NULL;
	join_free(j);
	q->answer = *r;
	*r = (struct reply){ 0 };
	request_continue(q, tell_failure);
}

static void
conf_removed(struct core *core, struct request *none, struct reply *r)
{
	struct err e;

	(void)none;
	if (!r->ok) {
		reply_error(r, &e);
		log_error(core->log, "%s", e.text);
	}
}

static void
remove_conf(struct core *core)
{
	core_ask(core, core->xen, priv_names[PRIV_JOIN_REMOVE],
	    value_new_array(), conf_removed, NULL);
}

static void
enrolled(struct core *core, struct request *none, struct reply *r)
{
	struct join *j = core->pool->join;
	struct request *q;
	struct err e;

	(void)none;
	if (link_result(r, &j->seen) == -1) {
		failed(core, r);
		return;
	}
	db_begin(&core->db, true);
	member_become(core, j->address, j->seen != NULL ? j->seen :
	    j->fingerprint, db_note(&core->db, "join.secret"));
	if (db_commit(&core->db, &e) == -1) {
		log_error(core->log, "join: %s", e.text);
		reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
		failed(core, r);
		return;
	}
	member_load(core);
	remove_conf(core);
	log_info(core->log, "member of the pool of %s", j->address);
	q = j->q;
	core->pool->join = NULL;
	core->pool->last_error[0] = '\0';
	join_free(j);
	if (q != NULL)
		request_continue(q, tell_success);
}

/* Ours from before the first request, so that a repeated one is the same. */
static const char *
secret(struct core *core)
{
	char text[ID_SECRET];

	if (db_note(&core->db, "join.secret") == NULL) {
		id_secret(text);
		db_begin(&core->db, true);
		db_note_set(&core->db, "join.secret", text);
		core_commit(core, "join");
	}
	return db_note(&core->db, "join.secret");
}

static void
enrol(struct core *core)
{
	const struct join *j = core->pool->join;
	struct value *request = value_new_struct();
	struct value *params = value_new_array();
	const char *own = secret(core);

	value_set_str(request, "host_uuid", core->host_uuid);
	value_set_str(request, "secret", own != NULL ? own : "");
	value_set_str(request, "certificate", core->cert->public_pem);
	value_set_bool(request, "force", j->force);
	if (j->session != NULL)
		value_set_str(request, "session", j->session);
	else
		value_set_str(request, "token", j->token);
	value_set(request, "bundle", bundle_make(core));
	value_add(params, request);
	link_call(core, j->address, j->seen != NULL ? j->seen :
	    j->fingerprint, "pool.domus_enrol", params, enrolled);
}

static void
logged_in(struct core *core, struct request *none, struct reply *r)
{
	struct join *j = core->pool->join;

	(void)none;
	if (link_result(r, &j->seen) == -1) {
		failed(core, r);
		return;
	}
	free(j->session);
	j->session = strdup(value_str(r->value) != NULL ?
	    value_str(r->value) : "");
	enrol(core);
}

static void
go(struct core *core)
{
	struct join *j = core->pool->join;
	struct value *params;
	struct reply r = { 0 };

	j->out = true;
	/* join.conf may be older than the members this host has now */
	if (db_count(&core->db, CLASS_host) > 1) {
		reply_fail(&r, "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS",
		    NULL);
		failed(core, &r);
		reply_free(&r);
		return;
	}
	if (j->token != NULL && *j->token != '\0') {
		enrol(core);
		return;
	}
	params = value_new_array();
	value_add_str(params, j->user);
	value_add_str(params, j->password);
	value_add_str(params, "1.0");
	value_add_str(params, "domusd pool join");
	link_call(core, j->address, j->fingerprint,
	    "session.login_with_password", params, logged_in);
}

static char *
copy(const struct value *conf, const char *key)
{
	const char *s = value_get_str(conf, key);

	return strdup(s != NULL ? s : "");
}

static void
conf_read_done(struct core *core, struct request *none, struct reply *r)
{
	struct join *j;
	struct err e;

	(void)none;
	if (!r->ok) {
		reply_error(r, &e);
		log_error(core->log, "%s", e.text);
	}
	if (!value_is(r->value, VALUE_STRUCT) || core->pool->join != NULL)
		return;
	if (core->pool->member) {
		remove_conf(core);	/* what was left to do */
		return;
	}
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return;
	j->address = copy(r->value, "coordinator");
	j->fingerprint = copy(r->value, "fingerprint");
	j->token = copy(r->value, "token");
	j->user = copy(r->value, "username");
	j->password = copy(r->value, "password");
	core->pool->join = j;
}

void
join_load(struct core *core)
{
	core_ask(core, core->xen, priv_names[PRIV_JOIN_READ],
	    value_new_array(), conf_read_done, NULL);
}

void
join_tick(struct core *core)
{
	struct join *j = core->pool->join;

	if (j != NULL && !j->out && j->due <= core_ms())
		go(core);
}
