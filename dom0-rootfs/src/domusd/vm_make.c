/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "device.h"
#include "job.h"
#include "op.h"
#include "relation.h"
#include "type.h"
#include "vdi.h"
#include "vm_life.h"
#include "vm_make.h"

#define VCPUS_MOST 128

struct record *
vm_new(struct db *db, struct value *fields)
{
	struct record *metrics, *vm;
	struct value *platform;

	/* Xen Orchestra writes it itself where it is missing */
	if (value_get_str(value_get(fields, "platform"),
	    "cores-per-socket") == NULL) {
		platform = value_get(fields, "platform") != NULL ?
		    value_copy(value_get(fields, "platform")) :
		    value_new_struct();
		value_set_str(platform, "cores-per-socket", "1");
		value_set(fields, "platform", platform);
	}
	metrics = db_create(db, CLASS_VM_metrics, NULL, NULL);
	if (metrics != NULL) {
		db_set_time(db, metrics, VM_metrics_last_updated, core_time());
		value_set_str(fields, "metrics", metrics->ref);
	}
	value_set_int(fields, "domid", -1);
	vm = db_create(db, CLASS_VM, NULL, fields);
	value_free(fields);
	return vm;
}

static int
bad_memory(struct request *q, const char *why)
{
	return req_fail(q, "MEMORY_CONSTRAINT_VIOLATION_ORDER", why, NULL);
}

int
vm_check_memory(struct request *q, int64_t static_min, int64_t dynamic_min,
    int64_t dynamic_max, int64_t static_max)
{
	if (static_min < 0 || static_min > dynamic_min)
		return bad_memory(q, "static_min <= dynamic_min");
	if (dynamic_min > dynamic_max)
		return bad_memory(q, "dynamic_min <= dynamic_max");
	if (dynamic_max > static_max)
		return bad_memory(q, "dynamic_max <= static_max");
	return 0;
}

int
vm_check_vcpus(struct request *q, int64_t max, int64_t startup)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)(startup < 1 ||
	    startup > max ? startup : max));
	if (startup < 1 || startup > max)
		return req_fail(q, "INVALID_VALUE", "VCPUs_at_startup", text,
		    NULL);
	if (max > VCPUS_MOST)
		return req_fail(q, "INVALID_VALUE", "VCPUs_max", text, NULL);
	return 0;
}

static int64_t
number(struct value *fields, const char *name, int64_t deflt)
{
	struct err ignored;
	int64_t i;

	if (value_as_int(value_get(fields, name), &i, &ignored) == 0 && i > 0)
		return i;
	value_set_int(fields, name, deflt);
	return deflt;
}

static int
check_fields(struct request *q, struct value *fields)
{
	const char *type = value_get_str(fields, "domain_type");
	const char *policy = value_get_str(fields, "HVM_boot_policy");
	const char *state = value_get_str(fields, "power_state");
	int64_t max = number(fields, "VCPUs_max", 1);
	int64_t top = number(fields, "memory_static_max", (int64_t)1 << 28);
	int64_t dmax = number(fields, "memory_dynamic_max", top);
	int64_t dmin = number(fields, "memory_dynamic_min", dmax);
	int64_t low = 0;
	struct err ignored;

	value_as_int(value_get(fields, "memory_static_min"), &low, &ignored);
	if (type == NULL || strcmp(type, "unspecified") == 0)
		value_set_str(fields, "domain_type", policy != NULL &&
		    *policy != '\0' ? "hvm" : "pv");
	if (state != NULL && strcmp(state, "Suspended") != 0)
		value_set_str(fields, "power_state", "Halted");
	if (vm_check_vcpus(q, max, number(fields, "VCPUs_at_startup", max)) ==
	    -1)
		return -1;
	return vm_check_memory(q, low, dmin, dmax, top);
}

int
vm_create(struct request *q)
{
	struct value *fields = creator_fields(q);
	const struct record *vm;

	if (fields == NULL)
		return -1;
	if (check_fields(q, fields) == -1) {
		value_free(fields);
		return -1;
	}
	vm = vm_new(&q->core->db, fields);
	return req_return_str(q, vm != NULL ? vm->ref : "");
}

struct value *
vm_fields_of(const struct record *vm)
{
	/* what is this VM's alone, or of the moment */
	static const enum field_id not[] = { VM_uuid, VM_metrics,
		VM_guest_metrics, VM_resident_on, VM_current_operations,
		VM_allowed_operations, VM_domid, VM_blobs, VM_crash_dumps,
		VM_is_default_template, VM_snapshot_of, VM_snapshot_time,
		VM_is_a_snapshot, VM_power_state, VM_parent, VM_suspend_VDI,
		VM_appliance, VM_last_booted_record, VM_last_boot_CPU_flags,
		VM_snapshot_info, VM_snapshot_metadata, VM_requires_reboot,
		VM_transportable_snapshot_id, VM_scheduled_to_be_resident_on,
		VM_blocked_operations, VM_is_control_domain };
	struct value *v = value_new_struct();
	int f, end = model_classes[CLASS_VM + 1].first;
	bool leave;

	for (f = model_classes[CLASS_VM].first; f < end; f++) {
		leave = relation_to((enum field_id)f) != NULL;
		for (size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++)
			leave |= not[i] == (enum field_id)f;
		if (!leave)
			value_set(v, model_fields[f].name,
			    value_copy(rec_get(vm, (enum field_id)f)));
	}
	return v;
}

/* A record with those fields of another, ended by FIELDS. */
static struct value *
same_fields(const struct record *r, const enum field_id *f)
{
	struct value *v = value_new_struct();

	for (; *f != FIELDS; f++)
		value_set(v, model_fields[*f].name, value_copy(rec_get(r,
		    *f)));
	return v;
}

struct record *
vbd_like(struct db *db, const struct record *vbd, const struct record *vm,
    const char *vdi)
{
	static const enum field_id same[] = { VBD_bootable, VBD_empty,
		VBD_mode, VBD_other_config, VBD_qos_algorithm_params,
		VBD_qos_algorithm_type, VBD_type, VBD_unpluggable,
		VBD_userdevice, FIELDS };
	struct value *v = same_fields(vbd, same);
	struct record *r;

	value_set_str(v, "VM", vm->ref);
	value_set_str(v, "VDI", vdi);
	r = db_create(db, CLASS_VBD, NULL, v);
	value_free(v);
	return r;
}

struct record *
vif_like(struct db *db, const struct record *vif, const struct record *vm,
    bool fresh)
{
	static const enum field_id same[] = { VIF_MAC, VIF_MAC_autogenerated,
		VIF_MTU, VIF_device, VIF_ipv4_allowed, VIF_ipv6_allowed,
		VIF_locking_mode, VIF_network, VIF_other_config,
		VIF_qos_algorithm_params, VIF_qos_algorithm_type, FIELDS };
	struct value *v = same_fields(vif, same);
	struct record *r;
	char mac[18];

	if (fresh) {
		vif_mac(mac);
		value_set_str(v, "MAC", mac);
		value_set_bool(v, "MAC_autogenerated", true);
	}
	value_set_str(v, "VM", vm->ref);
	r = db_create(db, CLASS_VIF, NULL, v);
	value_free(v);
	return r;
}

static void
destroy_all(struct db *db, const struct record *vm, enum field_id list,
    enum class_id cls)
{
	struct value *refs = value_copy(rec_get(vm, list));
	struct record *r;

	for (size_t i = 0; i < value_len(refs); i++) {
		r = db_find(db, cls, value_str(value_at(refs, i)));
		if (r != NULL)
			db_destroy(db, r);
	}
	value_free(refs);
}

void
vm_gone(struct core *core, struct record *vm)
{
	static const enum field_id own[] = { VM_metrics, VM_guest_metrics };
	struct db *db = &core->db;
	struct record *r = rec_ref(db, vm, VM_suspend_VDI);

	if (r != NULL && r->cls == CLASS_VDI)
		job_discard(core, r);
	destroy_all(db, vm, VM_VBDs, CLASS_VBD);
	destroy_all(db, vm, VM_VIFs, CLASS_VIF);
	destroy_all(db, vm, VM_consoles, CLASS_console);
	for (size_t i = 0; i < 2; i++) {
		r = rec_ref(db, vm, own[i]);
		if (r != NULL)
			db_destroy(db, r);
	}
	db_destroy(db, vm);
}

int
vm_destroy(struct request *q)
{
	if (vm_may(q, q->self, "destroy") == -1)
		return -1;
	vm_gone(q->core, q->self);
	return 0;
}

int
vm_copy_bios_strings(struct request *q)
{
	struct db *db = &q->core->db;
	const struct record *host = db_find(db, CLASS_host, req_str(q, 1));

	if (host == NULL)
		return req_fail(q, "HANDLE_INVALID", "host", req_str(q, 1),
		    NULL);
	if (vm_want_state(q, q->self, VM_HALTED) == -1)
		return -1;
	if (value_len(rec_get(q->self, VM_bios_strings)) > 0)
		return req_fail(q, "VM_BIOS_STRINGS_ALREADY_SET", NULL);
	db_set(db, q->self, VM_bios_strings,
	    value_copy(rec_get(host, host_bios_strings)));
	return 0;
}
