/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "derive.h"
#include "op.h"
#include "sr.h"
#include "vm_life.h"

/* Words, blanks between them, as a set. */
static struct value *
words(const char *s)
{
	struct value *set = value_new_array();
	size_t n;

	for (; *s != '\0'; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		value_add(set, value_new_text(s, n));
	}
	return set;
}

static void
of_vbd(struct db *db, struct record *r)
{
	const struct record *vm = rec_ref(db, r, VBD_VM);
	bool live = vm != NULL && vm_is_live(vm), cd;
	const char *may = "attach";

	cd = strcmp(rec_str(r, VBD_type), "CD") == 0;
	if (op_on(r) != NULL)
		may = "";
	else if (cd)
		may = rec_bool(r, VBD_empty) ? live ? "attach insert" :
		    "attach insert plug" : "attach eject";
	else if (live)
		may = rec_bool(r, VBD_currently_attached) ?
		    "attach unplug unplug_force" : "attach plug";
	db_set(db, r, VBD_allowed_operations, words(may));
}

static void
of_vif(struct db *db, struct record *r)
{
	const struct record *vm = rec_ref(db, r, VIF_VM);
	const char *may = "attach";

	if (op_on(r) != NULL)
		may = "";
	else if (vm != NULL && vm_is_live(vm))
		may = rec_bool(r, VIF_currently_attached) ? "attach unplug" :
		    "attach plug";
	db_set(db, r, VIF_allowed_operations, words(may));
}

/* Whether a domain has it. */
static bool
attached(const struct db *db, const struct record *vdi)
{
	const struct value *vbds = rec_get(vdi, VDI_VBDs);
	const struct record *vbd;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd != NULL && rec_bool(vbd, VBD_currently_attached))
			return true;
	}
	return false;
}

static void
of_vdi(struct db *db, struct record *r)
{
	const struct record *sr = rec_ref(db, r, VDI_SR);
	bool files = sr_has_files(sr);
	const char *may = "clone copy forget update";

	if (op_on(r) != NULL)
		may = "";
	else if (!files)
		may = "copy forget update";
	else if (attached(db, r))
		may = rec_bool(r, VDI_read_only) ? "clone copy update" :
		    "resize_online update";
	else if (rec_bool(r, VDI_is_a_snapshot))
		may = "clone copy destroy forget update";
	else
		may = "clone copy destroy forget resize snapshot update";
	db_set(db, r, VDI_allowed_operations, words(may));
}

static void
of_sr(struct db *db, struct record *r)
{
	const struct value *pbds = rec_get(r, SR_PBDs);
	const struct record *pbd;
	const char *may = "forget unplug plug update";

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		if (pbd == NULL || !rec_bool(pbd, PBD_currently_attached))
			continue;
		may = sr_has_files(r) ?
		    "scan destroy forget unplug plug update vdi_create "
		    "vdi_introduce vdi_destroy vdi_resize vdi_clone "
		    "vdi_snapshot pbd_create pbd_destroy" :
		    "scan forget unplug plug update vdi_introduce pbd_create "
		    "pbd_destroy";
	}
	db_set(db, r, SR_allowed_operations,
	    words(op_on(r) != NULL ? "" : may));
}

static void
of_pbd(struct db *db, struct record *r)
{
	struct record *sr = rec_ref(db, r, PBD_SR);

	if (sr != NULL && sr->cls == CLASS_SR)
		of_sr(db, sr);
}

static void
of_vm(struct db *db, struct record *r)
{
	const struct value *list = rec_get(r, VM_VBDs);
	struct record *device;

	db_set(db, r, VM_allowed_operations, vm_allowed(r));
	for (size_t i = 0; i < value_len(list); i++) {
		device = db_find(db, CLASS_VBD, value_str(value_at(list, i)));
		if (device != NULL)
			of_vbd(db, device);
	}
	list = rec_get(r, VM_VIFs);
	for (size_t i = 0; i < value_len(list); i++) {
		device = db_find(db, CLASS_VIF, value_str(value_at(list, i)));
		if (device != NULL)
			of_vif(db, device);
	}
}

static void
of_vbd_and_vdi(struct db *db, struct record *r)
{
	struct record *vdi = rec_ref(db, r, VBD_VDI);

	of_vbd(db, r);
	if (vdi != NULL && vdi->cls == CLASS_VDI)
		of_vdi(db, vdi);
}

static void
of_host(struct db *db, struct record *r)
{
	db_set(db, r, host_allowed_operations, words(rec_bool(r,
	    host_enabled) ? "provision evacuate vm_start vm_resume" :
	    "evacuate shutdown reboot enable"));
}

static void
of_task(struct db *db, struct record *r)
{
	bool ours = strncmp(rec_str(r, task_name_label), "Async.", 6) == 0;
	bool pending = strcmp(rec_str(r, task_status), "pending") == 0;

	db_set(db, r, task_allowed_operations, words(pending && !ours ?
	    "cancel destroy" : "destroy"));
}

static void (*const rules[CLASSES])(struct db *, struct record *) = {
	[CLASS_VM] = of_vm,
	[CLASS_VBD] = of_vbd_and_vdi,
	[CLASS_VIF] = of_vif,
	[CLASS_VDI] = of_vdi,
	[CLASS_SR] = of_sr,
	[CLASS_PBD] = of_pbd,
	[CLASS_host] = of_host,
	[CLASS_task] = of_task,
};

void
derive(struct db *db)
{
	/* what is set here needs no further look */
	size_t n = db_changes(db);
	struct record *r;

	for (size_t i = 0; i < n; i++) {
		r = db_touched(db, i);
		if (r != NULL && rules[r->cls] != NULL)
			rules[r->cls](db, r);
	}
}

void
derive_all(struct core *core)
{
	struct db *db = &core->db;

	db_begin(db, true);
	for (enum class_id c = 0; c < CLASSES; c++)
		for (size_t i = 0; rules[c] != NULL && i < db_count(db, c);
		    i++)
			rules[c](db, db_at(db, c, i));
	core_commit(core, "derived fields");
}
