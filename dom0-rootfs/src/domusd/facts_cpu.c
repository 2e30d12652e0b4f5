/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "console.h"
#include "core.h"
#include "facts_parts.h"

/* The processors, and dom0. */

static struct record *
cpu_of(struct db *db, const struct record *host, int64_t number)
{
	struct record *r;

	for (size_t i = 0; i < db_count(db, CLASS_host_cpu); i++) {
		r = db_at(db, CLASS_host_cpu, i);
		if (strcmp(rec_str(r, host_cpu_host), host->ref) == 0 &&
		    rec_int(r, host_cpu_number) == number)
			return r;
	}
	return NULL;
}

void
facts_cpus(struct core *core, struct record *host, const struct value *facts)
{
	static const struct {
		enum field_id f;
		const char *name;
	} fields[] = {
		{ host_cpu_number, "number" }, { host_cpu_vendor, "vendor" },
		{ host_cpu_modelname, "modelname" },
		{ host_cpu_speed, "speed" }, { host_cpu_family, "family" },
		{ host_cpu_model, "model" }, { host_cpu_stepping, "stepping" },
		{ host_cpu_flags, "flags" },
		{ host_cpu_utilisation, "utilisation" },
	};
	const struct value *cpus = value_get(facts, "cpus"), *v;
	struct record *r;

	for (size_t i = 0; i < value_len(cpus); i++) {
		v = value_at(cpus, i);
		r = facts_ensure(&core->db, cpu_of(&core->db, host,
		    facts_int(v, "number")), CLASS_host_cpu);
		if (r == NULL)
			return;
		for (size_t j = 0; j < sizeof(fields) / sizeof(*fields); j++)
			facts_copy(&core->db, r, fields[j].f, v,
			    fields[j].name);
		db_set_str(&core->db, r, host_cpu_host, host->ref);
	}
}

static struct record *
new_dom0(struct core *core, const struct record *host)
{
	struct value *v = value_new_struct(), *platform = value_new_struct();
	struct record *r;

	value_set_str(platform, "cores-per-socket", "1");
	value_set(v, "platform", platform);
	value_set(v, "name_label", value_new_fmt("Control domain on host: %s",
	    rec_str(host, host_name_label)));
	value_set_str(v, "name_description",
	    "The domain which manages physical devices and other domains");
	value_set_bool(v, "is_control_domain", true);
	value_set_str(v, "power_state", "Running");
	value_set_str(v, "domain_type", "pv");
	value_set_str(v, "actions_after_crash", "restart");
	value_set_str(v, "actions_after_reboot", "restart");
	value_set_bool(v, "has_vendor_device", false);
	r = db_create(&core->db, CLASS_VM, NULL, v);
	value_free(v);
	return r;
}

static void
dom0_metrics(struct core *core, struct record *vm, const struct value *dom0,
    const struct value *facts)
{
	struct db *db = &core->db;
	struct record *m = facts_ensure(db, rec_ref(db, vm, VM_metrics),
	    CLASS_VM_metrics);
	struct value *state = value_new_array();

	if (m == NULL) {
		value_free(state);
		return;
	}
	value_add_str(state, "running");
	db_set_str(db, vm, VM_metrics, m->ref);
	facts_copy(db, m, VM_metrics_memory_actual, dom0, "memory");
	facts_copy(db, m, VM_metrics_VCPUs_number, dom0, "vcpus");
	db_set(db, m, VM_metrics_state, state);
	db_set_time(db, m, VM_metrics_start_time,
	    facts_int(facts, "boot_time"));
	db_set_str(db, m, VM_metrics_current_domain_type, "pv");
	db_set_time(db, m, VM_metrics_last_updated, core_time());
}

void
facts_dom0(struct core *core, struct record *host, const struct value *facts)
{
	static const enum field_id memory[] = { VM_memory_static_max,
		VM_memory_static_min, VM_memory_dynamic_max,
		VM_memory_dynamic_min, VM_memory_target };
	const struct value *dom0 = value_get(facts, "dom0");
	struct db *db = &core->db;
	struct record *vm = rec_ref(db, host, host_control_domain);

	if (vm == NULL)
		vm = new_dom0(core, host);
	if (vm == NULL)
		return;
	db_set_str(db, host, host_control_domain, vm->ref);
	db_set_str(db, vm, VM_resident_on, host->ref);
	db_set_str(db, vm, VM_affinity, host->ref);
	for (size_t i = 0; i < sizeof(memory) / sizeof(*memory); i++)
		facts_copy(db, vm, memory[i], dom0, "memory");
	facts_copy(db, vm, VM_VCPUs_max, dom0, "vcpus");
	facts_copy(db, vm, VM_VCPUs_at_startup, dom0, "vcpus");
	dom0_metrics(core, vm, dom0, facts);
	console_records(db, vm, host);
}
