/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundle.h"
#include "pool_rig.h"

const char secret_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaa";
const char secret_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "bbbbbbbbbbbbbbbbb";

int
pool_set_up(void **state)
{
	struct pool *p = calloc(1, sizeof(*p));

	p->c = rig_open(1);
	p->a = rig_open(2);
	p->b = rig_open(3);
	*state = p;
	return 0;
}

int
pool_tear_down(void **state)
{
	struct pool *p = *state;

	rig_close(p->c);
	rig_close(p->a);
	rig_close(p->b);
	free(p);
	return 0;
}

char *
new_token(struct rig *r, const char *more)
{
	struct value *v = rig_get(r, "pool.domus_token_create", more);
	char *token = strdup(value_get_str(v, "token"));

	assert_int_equal(strlen(token), 64);
	assert_memory_equal(value_get_str(v, "fingerprint"), "SHA256:", 7);
	value_free(v);
	return token;
}

struct value *
request_of(struct rig *r, const char *secret, const char *token)
{
	struct value *v = value_new_struct();

	value_set_str(v, "host_uuid", r->core.host_uuid);
	value_set_str(v, "secret", secret);
	value_set_str(v, "certificate", r->cert.public_pem);
	if (token != NULL)
		value_set_str(v, "token", token);
	value_set(v, "bundle", bundle_make(&r->core));
	return v;
}

struct reply
call_with(struct rig *c, const char *method, struct value *request)
{
	struct value *params = value_new_array();
	uint64_t id;

	value_add(params, request);
	id = rig_send_value(c, method, params);
	value_free(params);
	return rig_wait(c, id);
}

void
enrol(struct rig *c, struct value *request, const char *code)
{
	struct reply r = call_with(c, "pool.domus_enrol", request);
	struct err e;

	if (r.ok != (code == NULL) || (!r.ok && strcmp(r.code, code) != 0)) {
		if (!r.ok)
			reply_error(&r, &e);
		fail_msg("%s", r.ok ? "success" : e.text);
	}
	reply_free(&r);
}

void
join(struct pool *p, struct rig *r, const char *secret)
{
	char *token = new_token(p->c, "");

	enrol(p->c, request_of(r, secret, token), NULL);
	free(token);
}
