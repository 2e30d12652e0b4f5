/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "client.h"
#include "core.h"
#include "link.h"
#include "log.h"
#include "priv.h"
#include "request.h"

/*
 * [link]: calls of other hosts, one after the other.  A host has one partner
 * at most, its coordinator, so one connection is kept.  [ask] is the same once
 * more, for what cannot wait for the answer to a hello.
 */
#define CONNECT_MS 10000
#define CALL_MS 60000

/*
 * A coordinator answers with a few orders, and need not be what it says it is:
 * before a join, it is any host that somebody named.
 */
#define ANSWER_MAX ((size_t)1 << 20)

struct partner {
	char *address, *fingerprint;
	struct rpc_client *client;
};

static struct value *
question(const char *address, const char *fingerprint, const char *method,
    struct value *params)
{
	struct value *v = value_new_array();

	value_add_str(v, address);
	value_add_str(v, fingerprint != NULL ? fingerprint : "");
	value_add_str(v, method);
	value_add(v, params);
	return v;
}

void
link_call(struct core *core, const char *address, const char *fingerprint,
    const char *method, struct value *params,
    void (*answered)(struct core *, struct request *, struct reply *))
{
	core_ask(core, core->link, priv_names[PRIV_LINK_CALL],
	    question(address, fingerprint, method, params), answered, NULL);
}

void
link_ask(struct request *q, const char *address, const char *fingerprint,
    const char *method, struct value *params,
    void (*answered)(struct core *, struct request *, struct reply *))
{
	core_ask(q->core, q->core->ask, priv_names[PRIV_LINK_CALL],
	    question(address, fingerprint, method, params), answered, q);
}

int
link_result(struct reply *r, char **seen_r)
{
	struct value *v = r->value, *result;
	const char *seen = value_get_str(v, "seen");

	if (!r->ok)
		return -1;
	if (seen_r != NULL && seen != NULL && *seen != '\0') {
		free(*seen_r);
		*seen_r = strdup(seen);
	}
	result = value_copy(value_get(v, "result"));
	if (result == NULL) {
		r->ok = false;
		r->code = strdup(value_get_str(v, "code") != NULL ?
		    value_get_str(v, "code") : "INTERNAL_ERROR");
		r->params = value_copy(value_get(v, "params"));
		if (r->params == NULL)
			r->params = value_new_array();
	}
	r->value = result;
	value_free(v);
	return r->ok ? 0 : -1;
}

static void
forget(struct partner *p)
{
	rpc_client_close(p->client);
	free(p->address);
	free(p->fingerprint);
	*p = (struct partner){ 0 };
}

static int
partner_open(struct partner *p, const char *address, const char *fingerprint,
    struct err *e)
{
	char host[256];
	struct rpc_options o = { .host = host, .connect_ms = CONNECT_MS,
		.timeout_ms = CALL_MS, .answer_max = ANSWER_MAX };

	if (p->client != NULL && strcmp(p->address, address) == 0 &&
	    strcmp(p->fingerprint, fingerprint) == 0)
		return 0;
	forget(p);
	if (address_split(address, host, sizeof(host), &o.port, e) == -1)
		return -1;
	o.fingerprint = *fingerprint != '\0' ? fingerprint : NULL;
	p->address = strdup(address);
	p->fingerprint = strdup(fingerprint);
	if (p->address == NULL || p->fingerprint == NULL)
		return err_set(e, "out of memory");
	return rpc_client_open(&o, &p->client, e);
}

static int
call(struct partner *p, struct value *params, struct value *to, struct err *e)
{
	const char *address = value_str(value_at(params, 0));
	const char *fingerprint = value_str(value_at(params, 1));
	const char *method = value_str(value_at(params, 2));
	struct reply r = { 0 };

	if (address == NULL || fingerprint == NULL || method == NULL)
		return err_set(e, "not a call");
	if (partner_open(p, address, fingerprint, e) == -1 ||
	    rpc_call(p->client, method, value_at(params, 3), &r, e) == -1)
		return -1;
	value_set_str(to, "seen", rpc_client_seen(p->client));
	if (r.ok) {
		value_set(to, "result", r.value);
		r.value = NULL;
	} else {
		value_set_str(to, "code", r.code);
		value_set(to, "params", r.params);
		r.params = NULL;
	}
	reply_free(&r);
	return 0;
}

static bool
answer(void *arg, uint64_t id, enum priv what, struct value *params,
    struct reply *r)
{
	struct partner *p = arg;
	struct value *v = value_new_struct();
	struct err e;

	(void)id;
	if (what != PRIV_LINK_CALL) {
		reply_fail(r, "INTERNAL_ERROR", "not [link]'s business", NULL);
	} else if (call(p, params, v, &e) == -1) {
		forget(p);
		reply_fail(r, LINK_UNREACHABLE, e.text, NULL);
	} else {
		reply_set(r, v);
		v = NULL;
	}
	value_free(v);
	return true;
}

int
link_main(int fd, const struct options *o, const struct log *log)
{
	struct partner p = { 0 };
	struct err e;
	int rc;

	(void)o;
	rc = priv_serve(fd, answer, &p, &e);
	if (rc == -1)
		log_error(log, "%s", e.text);
	forget(&p);
	return rc == 0 ? 0 : 1;
}
