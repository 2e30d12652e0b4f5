/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "op.h"
#include "pool.h"
#include "sr.h"
#include "type.h"
#include "vdi.h"

/* SR.scan and SR.probe; a host's ways to SRs: PBDs. */

static int
scanned(struct request *q)
{
	struct db *db = &q->core->db;

	if (!q->answer.ok)
		return req_fail_answer(q);
	q->core->every_due[EVERY_FACTS] = 0;
	sr_figures(db, q->self, q->answer.value);
	vdi_found(q, q->self, value_get(q->answer.value, "disks"));
	return 0;
}

/* A volume group has no disks of ours yet: its figures are the host's. */
static int
group_scanned(struct request *q)
{
	q->core->every_due[EVERY_FACTS] = 0;
	return q->answer.ok ? 0 : req_fail_answer(q);
}

int
sr_scan(struct request *q)
{
	struct record *host = sr_host(&q->core->db, q->self, q->core);

	if (host != NULL && strcmp(rec_str(q->self, SR_type), "lvm") == 0)
		return pool_ask_host(q, host, PRIV_FACTS, value_new_array(),
		    group_scanned);
	if (host != NULL && op_hold(q, q->self, "scan") == -1)
		return -1;
	return sr_ask(q, q->self, PRIV_DISK_SCAN, value_new_struct(),
	    scanned);
}

/* [{uuid device size}] as xapi's drivers say it. */
static int
probed(struct request *q)
{
	struct buf xml = { 0 };
	const struct value *v;
	struct err ignored;
	int64_t size;

	if (!q->answer.ok)
		return req_fail_answer(q);
	buf_str_add(&xml, "<?xml version=\"1.0\" ?>\n<SRlist>\n");
	for (size_t i = 0; i < value_len(q->answer.value); i++) {
		v = value_at(q->answer.value, i);
		size = 0;
		value_as_int(value_get(v, "size"), &size, &ignored);
		buf_printf(&xml, "\t<SR>\n\t\t<UUID>%s</UUID>\n",
		    value_get_str(v, "uuid"));
		if (value_get_str(v, "device") != NULL)
			buf_printf(&xml, "\t\t<Devlist>%s</Devlist>\n"
			    "\t\t<size>%" PRId64 "</size>\n",
			    value_get_str(v, "device"), size);
		buf_str_add(&xml, "\t</SR>\n");
	}
	buf_str_add(&xml, "</SRlist>\n");
	req_return_str(q, buf_str(&xml));
	q->result.failed |= xml.failed;
	buf_free(&xml);
	return 0;
}

static int
probed_ext(struct request *q)
{
	struct value *list = value_new_array(), *p, *config, *sr;
	const struct value *v;

	if (!q->answer.ok) {
		value_free(list);
		return req_fail_answer(q);
	}
	for (size_t i = 0; i < value_len(q->answer.value); i++) {
		v = value_at(q->answer.value, i);
		p = value_new_struct();
		config = value_copy(q->args[1]);
		sr = value_new_struct();
		value_set_str(sr, "uuid", value_get_str(v, "uuid"));
		if (value_get(v, "size") != NULL)
			value_set(sr, "total_space",
			    value_copy(value_get(v, "size")));
		value_set(p, "configuration", config);
		value_set_bool(p, "complete", true);
		value_set(p, "sr", sr);
		value_set(p, "extra_info", value_new_struct());
		value_add(list, p);
	}
	return req_return(q, list);
}

static int
probe(struct request *q, method_fn *fn)
{
	struct value *params, *v;

	if (strcmp(req_str(q, 2), "ext") != 0 &&
	    strcmp(req_str(q, 2), "nfs") != 0)
		return req_fail(q, "SR_UNKNOWN_DRIVER", req_str(q, 2), NULL);
	v = value_new_struct();
	value_set_str(v, "type", req_str(q, 2));
	value_set(v, "device_config", value_copy(q->args[1]));
	params = value_new_array();
	value_add(params, v);
	return pool_ask_host(q, q->self, PRIV_DISK_PROBE, params, fn);
}

int
sr_probe(struct request *q)
{
	return probe(q, probed);
}

int
sr_probe_ext(struct request *q)
{
	return probe(q, probed_ext);
}

int
pbd_create(struct request *q)
{
	struct db *db = &q->core->db;
	struct value *fields = creator_fields(q);
	const struct record *host, *sr, *pbd;
	struct record *r;

	if (fields == NULL)
		return -1;
	host = creator_ref(q, fields, PBD_host);
	sr = host != NULL ? creator_ref(q, fields, PBD_SR) : NULL;
	for (size_t i = 0; sr != NULL && i < db_count(db, CLASS_PBD); i++) {
		pbd = db_at(db, CLASS_PBD, i);
		if (rec_ref(db, pbd, PBD_host) == host &&
		    rec_ref(db, pbd, PBD_SR) == sr) {
			value_free(fields);
			return req_fail(q, "PBD_EXISTS", sr->ref, host->ref,
			    pbd->ref, NULL);
		}
	}
	r = sr == NULL ? NULL : db_create(db, CLASS_PBD, NULL, fields);
	value_free(fields);
	if (sr == NULL)
		return -1;
	return req_return_str(q, r != NULL ? r->ref : "");
}

int
pbd_destroy(struct request *q)
{
	if (rec_bool(q->self, PBD_currently_attached))
		return req_fail(q, "OPERATION_NOT_ALLOWED",
		    "PBD is currently attached", NULL);
	db_destroy(&q->core->db, q->self);
	return 0;
}

bool
pbd_of_installation(const struct record *pbd)
{
	const char *device = value_get_str(rec_get(pbd, PBD_device_config),
	    "device");

	return device != NULL &&
	    strncmp(device, "/dev/disk/by-partuuid/", 22) == 0;
}

static int
changed(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *sr = rec_ref(db, q->self, PBD_SR);

	if (!q->answer.ok)
		return req_fail_answer(q);
	db_set_bool(db, q->self, PBD_currently_attached,
	    strcmp(q->method.verb, "plug") == 0);
	if (sr != NULL)
		sr_figures(db, sr, q->answer.value);
	return 0;
}

static struct value *
question(const struct db *db, const struct record *pbd)
{
	struct value *params = value_new_array(), *v;
	const struct record *sr = rec_ref(db, pbd, PBD_SR);

	if (pbd_of_installation(pbd)) {
		value_add_str(params, rec_str(sr, SR_uuid));
		return params;
	}
	v = value_new_struct();
	value_set_str(v, "sr", rec_str(sr, SR_uuid));
	value_set_str(v, "type", rec_str(sr, SR_type));
	value_set(v, "device_config",
	    value_copy(rec_get(pbd, PBD_device_config)));
	value_add(params, v);
	return params;
}

static int
plug(struct request *q, bool want)
{
	const struct db *db = &q->core->db;
	struct record *host = rec_ref(db, q->self, PBD_host);
	const struct record *sr = rec_ref(db, q->self, PBD_SR);
	enum priv what;

	if (rec_bool(q->self, PBD_currently_attached) == want)
		return 0;
	if (host == NULL || sr == NULL)
		return req_fail(q, "HANDLE_INVALID", host == NULL ? "host" :
		    "SR", rec_str(q->self, host == NULL ? PBD_host : PBD_SR),
		    NULL);
	if (!want && vdi_sr_in_use(q, sr, host) == -1)
		return -1;
	if (pbd_of_installation(q->self))
		what = want ? PRIV_SR_ATTACH : PRIV_SR_DETACH;
	else
		what = want ? PRIV_DISK_ATTACH : PRIV_DISK_DETACH;
	return pool_ask_host(q, host, what, question(db, q->self), changed);
}

int
pbd_plug(struct request *q)
{
	return plug(q, true);
}

int
pbd_unplug(struct request *q)
{
	return plug(q, false);
}

void
sr_attach_all(struct core *core)
{
	const struct db *db = &core->db;
	const struct record *pbd;

	for (size_t i = 0; i < db_count(db, CLASS_PBD); i++) {
		pbd = db_at(db, CLASS_PBD, i);
		if (rec_bool(pbd, PBD_currently_attached) &&
		    !pbd_of_installation(pbd) && strcmp(rec_str(pbd, PBD_host),
		    core->host_ref) == 0 && rec_ref(db, pbd, PBD_SR) != NULL)
			core_ask(core, core->disk,
			    priv_names[PRIV_DISK_ATTACH], question(db, pbd),
			    pool_told, NULL);
	}
}
