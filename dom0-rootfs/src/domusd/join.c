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
#define AT "join.at"

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

/* The certificate that the coordinator must have: the one met, if any. */
static const char *
pin(const struct join *j)
{
	return j->seen != NULL ? j->seen : j->fingerprint;
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

/* It may have taken us all the same. */
static int
tell_doubt(struct request *q)
{
	return req_fail(q, "JOINING_HOST_SERVICE_FAILED",
	    q->core->pool->last_error, "This host goes on to ask the "
	    "coordinator whether it has become a member", NULL);
}

void
join_forget(struct core *core)
{
	struct join *j = core->pool->join;

	db_note_set(&core->db, AT, NULL);
	if (j != NULL && j->ask) {
		core->pool->join = NULL;
		join_free(j);
	}
}

static void
remember_error(struct core *core, const struct reply *r)
{
	struct err e;

	reply_error(r, &e);
	snprintf(core->pool->last_error, sizeof(core->pool->last_error),
	    "%.255s", e.text);
}

static void
again_later(struct join *j)
{
	j->due = core_ms() + pool_wait_ms(j->failures++, LONGEST_WAIT_S);
	j->out = false;
}

/* For a client that is the end; join.conf is tried again later. */
static void
failed(struct core *core, struct reply *r)
{
	struct join *j = core->pool->join;
	struct request *q = j->q;
	bool doubt = db_note(&core->db, AT) != NULL && r->code != NULL &&
	    strcmp(r->code, LINK_UNREACHABLE) == 0;

	remember_error(core, r);
	log_warn(core->log, "join %s: %s", j->address, core->pool->last_error);
	if (q == NULL) {
		again_later(j);
		return;
	}
	q->answer = *r;
	*r = (struct reply){ 0 };
	if (doubt) {
		j->q = NULL;
		j->ask = true;
		again_later(j);
		request_continue(q, tell_doubt);
		return;
	}
	db_begin(&core->db, true);
	join_forget(core);
	core_commit(core, "join");
	core->pool->join = NULL;
	join_free(j);
	request_continue(q, tell_failure);
}

static void
remove_conf(struct core *core)
{
	core_ask(core, core->xen, priv_names[PRIV_JOIN_REMOVE],
	    value_new_array(), pool_told, NULL);
}

/* The coordinator has us: so be it. */
static void
joined(struct core *core)
{
	struct join *j = core->pool->join;
	struct reply r = { 0 };
	struct request *q;
	struct err e;

	db_begin(&core->db, true);
	member_become(core, j->address, pin(j),
	    db_note(&core->db, "join.secret"));
	db_note_set(&core->db, AT, NULL);
	if (db_commit(&core->db, &e) == -1) {
		log_error(core->log, "join: %s", e.text);
		reply_fail(&r, LINK_UNREACHABLE, e.text, NULL);
		failed(core, &r);
		reply_free(&r);
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

static void
enrolled(struct core *core, struct request *none, struct reply *r)
{
	(void)none;
	if (link_result(r, &core->pool->join->seen) == -1)
		failed(core, r);
	else
		joined(core);
}

/* To a hello of one who may be a member. */
static void
told(struct core *core, struct request *none, struct reply *r)
{
	struct join *j = core->pool->join;
	const char *status;

	(void)none;
	if (link_result(r, NULL) == -1) {
		failed(core, r);
		return;
	}
	status = value_get_str(r->value, "status");
	if (status != NULL && strcmp(status, "ok") == 0) {
		joined(core);
		return;
	}
	log_info(core->log, "join %s: it has not taken this host", j->address);
	db_begin(&core->db, true);
	join_forget(core);
	core_commit(core, "join");
}

static void
ask(struct core *core)
{
	const struct join *j = core->pool->join;
	const char *own = db_note(&core->db, "join.secret");
	struct value *request = value_new_struct();
	struct value *params = value_new_array();

	value_set_str(request, "host_uuid", core->host_uuid);
	value_set_str(request, "secret", own != NULL ? own : "");
	value_set_bool(request, "more", true);	/* do not wait for orders */
	value_add(params, request);
	link_call(core, j->address, pin(j), "pool.domus_hello",
	    params, told);
}

/*
 * Ours from before the first request, so that a repeated one is the same; with
 * it whom we ask, unless that is in join.conf.
 */
static int
prepare(struct core *core, const struct join *j, struct err *e)
{
	struct db *db = &core->db;
	char text[ID_SECRET], at[512];

	db_begin(db, true);
	if (db_note(db, "join.secret") == NULL) {
		id_secret(text);
		db_note_set(db, "join.secret", text);
	}
	snprintf(at, sizeof(at), "%s %s", j->address, pin(j));
	if (j->q != NULL)
		db_note_set(db, AT, at);
	return db_commit(db, e);
}

static struct value *
enrolment(struct core *core, const struct join *j)
{
	struct value *request = value_new_struct();

	value_set_str(request, "host_uuid", core->host_uuid);
	value_set_str(request, "secret", db_note(&core->db, "join.secret"));
	value_set_str(request, "certificate", core->cert->public_pem);
	value_set_bool(request, "force", j->force);
	if (j->session != NULL)
		value_set_str(request, "session", j->session);
	else
		value_set_str(request, "token", j->token);
	value_set(request, "bundle", bundle_make(core));
	return request;
}

static void
enrol(struct core *core)
{
	const struct join *j = core->pool->join;
	struct value *params;
	struct reply r = { 0 };
	struct err e;

	if (prepare(core, j, &e) == -1) {
		reply_fail(&r, "INTERNAL_ERROR", e.text, NULL);
		failed(core, &r);
		reply_free(&r);
		return;
	}
	params = value_new_array();
	value_add(params, enrolment(core, j));
	link_call(core, j->address, pin(j), "pool.domus_enrol",
	    params, enrolled);
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
	if (j->ask) {
		ask(core);
		return;
	}
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

static struct join *
from_conf(const struct value *conf)
{
	struct join *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->address = copy(conf, "coordinator");
	j->fingerprint = copy(conf, "fingerprint");
	j->token = copy(conf, "token");
	j->user = copy(conf, "username");
	j->password = copy(conf, "password");
	return j;
}

static struct join *
from_note(const char *at)
{
	struct join *j = calloc(1, sizeof(*j));
	size_t len = strcspn(at, " ");

	if (j == NULL)
		return NULL;
	j->ask = true;
	j->address = strndup(at, len);
	j->fingerprint = strdup(at + len + strspn(at + len, " "));
	return j;
}

static void
conf_read_done(struct core *core, struct request *none, struct reply *r)
{
	const char *at = db_note(&core->db, AT);
	bool conf = value_is(r->value, VALUE_STRUCT);

	pool_told(core, none, r);
	if (core->pool->join != NULL)
		return;
	if (core->pool->member) {
		if (conf)
			remove_conf(core);	/* what was left to do */
		return;
	}
	if (conf)
		core->pool->join = from_conf(r->value);
	else if (at != NULL)
		core->pool->join = from_note(at);
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
