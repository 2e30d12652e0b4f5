/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "dispatch.h"
#include "member.h"
#include "pif.h"
#include "session.h"
#include "task.h"
#include "type.h"

static int
not_implemented(struct request *q)
{
	return req_fail(q, "NOT_IMPLEMENTED", q->method.name, NULL);
}

static int
removed(struct request *q)
{
	return req_fail(q, "MESSAGE_REMOVED", NULL);
}

static const struct method_row *
row_named(const char *name)
{
	for (size_t i = 0; i < nmethod_rows; i++)
		if (strcmp(method_rows[i].name, name) == 0)
			return &method_rows[i];
	return NULL;
}

/* From class and verb to everything else. */
static int
complete(struct method *m)
{
	const struct model_method *fact = model_method(m->cls, m->verb);
	const struct method_row *row = row_named(m->name);

	if (row != NULL && row->params != NULL) {
		m->params = row->params;
		m->result = row->result;
		m->role = row->role;
		m->run = row->run;
		return 0;
	}
	if (fact == NULL) {
		if (implicit_find(m) == -1)
			return -1;
		if (row != NULL)
			m->run = row->run;
		return 0;
	}
	m->params = fact->params;
	m->result = fact->result != NULL ? fact->result : "void";
	m->role = fact->role;
	m->run = row != NULL ? row->run :
	    fact->result == NULL ? removed : not_implemented;
	return 0;
}

static int
find_split(const char *name, size_t len, struct method *m)
{
	enum class_id cls = model_class(name, len);

	if (cls == CLASSES || strlen(name) >= sizeof(m->name))
		return -1;
	*m = (struct method){ .cls = cls, .field = FIELDS };
	snprintf(m->name, sizeof(m->name), "%s.%s", model_classes[cls].name,
	    name + len + 1);
	m->verb = m->name + len + 1;
	return complete(m);
}

int
dispatch_find(const char *name, struct method *m_r)
{
	const char *p = strchr(name, '.');
	int rc;

	if (p != NULL) {
		rc = find_split(name, (size_t)(p - name), m_r);
	} else {
		/* class_message: Python has no way to say event.from */
		rc = -1;
		for (p = strchr(name, '_'); p != NULL && rc == -1;
		    p = strchr(p + 1, '_'))
			rc = find_split(name, (size_t)(p - name), m_r);
	}
	return rc;
}

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static int
check_name(struct request *q)
{
	const char *name = q->call.method;

	if (starts(name, "Async.") || starts(name, "InternalAsync.")) {
		q->async = true;
		name = strchr(name, '.') + 1;
		if (strchr(name, '.') == NULL)
			name = "";
	}
	if (dispatch_find(name, &q->method) == -1)
		return req_fail(q, "MESSAGE_METHOD_UNKNOWN", q->call.method,
		    NULL);
	q->method.verb = strchr(q->method.name, '.') + 1;
	return 0;
}

static int
check_role(struct request *q)
{
	char permission[128];
	size_t i;

	if (q->role >= q->method.role && q->method.role != ROLE_NONE)
		return 0;
	for (i = 0; q->method.name[i] != '\0'; i++)
		permission[i] = (char)tolower((unsigned char)
		    q->method.name[i]);
	permission[i] = '\0';
	return req_fail(q, "RBAC_PERMISSION_DENIED", permission,
	    "No permission in the role of this session", NULL);
}

/* The session: root's own calls may name none that exists. */
static int
check_session(struct request *q)
{
	const char *ref = value_str(value_at(q->call.params, 0));

	if (q->method.role == ROLE_NOAUTH)
		return 0;
	if (value_len(q->call.params) == 0) {
		return req_fail(q, "MESSAGE_PARAMETER_COUNT_MISMATCH",
		    q->method.name, "1", "0", NULL);
	}
	if (ref != NULL && session_use(q, ref) == 0) {
		pif_heard(q->core, q->call.peer);
		return check_role(q);
	}
	if (!q->call.local_root)
		return req_fail(q, "SESSION_INVALID", ref != NULL ? ref : "",
		    NULL);
	q->role = ROLE_POOL_ADMIN;
	return 0;
}

static void
count_params(const char *params, size_t *least_r, size_t *most_r)
{
	const char *p = params;
	size_t n;

	*least_r = *most_r = 0;
	while (*p != '\0') {
		n = strcspn(p, ":");
		++*most_r;
		if (p[n - 1] != '?')
			++*least_r;
		p = type_end(p + n + 1);
		p += strspn(p, " ");
	}
}

static int
check_count(struct request *q, size_t first)
{
	size_t least, most, n = value_len(q->call.params) - first;
	char want[24], have[24];

	count_params(q->method.params, &least, &most);
	if (n >= least && n <= most)
		return 0;
	snprintf(want, sizeof(want), "%zu", n < least ? least : most);
	snprintf(have, sizeof(have), "%zu", n);
	return req_fail(q, "MESSAGE_PARAMETER_COUNT_MISMATCH", q->method.name,
	    want, have, NULL);
}

/* A reference must lead to a record of its class, where we serve it. */
static int
check_ref(struct request *q, const char *type, size_t i)
{
	enum class_id cls = model_class(type + 1,
	    (size_t)(type_end(type) - type - 1));
	const char *ref = value_str(q->args[i]);
	struct record *r = db_find_any(&q->core->db, ref);

	if (cls == CLASSES)
		return 0;
	if (i == 0) {
		q->self = r != NULL && r->cls == cls ? r : NULL;
		q->self_cls = cls;
	}
	if ((r != NULL && r->cls == cls) ||
	    (i > 0 && strcmp(ref, NULL_REF) == 0))
		return 0;
	return req_fail(q, "HANDLE_INVALID", model_classes[cls].name, ref,
	    NULL);
}

static int
check_arg(struct request *q, const char *param, const struct value *v)
{
	const char *type = param + strcspn(param, ":") + 1;
	char name[64];
	struct err e;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(param, "?:"), param);
	q->args[q->nargs] = type_take(type, v, &e);
	if (q->args[q->nargs] == NULL) {
		if (*type == '=')
			return req_fail(q, "VALUE_NOT_SUPPORTED", name,
			    value_str(v) != NULL ? value_str(v) : "", e.text,
			    NULL);
		return req_fail(q, "FIELD_TYPE_ERROR", name, NULL);
	}
	q->nargs++;
	return *type == '@' ? check_ref(q, type, q->nargs - 1) : 0;
}

static int
check_args(struct request *q)
{
	size_t first = q->method.role == ROLE_NOAUTH ? 0 : 1;
	const char *p = q->method.params;

	if (check_count(q, first) == -1)
		return -1;
	for (size_t i = first; i < value_len(q->call.params); i++) {
		if (q->nargs == MAX_PARAMS)
			return req_fail(q, "INTERNAL_ERROR", "parameters",
			    NULL);
		if (check_arg(q, p, value_at(q->call.params, i)) == -1)
			return -1;
		p = type_end(p + strcspn(p, ":") + 1);
		p += strspn(p, " ");
	}
	return 0;
}

/* system.listMethods and system.isAlive:x belong to no class. */
static int
list_methods(struct request *q)
{
	return req_return(q, dispatch_list());
}

static int
is_alive(struct request *q)
{
	const char *colon = strchr(q->call.method, ':');

	return req_return_str(q, colon != NULL ? colon + 1 : "");
}

static bool
system_method(struct request *q)
{
	q->method = (struct method){ .cls = CLASSES, .field = FIELDS,
	    .name = "system", .role = ROLE_NOAUTH };
	if (strcmp(q->call.method, "system.listMethods") == 0)
		q->method.run = list_methods;
	else if (starts(q->call.method, "system.isAlive"))
		q->method.run = is_alive;
	return q->method.run != NULL;
}

int
dispatch_check(struct request *q)
{
	const struct method_row *row;

	if (system_method(q))
		return 0;
	if (check_name(q) == -1)
		return -1;
	row = row_named(q->method.name);
	q->member_ok = (row != NULL && row->member) ||
	    (q->call.local_root && q->method.role <= ROLE_READ_ONLY);
	if (!q->member_ok && member_refuses(q) == -1)
		return -1;
	if (check_session(q) == -1)
		return -1;
	/* a task, with its result, is everybody's to read */
	if (q->async && (q->method.role == ROLE_NOAUTH ||
	    q->method.cls == CLASS_secret || (row != NULL && row->no_task)))
		return req_fail(q, "MESSAGE_METHOD_UNKNOWN", q->call.method,
		    NULL);
	if (check_args(q) == -1)
		return -1;
	/* and its owner's and the pool operators' alone to change */
	if (q->method.cls == CLASS_task && q->self != NULL &&
	    !starts(q->method.verb, "get_"))
		return task_mine(q, q->self->ref);
	return 0;
}
