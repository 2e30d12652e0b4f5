/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "http.h"
#include "op.h"
#include "sr.h"
#include "vdi.h"
#include "vm_life.h"
#include "xva.h"
#include "xva_objects.h"

/* GET /export: a VM as an XVA file. */

static const struct {
	const char *query, *pack;
} packs[] = {
	{ "", "none" }, { "false", "none" }, { "0", "none" },
	{ "true", "gzip" }, { "1", "gzip" }, { "gzip", "gzip" },
	{ "zstd", "zstd" },
};

static const char *
pack_of(struct request *q)
{
	const char *s = http_query(q, "use_compression");

	for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++)
		if (strcmp(packs[i].query, s) == 0)
			return packs[i].pack;
	req_fail(q, "VALUE_NOT_SUPPORTED", "use_compression", s,
	    "true, false, gzip and zstd are", NULL);
	return NULL;
}

/* Nobody writes to it, and it is here. */
static int
check_disk(struct request *q, struct record *vdi)
{
	const struct db *db = &q->core->db;
	struct record *sr = rec_ref(db, vdi, VDI_SR);
	const struct record *host = sr_host(db, sr, q->core);

	if (host == NULL)
		return req_fail(q, "SR_HAS_NO_PBDS", sr->ref, NULL);
	if (strcmp(host->ref, q->core->host_ref) != 0)
		return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", sr->ref,
		    NULL);
	if (vdi_attached(db, vdi) != NULL && !rec_bool(vdi, VDI_read_only) &&
	    vdi_is_free(q, vdi, "export") == -1)
		return -1;
	return op_hold(q, vdi, "copy");
}

static int
check_disks(struct request *q, const struct record *vm)
{
	const struct db *db = &q->core->db;
	const struct value *vbds = rec_get(vm, VM_VBDs);
	const struct record *vbd;
	size_t n = 0;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		if (vbd == NULL || !xva_has_disk(db, vbd))
			continue;
		if (++n > XVA_DISKS)
			return req_fail(q, "VALUE_NOT_SUPPORTED", "VBDs",
			    vm->ref, "too many disks", NULL);
		if (check_disk(q, rec_ref(db, vbd, VBD_VDI)) == -1)
			return -1;
	}
	return 0;
}

static int
exported(struct request *q)
{
	return http_answered(q) == -1 ? -1 : http_answer(q, NULL, "");
}

static struct record *
vm_of(struct request *q)
{
	return http_record(q, CLASS_VM, *http_query(q, "ref") != '\0' ?
	    "ref" : "uuid");
}

int
http_export(struct request *q)
{
	struct record *vm = vm_of(q);
	const char *pack = vm != NULL ? pack_of(q) : NULL;
	struct value *v, *disks;

	if (pack == NULL)
		return -1;
	/* memory of a guest is Xen's, and not one that others can resume */
	if (http_flag(q, "preserve_power_state") &&
	    vm_want_state(q, vm, VM_HALTED) == -1)
		return -1;
	if (vm_hold(q, vm, "export") == -1 || check_disks(q, vm) == -1)
		return -1;
	v = value_new_struct();
	value_set(v, "header", xva_objects(q->core, vm, &disks));
	value_set(v, "disks", disks);
	value_set_str(v, "pack", pack);
	snprintf(q->http->more, sizeof(q->http->more),
	    "Content-Disposition: attachment; filename=\"%.36s.xva\"\r\n",
	    rec_str(vm, VM_uuid));
	return http_ask_here(q, PRIV_DISK_XVA_EXPORT, v, false, exported);
}
