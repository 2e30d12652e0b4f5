/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "xe.h"

/* Commands that are more than one message. */

static bool
is_true(const struct xe *x, const char *key)
{
	const char *s = xe_get(x, key);

	return s != NULL && strcmp(s, "true") == 0;
}

/* A power command, and what it is when it is forced. */
static const struct power {
	const char *name, *method, *forced;
	bool bools;		/* start_paused and force follow */
} powers[] = {
	{ "vm-start", "VM.start", NULL, true },
	{ "vm-shutdown", "VM.clean_shutdown", "VM.hard_shutdown", false },
	{ "vm-reboot", "VM.clean_reboot", "VM.hard_reboot", false },
	{ "vm-suspend", "VM.suspend", NULL, false },
	{ "vm-resume", "VM.resume", NULL, true },
	{ "vm-pause", "VM.pause", NULL, false },
	{ "vm-unpause", "VM.unpause", NULL, false },
	{ "vm-reset-powerstate", "VM.power_state_reset", NULL, false },
};

static int
power_one(struct xe *x, const struct power *p, const char *ref,
    struct err *e)
{
	bool forced = x->force || is_true(x, "force");
	const char *on = xe_get(x, "on"), *host;
	const char *method = forced && p->forced != NULL ? p->forced :
	    p->method;
	struct value *params = value_new_array();
	char on_method[64];

	value_add_str(params, ref);
	if (on != NULL && p->bools) {
		host = xe_find(x, "host", on, e);
		if (host == NULL) {
			value_free(params);
			return -1;
		}
		value_add_str(params, host);
		snprintf(on_method, sizeof(on_method), "%s_on", p->method);
		method = on_method;
	}
	if (p->bools) {
		value_add(params, value_new_bool(is_true(x, "paused")));
		value_add(params, value_new_bool(forced));
	}
	return xe_call(x, method, params, NULL, e);
}

int
xe_vm_power(struct xe *x, struct err *e)
{
	const struct power *p = powers;
	struct value *refs;
	int rc = 0;

	while (strcmp(p->name, xe_command_name(x)) != 0)
		p++;
	refs = xe_select(x, xe_kind("vm", 2), e);
	if (refs == NULL)
		return -1;
	if (value_len(refs) == 0)
		rc = err_set(e, "No matching VMs found");
	else if (value_len(refs) > 1 && !x->multiple)
		rc = err_set(e, "Multiple matches VMs found. --multiple "
		    "required to complete this operation");
	for (size_t i = 0; rc == 0 && i < value_len(refs); i++)
		rc = power_one(x, p, value_str(value_at(refs, i)), e);
	value_free(refs);
	return rc;
}

/* Where its disks go: what the template says, or sr-uuid=. */
static int
set_sr(struct xe *x, const char *vm, struct err *e)
{
	const char *sr = xe_get(x, "sr-uuid");
	struct value *v, *params;
	const char *xml, *at;
	struct buf b = { 0 };
	int rc;

	if (sr == NULL)
		return 0;
	if (xe_find(x, "SR", sr, e) == NULL)
		return -1;
	v = cli_get(x->cli, e, "VM.get_other_config", vm, NULL);
	if (v == NULL)
		return -1;
	xml = value_get_str(v, "disks");
	while (xml != NULL && (at = strstr(xml, "sr=\"")) != NULL) {
		buf_add(&b, xml, (size_t)(at - xml));
		buf_printf(&b, "sr=\"%s", sr);
		xml = strchr(at + 4, '"');
	}
	if (xml != NULL)
		buf_str_add(&b, xml);
	value_set_str(v, "disks", buf_str(&b));
	params = value_new_array();
	value_add_str(params, vm);
	value_add(params, v);
	rc = xe_call(x, "VM.set_other_config", params, NULL, e);
	buf_free(&b);
	return rc;
}

int
xe_vm_install(struct xe *x, struct err *e)
{
	const char *template = xe_get(x, "template-uuid");
	const char *name = xe_get(x, "new-name-label"), *ref;
	struct value *vm, *done;
	int rc = -1;

	if (template == NULL)
		template = xe_get(x, "template");
	if (template == NULL)
		template = xe_get(x, "template-name-label");
	if (template == NULL || name == NULL)
		return err_set(e, "Required parameter not found: %s",
		    name == NULL ? "new-name-label" : "template");
	ref = xe_find(x, "VM", template, e);
	if (ref == NULL)
		return -1;
	vm = cli_get(x->cli, e, "VM.clone", ref, name, NULL);
	if (vm == NULL)
		return -1;
	if (set_sr(x, value_str(vm), e) == 0) {
		done = cli_get(x->cli, e, "VM.provision", value_str(vm), NULL);
		rc = done != NULL ? 0 : -1;
		value_free(done);
	}
	if (rc == 0) {
		done = cli_get(x->cli, e, "VM.get_uuid", value_str(vm), NULL);
		if (done != NULL)
			fprintf(x->cli->out, "%s\n", value_str(done));
		rc = done != NULL ? 0 : -1;
		value_free(done);
	}
	value_free(vm);
	return rc;
}

static int
destroy_disks(struct xe *x, const struct value *vm, struct err *e)
{
	const struct value *vbds = value_get(vm, "VBDs");
	const struct value *all = xe_records(x, "VBD", e), *vbd;
	struct value *params;
	const char *vdi;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = value_get(all, value_str(value_at(vbds, i)));
		vdi = value_get_str(vbd, "VDI");
		if (vdi == NULL || strcmp(value_get_str(vbd, "type"), "CD") ==
		    0 || strcmp(vdi, "OpaqueRef:NULL") == 0)
			continue;
		params = value_new_array();
		value_add_str(params, vdi);
		if (xe_call(x, "VDI.destroy", params, NULL, e) == -1)
			return -1;
	}
	return 0;
}

/* A VM, and its disks with it: xe asks, unless force=true. */
int
xe_vm_uninstall(struct xe *x, struct err *e)
{
	const char *which = xe_get(x, "uuid"), *ref;
	const struct value *vm;
	struct value *params;

	if (which == NULL)
		which = xe_get(x, "snapshot-uuid");
	if (which == NULL)
		which = xe_get(x, "template-uuid");
	if (which == NULL)
		which = xe_get(x, "vm");
	if (which == NULL)
		return err_set(e, "Required parameter not found: uuid");
	if (!x->force && !is_true(x, "force"))
		return err_set(e, "%s: its disks would be destroyed; force=true "
		    "says that they may be", which);
	ref = xe_find(x, "VM", which, e);
	if (ref == NULL)
		return -1;
	vm = value_get(xe_records(x, "VM", e), ref);
	if (strcmp(value_get_str(vm, "power_state"), "Halted") != 0) {
		params = value_new_array();
		value_add_str(params, ref);
		if (xe_call(x, "VM.hard_shutdown", params, NULL, e) == -1)
			return -1;
	}
	if (destroy_disks(x, vm, e) == -1)
		return -1;
	params = value_new_array();
	value_add_str(params, ref);
	return xe_call(x, "VM.destroy", params, NULL, e);
}

/* sr-create and sr-probe: on host-uuid=, or on the coordinator. */
int
xe_sr_create(struct xe *x, struct err *e)
{
	bool probe = strcmp(xe_command_name(x), "sr-probe") == 0;
	const char *host = xe_get(x, "host-uuid"), *ref;
	const struct value *pools;
	struct value *params, *rest;

	if (host != NULL) {
		ref = xe_find(x, "host", host, e);
	} else {
		pools = xe_records(x, "pool", e);
		ref = value_get_str(value_at(pools, 0), "master");
	}
	rest = ref == NULL ? NULL : xe_params(x, probe ?
	    "{device-config} type {sm-config}" :
	    "{device-config} =0 name-label name-description? type "
	    "content-type? %shared {sm-config}", e);
	if (rest == NULL)
		return -1;
	params = value_new_array();
	value_add_str(params, ref);
	for (size_t i = 0; i < value_len(rest); i++)
		value_add(params, value_copy(value_at(rest, i)));
	value_free(rest);
	return xe_call(x, probe ? "SR.probe" : "SR.create", params,
	    probe ? "" : "SR", e);
}
