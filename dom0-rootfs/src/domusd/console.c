/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console.h"
#include "core.h"
#include "log.h"
#include "priv.h"
#include "vm_life.h"

/* Consoles as [core] sees them: records, and who gets which descriptor. */

static void
ensure(struct db *db, const struct record *vm, const struct record *host,
    const char *protocol)
{
	const struct value *list = rec_get(vm, VM_consoles);
	struct record *c = NULL;
	struct value *v;

	for (size_t i = 0; i < value_len(list); i++) {
		c = db_find(db, CLASS_console, value_str(value_at(list, i)));
		if (c != NULL &&
		    strcmp(rec_str(c, console_protocol), protocol) == 0)
			break;
		c = NULL;
	}
	if (c == NULL) {
		v = value_new_struct();
		value_set_str(v, "VM", vm->ref);
		value_set_str(v, "protocol", protocol);
		c = db_create(db, CLASS_console, NULL, v);
		value_free(v);
	}
	if (c != NULL)
		db_set(db, c, console_location, value_new_fmt(
		    "https://%s/console?ref=%s", rec_str(host, host_address),
		    c->ref));
}

void
console_records(struct db *db, const struct record *vm,
    const struct record *host)
{
	ensure(db, vm, host, "rfb");
	ensure(db, vm, host, "vt100");
}

static struct value *
one(const char *vm, const char *kind)
{
	struct value *params = value_new_array(), *v = value_new_struct();

	value_set_str(v, "vm", vm);
	if (kind != NULL)
		value_set_str(v, "kind", kind);
	value_add(params, v);
	return params;
}

static const struct value *
state_of(const struct value *states, const char *vm)
{
	const char *s;

	for (size_t i = 0; i < value_len(states); i++) {
		s = value_get_str(value_at(states, i), "vm");
		if (s != NULL && strcmp(s, vm) == 0)
			return value_at(states, i);
	}
	return NULL;
}

static int64_t
domid_of(const struct value *v, const char *name)
{
	struct err ignored;
	int64_t n;

	return value_as_int(value_get(v, name), &n, &ignored) == 0 ? n : -1;
}

static void
ignore(struct core *core, struct request *none, struct reply *r)
{
	(void)core;
	(void)none;
	(void)r;
}

/* A new terminal of a guest is asked for by a request of our own. */
static void
look_at(struct core *core, const struct value *state)
{
	const struct value *ready = value_get(state, "console");
	const char *vm = value_get_str(state, "vm");
	int64_t domid = domid_of(state, "domid");
	struct value *params;

	if (vm == NULL || domid == -1 || !value_is(ready, VALUE_BOOL) ||
	    !ready->u.b || domid_of(core->consoles, vm) == domid)
		return;
	value_set_int(core->consoles, vm, domid);
	params = value_new_array();
	value_add_str(params, vm);
	request_own(core, "console.domus_take", params);
}

void
console_sync(struct core *core, const struct value *states)
{
	struct value *had = core->consoles;
	const char *vm;

	core->consoles = value_new_struct();
	for (size_t i = 0; i < value_len(had); i++) {
		vm = value_name_at(had, i);
		if (state_of(states, vm) != NULL)
			value_set_int(core->consoles, vm, domid_of(had, vm));
		else
			core_ask(core, core->console,
			    priv_names[PRIV_CONSOLE_DROP], one(vm, NULL),
			    ignore, NULL);
	}
	value_free(had);
	for (size_t i = 0; i < value_len(states); i++)
		look_at(core, value_at(states, i));
}

static int
added(struct request *q)
{
	return q->answer.ok ? 0 : req_fail_answer(q);
}

/* From [xen]'s hands into [console]'s. */
static int
taken(struct request *q)
{
	int fd = q->answer.ok ? reply_take_fd(&q->answer) : -1;

	if (fd == -1) {
		/* the next time its guest is told of, again */
		value_set_int(q->core->consoles, req_str(q, 0), -1);
		return q->answer.ok ? 0 : req_fail_answer(q);
	}
	return req_ask_fd(q, q->core->console, priv_names[PRIV_CONSOLE_ADD],
	    one(req_str(q, 0), NULL), fd, added);
}

int
console_take(struct request *q)
{
	return req_ask(q, q->core->xen, priv_names[PRIV_VM_CONSOLE],
	    one(req_str(q, 0), NULL), taken);
}

/* What is meant, and whether as pixels.  NULL: nothing. */
static struct record *
vm_meant(const struct db *db, const char *name, bool *pixels_r)
{
	const struct record *c = db_find(db, CLASS_console, name);
	struct record *vm;

	if (c == NULL)
		c = db_by_uuid(db, CLASS_console, name);
	*pixels_r = c == NULL ||
	    strcmp(rec_str(c, console_protocol), "rfb") == 0;
	if (c != NULL)
		return rec_ref(db, c, console_VM);
	vm = db_find(db, CLASS_VM, name);
	return vm != NULL ? vm : db_by_uuid(db, CLASS_VM, name);
}

static int
opened(struct request *q)
{
	return q->answer.ok ? 0 : req_fail_answer(q);
}

/* One end for [console], one for [net], which gets it with the answer. */
static int
connect_both(struct request *q, const struct record *vm, bool pixels)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	    pair) == -1)
		return req_fail(q, "TOO_BUSY", NULL);
	q->has_fd = true;
	q->fd = pair[0];
	return req_ask_fd(q, q->core->console, priv_names[PRIV_CONSOLE_OPEN],
	    one(rec_str(vm, VM_uuid), pixels ? "rfb" : "vt100"), pair[1],
	    opened);
}

static int
open_meant(struct request *q)
{
	struct record *vm;
	bool pixels;

	vm = vm_meant(&q->core->db, req_str(q, 0), &pixels);
	if (vm == NULL)
		return req_fail(q, "HANDLE_INVALID", "console", req_str(q, 0),
		    NULL);
	return connect_both(q, vm, pixels);
}

static int
login_added(struct request *q)
{
	return q->answer.ok ? open_meant(q) : req_fail_answer(q);
}

/* dom0's is started when there is none: then there is something to add. */
static int
login_started(struct request *q)
{
	const struct record *dom0;
	int fd = q->answer.ok ? reply_take_fd(&q->answer) : -1;

	if (!q->answer.ok)
		return req_fail_answer(q);
	dom0 = rec_ref(&q->core->db, core_host(q->core), host_control_domain);
	if (fd == -1 || dom0 == NULL)
		return open_meant(q);
	return req_ask_fd(q, q->core->console, priv_names[PRIV_CONSOLE_ADD],
	    one(rec_str(dom0, VM_uuid), NULL), fd, login_added);
}

int
console_open(struct request *q)
{
	const struct db *db = &q->core->db;
	struct record *vm;
	bool pixels;

	vm = vm_meant(db, req_str(q, 0), &pixels);
	if (vm == NULL)
		return req_fail(q, "HANDLE_INVALID", "console", req_str(q, 0),
		    NULL);
	if (!vm_is_live(vm))
		return req_fail(q, "VM_BAD_POWER_STATE", vm->ref, "running",
		    "halted", NULL);
	if (rec_ref(db, vm, VM_resident_on) != core_host(q->core))
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "This VM runs on another host", NULL);
	if (!rec_bool(vm, VM_is_control_domain))
		return connect_both(q, vm, pixels);
	if (q->role < ROLE_POOL_ADMIN)
		return req_fail(q, "RBAC_PERMISSION_DENIED",
		    "console.of_a_host", "root's session is needed", NULL);
	return req_ask(q, q->core->xen, priv_names[PRIV_LOGIN],
	    value_new_array(), login_started);
}
