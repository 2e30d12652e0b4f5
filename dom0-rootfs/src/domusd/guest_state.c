/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "console.h"
#include "core.h"
#include "guest.h"
#include "log.h"
#include "op.h"
#include "pool.h"
#include "type.h"
#include "vm_life.h"

/* What [xen] says of domains, in records. */

/* Whether it is another than before. */
static bool
copy_field(struct db *db, struct record *r, enum field_id f,
    const struct value *from, const char *name)
{
	struct value *v = value_get(from, name);
	struct err ignored;
	bool news;

	if (v != NULL)
		v = type_take(model_fields[f].type, v, &ignored);
	if (v == NULL)
		return false;
	news = !value_equal(v, rec_get(r, f));
	db_set(db, r, f, v);
	return news;
}

static struct record *
metrics_of(struct db *db, struct record *vm)
{
	struct record *m = rec_ref(db, vm, VM_metrics);

	if (m == NULL) {
		m = db_create(db, CLASS_VM_metrics, NULL, NULL);
		if (m != NULL)
			db_set_str(db, vm, VM_metrics, m->ref);
	}
	return m;
}

static void
metrics_up(struct db *db, struct record *vm)
{
	struct record *m = metrics_of(db, vm);
	struct value *state = value_new_array();

	value_add_str(state, vm_state(vm) == VM_PAUSED ? "paused" : "running");
	if (m == NULL) {
		value_free(state);
		return;
	}
	db_set(db, m, VM_metrics_state, state);
	db_set_time(db, m, VM_metrics_start_time, core_time());
	db_set_time(db, m, VM_metrics_last_updated, core_time());
	db_set_int(db, m, VM_metrics_memory_actual,
	    rec_int(vm, VM_memory_target));
	db_set_int(db, m, VM_metrics_VCPUs_number,
	    rec_int(vm, VM_VCPUs_at_startup));
	db_set_str(db, m, VM_metrics_current_domain_type,
	    rec_str(vm, VM_domain_type));
}

void
guest_is_up(struct core *core, struct record *vm, const struct record *host,
    int64_t domid, bool paused)
{
	struct db *db = &core->db;

	vm_state_set(db, vm, paused ? VM_PAUSED : VM_RUNNING);
	db_set_str(db, vm, VM_resident_on, host->ref);
	db_set_int(db, vm, VM_domid, domid);
	db_set_int(db, vm, VM_memory_target,
	    rec_int(vm, VM_memory_dynamic_max));
	db_set_bool(db, vm, VM_requires_reboot, false);
	guest_devices_up(db, vm);
	metrics_up(db, vm);
	console_records(db, vm, host);
}

static void
guest_metrics(struct core *core, struct record *vm, const struct value *guest)
{
	static const struct {
		enum field_id f;
		const char *name;
	} same[] = {
		{ VM_guest_metrics_os_version, "os_version" },
		{ VM_guest_metrics_memory, "memory" },
		{ VM_guest_metrics_networks, "networks" },
		{ VM_guest_metrics_other, "other" },
		{ VM_guest_metrics_PV_drivers_version, "PV_drivers_version" },
	};
	struct db *db = &core->db;
	struct record *m = rec_ref(db, vm, VM_guest_metrics);
	bool detected = value_len(value_get(guest, "PV_drivers_version")) > 0;
	bool news = false;

	if (value_len(value_get(guest, "os_version")) == 0 && !detected &&
	    value_len(value_get(guest, "networks")) == 0)
		return;
	if (m == NULL)
		m = db_create(db, CLASS_VM_guest_metrics, NULL, NULL);
	if (m == NULL)
		return;
	db_set_str(db, vm, VM_guest_metrics, m->ref);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		news |= copy_field(db, m, same[i].f, guest, same[i].name);
	if (!news)
		return;
	db_set_bool(db, m, VM_guest_metrics_PV_drivers_detected, detected);
	db_set_bool(db, m, VM_guest_metrics_live, true);
	db_set_str(db, m, VM_guest_metrics_can_use_hotplug_vbd, "yes");
	db_set_str(db, m, VM_guest_metrics_can_use_hotplug_vif, "yes");
	db_set_time(db, m, VM_guest_metrics_last_updated, core_time());
}

static bool
is(const struct value *state, const char *name, const char *what)
{
	const char *s = value_get_str(state, name);

	return s != NULL && strcmp(s, what) == 0;
}

/* A guest that ended by itself: what its owner wants then. */
static void
has_ended(struct core *core, struct record *vm, const struct value *state)
{
	struct value *params = value_new_array();
	const char *wish;
	bool crash = is(state, "state", "crashed") ||
	    is(state, "reason", "crash");

	wish = crash ? rec_str(vm, VM_actions_after_crash) :
	    is(state, "reason", "reboot") ?
	    rec_str(vm, VM_actions_after_reboot) :
	    rec_str(vm, VM_actions_after_shutdown);
	log_info(core->log, "VM %s: ended by itself (%s): %s",
	    rec_str(vm, VM_uuid), crash ? "crash" :
	    value_get_str(state, "reason"), wish);
	if (crash && strcmp(wish, "preserve") == 0) {
		value_free(params);
		return;
	}
	value_add_str(params, vm->ref);
	request_own(core, strstr(wish, "restart") != NULL ?
	    "VM.hard_reboot" : "VM.hard_shutdown", params);
}

/* true: the guest has ended, which somebody must see to. */
static bool
take_state(struct core *core, const struct record *host, struct record *vm,
    const struct value *state)
{
	struct db *db = &core->db;
	bool paused = is(state, "state", "paused");
	struct record *m;
	struct err ignored;
	int64_t domid = -1;

	value_as_int(value_get(state, "domid"), &domid, &ignored);
	if (is(state, "state", "shutdown") || is(state, "state", "crashed"))
		return true;
	if (!vm_is_live(vm) || rec_ref(db, vm, VM_resident_on) != host ||
	    rec_int(vm, VM_domid) != domid)
		guest_is_up(core, vm, host, domid, paused);
	else if ((vm_state(vm) == VM_PAUSED) != paused)
		vm_state_set(db, vm, paused ? VM_PAUSED : VM_RUNNING);
	guest_devices_seen(db, vm, state);
	m = metrics_of(db, vm);
	if (m != NULL) {
		copy_field(db, m, VM_metrics_memory_actual, state, "memory");
		copy_field(db, m, VM_metrics_VCPUs_number, state, "vcpus");
	}
	copy_field(db, vm, VM_memory_target, state, "memory_target");
	guest_metrics(core, vm, value_get(state, "guest"));
	return false;
}

static const struct value *
state_of(const struct value *states, const char *uuid)
{
	for (size_t i = 0; i < value_len(states); i++)
		if (is(value_at(states, i), "vm", uuid))
			return value_at(states, i);
	return NULL;
}

/* VMs of the host that [xen] does not have any more. */
static void
drop_missing(struct core *core, const struct record *host,
    const struct value *states)
{
	struct value *vms = value_copy(rec_get(host, host_resident_VMs));
	struct record *vm;

	for (size_t i = 0; i < value_len(vms); i++) {
		vm = db_find(&core->db, CLASS_VM,
		    value_str(value_at(vms, i)));
		if (vm == NULL || rec_bool(vm, VM_is_control_domain) ||
		    op_on(vm) != NULL ||
		    state_of(states, rec_str(vm, VM_uuid)) != NULL)
			continue;
		log_warn(core->log, "VM %s: its domain has gone",
		    rec_str(vm, VM_uuid));
		vm_state_set(&core->db, vm, VM_HALTED);
	}
	value_free(vms);
}

/* In a transaction: what a host says of its guests. */
static void
take_states(struct core *core, const struct record *host,
    const struct value *states)
{
	const struct value *state;
	struct record *vm;

	for (size_t i = 0; i < value_len(states); i++) {
		state = value_at(states, i);
		vm = db_by_uuid(&core->db, CLASS_VM,
		    value_get_str(state, "vm"));
		/* what a request is at work on is that request's to tell */
		if (vm != NULL && op_on(vm) == NULL &&
		    take_state(core, host, vm, state))
			has_ended(core, vm, state);
	}
	drop_missing(core, host, states);
}

static void ask(struct core *core, int64_t seen);

static void
answered(struct core *core, struct request *none, struct reply *r)
{
	struct err e;
	int64_t seen = 0;

	(void)none;
	core->guests_asked = false;
	if (!r->ok || value_as_int(value_get(r->value, "seen"), &seen,
	    &e) == -1) {
		if (!r->ok)
			reply_error(r, &e);
		log_error(core->log, "guests: %s", e.text);
		return;		/* guest_watch() tries again */
	}
	db_begin(&core->db, true);
	take_states(core, core_host(core), value_get(r->value, "vms"));
	core_commit(core, "guests");
	console_sync(core, value_get(r->value, "vms"));
	ask(core, seen);
}

static void
ask(struct core *core, int64_t seen)
{
	struct value *params = value_new_array(), *v = value_new_struct();

	value_set_int(v, "seen", seen);
	value_add(params, v);
	core->guests_asked = true;
	core_ask(core, core->xen, priv_names[PRIV_VM_WAIT], params, answered,
	    NULL);
}

static int
told(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	take_states(q->core, q->self, q->answer.value);
	return 0;
}

int
guest_host_guests(struct request *q)
{
	struct value *params = value_new_array();

	value_add(params, value_new_struct());
	return pool_ask_host(q, q->self, PRIV_VMS, params, told);
}

/* A member's guests: asked for, since a coordinator calls nobody. */
static void
ask_member(struct core *core, const struct record *host)
{
	const struct record *m = rec_ref(&core->db, host, host_metrics);
	struct value *params;

	if (m == NULL || !rec_bool(m, host_metrics_live))
		return;
	params = value_new_array();
	value_add_str(params, host->ref);
	request_own(core, "host.domus_guests", params);
}

void
guest_watch(struct core *core)
{
	const struct record *host;

	if (core->pool->member || core_host(core) == NULL)
		return;
	if (!core->guests_asked)
		ask(core, 0);
	for (size_t i = 0; i < db_count(&core->db, CLASS_host); i++) {
		host = db_at(&core->db, CLASS_host, i);
		if (host != core_host(core))
			ask_member(core, host);
	}
}
