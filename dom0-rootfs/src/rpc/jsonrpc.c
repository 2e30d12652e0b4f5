/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "jsonrpc.h"

/* The members of a call, in the order they are looked at. */
static int
call_of(struct value *v, struct call *c, struct err *e)
{
	const char *method, *version;
	struct value *params, *id;

	if (value_is(v, VALUE_ARRAY))
		return err_set(e, "batches are not supported");
	if (!value_is(v, VALUE_STRUCT))
		return err_set(e, "not a call: %s", value_type_name(v->type));
	version = value_get_str(v, "jsonrpc");
	c->protocol = version != NULL ? PROTOCOL_JSONRPC2 : PROTOCOL_JSONRPC1;
	id = value_get(v, "id");
	if (value_is(id, VALUE_ARRAY) || value_is(id, VALUE_STRUCT))
		return err_set(e, "id: %s", value_type_name(id->type));
	if (id != NULL && id->type != VALUE_NULL)
		c->id = value_take(v, "id");
	if (version != NULL && strcmp(version, "2.0") != 0)
		return err_set(e, "jsonrpc: \"%.16s\"", version);
	method = value_get_str(v, "method");
	if (method == NULL)
		return err_set(e, "method: missing, or not a string");
	params = value_take(v, "params");
	c->params = params != NULL ? params : value_new_array();
	if (params != NULL && params->type != VALUE_ARRAY)
		return err_set(e, "params: %s where an array is wanted",
		    value_type_name(params->type));
	c->method = strdup(method);
	if (c->method == NULL)
		return err_set(e, "out of memory");
	return value_ok(c->params, e);
}

int
jsonrpc_call_parse(const char *text, size_t len,
    const struct value_limits *limits, struct call *c, struct err *e)
{
	struct value *v;
	int rc;

	*c = (struct call){ .protocol = PROTOCOL_JSONRPC2 };
	v = json_parse(text, len, limits, e);
	if (v == NULL)
		return -1;
	rc = call_of(v, c, e);
	value_free(v);
	return rc;
}

/* code(params) from {message, data} or from [code, parameters]. */
static int
failure_of(const struct value *error, struct reply *r, struct err *e)
{
	bool list = value_is(error, VALUE_ARRAY);
	const struct value *data = list ? error : value_get(error, "data");
	const char *code = list ? value_str(value_at(error, 0)) :
	    value_get_str(error, "message");
	size_t i = list ? 1 : 0;

	if (code == NULL)
		return err_set(e, "not an answer: no error code");
	reply_fail(r, code, NULL);
	if (value_is(data, VALUE_ARRAY))
		for (; i < value_len(data); i++)
			value_add(r->params, value_copy(value_at(data, i)));
	else if (value_str(data) != NULL)
		value_add_str(r->params, value_str(data));
	return value_ok(r->params, e);
}

int
jsonrpc_reply_parse(const char *text, size_t len,
    const struct value_limits *limits, struct reply *r, struct err *e)
{
	struct value *v, *error, *result;
	int rc = -1;

	*r = (struct reply){ 0 };
	v = json_parse(text, len, limits, e);
	if (v == NULL)
		return -1;
	error = value_get(v, "error");
	result = value_get(v, "result");
	if (error != NULL && error->type != VALUE_NULL)
		rc = failure_of(error, r, e);
	else if (result == NULL)
		err_set(e, "not an answer: no result");
	else {
		reply_set(r, value_take(v, "result"));
		rc = 0;
	}
	value_free(v);
	if (rc == -1)
		reply_free(r);
	return rc;
}

void
jsonrpc_call_put(struct buf *to, const char *method,
    const struct value *params, int64_t id)
{
	struct value *v = value_new_struct();

	value_set_str(v, "jsonrpc", "2.0");
	value_set_str(v, "method", method);
	value_set(v, "params", value_copy(params));
	value_set_int(v, "id", id);
	if (v != NULL && v->failed)
		to->failed = true;
	json_put(to, v);
	value_free(v);
}

static void
put_id(struct buf *to, const struct call *c)
{
	buf_str_add(to, ",\"id\":");
	if (c->id != NULL)
		json_put(to, c->id);
	else
		buf_str_add(to, "null");
	buf_char(to, '}');
}

/* [code, parameters], of version 1.0 */
static struct value *
error_list(const struct reply *r)
{
	struct value *v = value_new_array();

	value_add_str(v, r->code);
	for (size_t i = 0; i < value_len(r->params); i++)
		value_add(v, value_copy(value_at(r->params, i)));
	return v;
}

/* {code, message, data}, of version 2.0 */
static struct value *
error_struct(const struct reply *r)
{
	struct value *v = value_new_struct();

	value_set_int(v, "code", 1);
	value_set_str(v, "message", r->code);
	value_set(v, "data", value_copy(r->params));
	return v;
}

void
jsonrpc_reply_put(struct buf *to, const struct call *c, const struct reply *r)
{
	bool old = c->protocol == PROTOCOL_JSONRPC1;
	struct value *error;
	struct err e;

	buf_str_add(to, old ? "{" : "{\"jsonrpc\":\"2.0\",");
	if (r->ok) {
		buf_str_add(to, "\"result\":");
		if (r->encoded != NULL)
			json_encoded_put(to, r->encoded, r->encoded_len);
		else
			json_put(to, r->value);
		if (old)
			buf_str_add(to, ",\"error\":null");
	} else {
		buf_str_add(to, old ? "\"result\":null,\"error\":" :
		    "\"error\":");
		error = old ? error_list(r) : error_struct(r);
		if (value_ok(error, &e) == -1)
			to->failed = true;
		json_put(to, error);
		value_free(error);
	}
	put_id(to, c);
}
