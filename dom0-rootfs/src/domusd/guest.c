/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "guest.h"
#include "pool.h"
#include "type.h"
#include "vm_life.h"

void
guest_device(const char *userdevice, char device[16])
{
	char *end;
	unsigned long n = strtoul(userdevice, &end, 10);

	if (*userdevice == '\0' || *end != '\0' || n >= 26)
		snprintf(device, 16, "%.15s", userdevice);
	else
		snprintf(device, 16, "xvd%c", (char)('a' + n));
}

struct value *
guest_disk(const struct db *db, const struct record *vdi)
{
	const struct record *sr = rec_ref(db, vdi, VDI_SR);
	struct value *v = value_new_struct();

	value_set_str(v, "sr", sr != NULL ? rec_str(sr, SR_uuid) : "");
	value_set_str(v, "location", rec_str(vdi, VDI_location));
	return v;
}

struct value *
guest_vbd(const struct db *db, const struct record *vbd)
{
	const struct record *vdi = rec_ref(db, vbd, VBD_VDI);
	struct value *v = value_new_struct();
	bool empty = rec_bool(vbd, VBD_empty) || vdi == NULL;
	bool ro = strcmp(rec_str(vbd, VBD_mode), "RO") == 0 ||
	    (vdi != NULL && rec_bool(vdi, VDI_read_only));
	char device[16];

	guest_device(rec_str(vbd, VBD_userdevice), device);
	value_set_str(v, "device", device);
	value_set_str(v, "kind", rec_str(vbd, VBD_type));
	value_set_str(v, "mode", ro ? "RO" : "RW");
	value_set_bool(v, "bootable", rec_bool(vbd, VBD_bootable));
	value_set_bool(v, "empty", empty);
	if (!empty)
		value_set(v, "disk", guest_disk(db, vdi));
	return v;
}

static int64_t
rate_of(const struct record *vif)
{
	const char *s = value_get_str(rec_get(vif, VIF_qos_algorithm_params),
	    "kbps");

	if (strcmp(rec_str(vif, VIF_qos_algorithm_type), "ratelimit") != 0 ||
	    s == NULL)
		return 0;
	return strtoll(s, NULL, 10);
}

struct value *
guest_vif(const struct db *db, const struct record *vif)
{
	const struct record *net = rec_ref(db, vif, VIF_network);
	const char *mode = rec_str(vif, VIF_locking_mode);
	int64_t mtu = rec_int(vif, VIF_MTU);
	struct value *v = value_new_struct();

	if (strcmp(mode, "network_default") == 0)
		mode = net != NULL ? rec_str(net,
		    network_default_locking_mode) : "unlocked";
	if (mtu <= 0 && net != NULL)
		mtu = rec_int(net, network_MTU);
	value_set_str(v, "device", rec_str(vif, VIF_device));
	value_set_str(v, "mac", rec_str(vif, VIF_MAC));
	value_set_str(v, "bridge", net != NULL ? rec_str(net,
	    network_bridge) : "");
	value_set_int(v, "mtu", mtu > 0 ? mtu : 1500);
	value_set_bool(v, "internal", net != NULL &&
	    value_len(rec_get(net, network_PIFs)) == 0);
	value_set_str(v, "locking_mode", mode);
	value_set(v, "ipv4_allowed", value_copy(rec_get(vif,
	    VIF_ipv4_allowed)));
	value_set(v, "ipv6_allowed", value_copy(rec_get(vif,
	    VIF_ipv6_allowed)));
	value_set_int(v, "rate_kbps", rate_of(vif));
	return v;
}

/* What libxl shall build; XenAPI says it in one field or, of old, another. */
static const char *
type_of(const struct record *vm)
{
	const char *type = rec_str(vm, VM_domain_type);

	if (strcmp(type, "pv_in_pvh") == 0)
		return "pvh";
	if (strcmp(type, "unspecified") == 0)
		return *rec_str(vm, VM_HVM_boot_policy) != '\0' ? "hvm" : "pv";
	return type;
}

static struct value *
devices(const struct db *db, const struct record *vm, enum field_id list,
    struct value *(*one)(const struct db *, const struct record *))
{
	const struct value *refs = rec_get(vm, list);
	struct value *all = value_new_array();
	const struct record *r;

	for (size_t i = 0; i < value_len(refs); i++) {
		r = db_find_any(db, value_str(value_at(refs, i)));
		if (r != NULL)
			value_add(all, one(db, r));
	}
	return all;
}

static void
copy_as(struct value *to, const char *name, const struct record *vm,
    enum field_id f)
{
	value_set(to, name, value_copy(rec_get(vm, f)));
}

/* A host's name out of a VM's: "My VM" is my-vm. */
static void
host_name(const char *label, char name[64])
{
	size_t n = 0;

	for (; *label != '\0' && n < 63; label++)
		if (isalnum((unsigned char)*label))
			name[n++] = (char)tolower((unsigned char)*label);
		else if (n > 0 && name[n - 1] != '-')
			name[n++] = '-';
	while (n > 0 && name[n - 1] == '-')
		n--;
	name[n] = '\0';
}

/* Without these two cloud-init takes the drive for none. */
static void
add_needed(struct value *files, const struct record *vm)
{
	char name[64];

	if (value_get(files, "user-data") == NULL)
		value_set_str(files, "user-data", "");
	if (value_get(files, "meta-data") != NULL)
		return;
	host_name(rec_str(vm, VM_name_label), name);
	value_set(files, "meta-data", value_new_fmt("instance-id: %s\n%s%s%s",
	    rec_str(vm, VM_uuid), *name != '\0' ? "local-hostname: " : "",
	    name, *name != '\0' ? "\n" : ""));
}

/* other_config's "cloud-init:user-data" and so on are a drive of NoCloud. */
static void
add_cidata(struct value *v, const struct record *vm)
{
	static const char *const files[] = { "user-data", "meta-data",
		"network-config", "vendor-data" };
	const struct value *config = rec_get(vm, VM_other_config);
	struct value *found = value_new_struct();
	const char *text;
	char key[32];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(key, sizeof(key), "cloud-init:%s", files[i]);
		text = value_get_str(config, key);
		if (text != NULL)
			value_set_str(found, files[i], text);
	}
	if (value_len(found) == 0) {
		value_free(found);
		return;
	}
	add_needed(found, vm);
	value_set(v, "cidata", found);
}

struct value *
guest_config(const struct db *db, const struct record *vm)
{
	static const struct {
		const char *name;
		enum field_id f;
	} same[] = {
		{ "name", VM_name_label },
		{ "memory_static_max", VM_memory_static_max },
		{ "memory_dynamic_max", VM_memory_dynamic_max },
		{ "memory_dynamic_min", VM_memory_dynamic_min },
		{ "vcpus_max", VM_VCPUs_max }, { "vcpus", VM_VCPUs_at_startup },
		{ "vcpus_params", VM_VCPUs_params }, { "kernel", VM_PV_kernel },
		{ "ramdisk", VM_PV_ramdisk }, { "cmdline", VM_PV_args },
		{ "platform", VM_platform },
		{ "xenstore_data", VM_xenstore_data },
	};
	struct value *v = value_new_struct();

	value_set_str(v, "vm", rec_str(vm, VM_uuid));
	value_set_str(v, "type", type_of(vm));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		copy_as(v, same[i].name, vm, same[i].f);
	value_set_bool(v, "paused", false);
	value_set(v, "vbds", devices(db, vm, VM_VBDs, guest_vbd));
	value_set(v, "vifs", devices(db, vm, VM_VIFs, guest_vif));
	add_cidata(v, vm);
	return v;
}

int
guest_ask_at(struct request *q, const struct record *vm, struct record *host,
    enum priv what, struct value *v, method_fn *fn)
{
	struct value *params = value_new_array();

	value_set_str(v, "vm", rec_str(vm, VM_uuid));
	value_add(params, v);
	return pool_ask_host(q, host, what, params, fn);
}

int
guest_ask(struct request *q, const struct record *vm, enum priv what,
    struct value *v, method_fn *fn)
{
	return guest_ask_at(q, vm, rec_ref(&q->core->db, vm, VM_resident_on),
	    what, v, fn);
}

/* The device of that name that the VM has. */
static const struct record *
device_named(const struct db *db, const struct record *vm, const char *name)
{
	const struct value *vbds = rec_get(vm, VM_VBDs);
	const struct value *vifs = rec_get(vm, VM_VIFs);
	const struct record *r;
	char device[16];

	for (size_t i = 0; i < value_len(vbds); i++) {
		r = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (r == NULL)
			continue;
		guest_device(rec_str(r, VBD_userdevice), device);
		if (strcmp(device, name) == 0)
			return r;
	}
	for (size_t i = 0; i < value_len(vifs); i++) {
		r = db_find(db, CLASS_VIF, value_str(value_at(vifs, i)));
		if (r != NULL && strcmp(rec_str(r, VIF_device), name) == 0)
			return r;
	}
	return NULL;
}

/* What stands for a record in [xen]'s words, and which it is. */
static const struct record *
meant(const struct db *db, const struct record *vm, const char *code,
    const char *word)
{
	if (strcmp(word, rec_str(vm, VM_uuid)) == 0)
		return vm;
	if (strncmp(code, "VDI_", 4) == 0)
		return db_where(db, VDI_location, word);
	if (strstr(code, "DEVICE_") != NULL)
		return device_named(db, vm, word);
	return NULL;
}

int
guest_fail(struct request *q, const struct record *vm)
{
	const struct db *db = &q->core->db;
	struct value *params = value_new_array();
	const struct record *r;
	const char *word;

	req_fail_answer(q);
	for (size_t i = 0; i < value_len(q->failure.params); i++) {
		word = value_str(value_at(q->failure.params, i));
		r = word != NULL && q->failure.code != NULL ?
		    meant(db, vm, q->failure.code, word) : NULL;
		value_add_str(params, r != NULL ? r->ref :
		    word != NULL ? word : "");
	}
	value_free(q->failure.params);
	q->failure.params = params;
	return -1;
}
