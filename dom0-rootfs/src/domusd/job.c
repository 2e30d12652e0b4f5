/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "job.h"
#include "pool.h"
#include "sr.h"
#include "vdi.h"

#define NOTE "making."		/* and the disk's uuid: its SR's uuid */

static void
job_free(void *arg)
{
	struct job *j = arg;

	for (size_t i = 0; i < j->n; i++) {
		value_free(j->makings[i].fields);
		value_free(j->makings[i].made);
	}
	free(j->makings);
	value_free(j->todo);
	free(j);
}

/* The notes stay, for the sweep. */
static void
job_undo(struct request *q)
{
	q->core->every_due[EVERY_SWEEP] = 0;
}

struct job *
job_of(struct request *q)
{
	if (q->later == NULL) {
		q->later = calloc(1, sizeof(struct job));
		q->later_free = job_free;
		q->undo = job_undo;
	}
	if (q->later == NULL)
		req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	return q->later;
}

struct making *
job_making(struct request *q, const struct record *sr, struct value *fields)
{
	struct job *j = job_of(q);
	struct making *more, *m;
	char key[64];

	more = j == NULL ? NULL :
	    reallocarray(j->makings, j->n + 1, sizeof(*more));
	if (more == NULL) {
		value_free(fields);
		req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
		return NULL;
	}
	j->makings = more;
	m = &more[j->n++];
	*m = (struct making){ .fields = fields };
	id_uuid(m->uuid);
	snprintf(m->sr, sizeof(m->sr), "%s", sr->ref);
	snprintf(key, sizeof(key), NOTE "%s", m->uuid);
	db_note_set(&q->core->db, key, rec_str(sr, SR_uuid));
	return m;
}

static struct value *
location(const char *uuid)
{
	return value_new_fmt("%s.raw", uuid);
}

int
job_create(struct request *q, struct making *m, int64_t size, method_fn *fn)
{
	struct record *sr = db_find(&q->core->db, CLASS_SR, m->sr);
	struct value *v = value_new_struct();

	value_set(v, "location", location(m->uuid));
	value_set_int(v, "size", size);
	return sr_ask(q, sr, PRIV_DISK_CREATE, v, fn);
}

int
job_copy(struct request *q, struct making *m, const struct record *vdi,
    method_fn *fn)
{
	const struct db *db = &q->core->db;
	struct record *from = rec_ref(db, vdi, VDI_SR);
	const struct record *to = db_find(db, CLASS_SR, m->sr);
	struct value *v = value_new_struct();

	value_set_str(v, "location", rec_str(vdi, VDI_location));
	value_set_str(v, "to_sr", to != NULL ? rec_str(to, SR_uuid) : "");
	value_set(v, "to_location", location(m->uuid));
	return sr_ask(q, from, PRIV_DISK_COPY, v, fn);
}

int
job_made(struct request *q, struct making *m)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	m->made = q->answer.value;
	q->answer.value = NULL;
	return 0;
}

struct record *
job_record(struct request *q, struct making *m)
{
	struct db *db = &q->core->db;
	const struct value *disk = value_get(m->made, "disk");
	struct record *sr = db_find(db, CLASS_SR, m->sr), *r;
	struct value *v = m->fields;
	char key[64];

	value_set_str(v, "uuid", m->uuid);
	value_set_str(v, "SR", m->sr);
	value_set(v, "location", location(m->uuid));
	value_set_bool(v, "managed", true);
	value_set(v, "virtual_size", value_copy(value_get(disk, "size")));
	value_set(v, "physical_utilisation",
	    value_copy(value_get(disk, "used")));
	r = db_create(db, CLASS_VDI, NULL, v);
	snprintf(key, sizeof(key), NOTE "%s", m->uuid);
	db_note_set(db, key, NULL);
	if (sr != NULL && r != NULL) {
		sr_figures(db, sr, m->made);
		sr_allocated(db, sr, rec_int(r, VDI_virtual_size));
	}
	return r;
}

void
job_discard(struct core *core, struct record *vdi)
{
	const struct record *sr = rec_ref(&core->db, vdi, VDI_SR);
	char key[64];

	if (sr_has_files(sr)) {
		snprintf(key, sizeof(key), NOTE "%.36s",
		    rec_str(vdi, VDI_location));
		db_note_set(&core->db, key, rec_str(sr, SR_uuid));
		core->every_due[EVERY_SWEEP] = 0;
	}
	vdi_gone(&core->db, vdi);
}

/* Whether a request is still making that disk. */
static bool
in_use(const struct core *core, const char *uuid)
{
	const struct job *j;

	for (const struct request *q = core->requests; q != NULL; q = q->next) {
		if (q->later_free != job_free)
			continue;
		j = q->later;
		for (size_t i = 0; i < j->n; i++)
			if (strcmp(j->makings[i].uuid, uuid) == 0)
				return true;
	}
	return false;
}

/* The first disk that nobody makes. */
static const char *
stray(const struct core *core)
{
	const char *key;

	for (size_t i = 0; (key = db_note_like(&core->db, NOTE, i)) != NULL;
	    i++)
		if (!in_use(core, key + strlen(NOTE)))
			return key + strlen(NOTE);
	return NULL;
}

static int
swept(struct request *q)
{
	char key[64];

	if (!q->answer.ok)
		return req_fail_answer(q);
	snprintf(key, sizeof(key), NOTE "%s", req_str(q, 1));
	db_note_set(&q->core->db, key, NULL);
	q->core->every_due[EVERY_SWEEP] = 0;	/* the next one */
	return 0;
}

int
job_sr_sweep(struct request *q)
{
	struct value *v;
	char key[64];

	snprintf(key, sizeof(key), NOTE "%.36s", req_str(q, 1));
	if (db_note(&q->core->db, key) == NULL ||
	    in_use(q->core, req_str(q, 1)) ||
	    sr_host(&q->core->db, q->self, q->core) == NULL)
		return 0;
	v = value_new_struct();
	value_set(v, "location", location(req_str(q, 1)));
	return sr_ask(q, q->self, PRIV_DISK_DESTROY, v, swept);
}

void
job_sweep(struct core *core)
{
	const char *uuid = stray(core), *sr_uuid;
	const struct record *sr;
	struct value *params;
	char key[64];

	if (uuid == NULL || core->pool->member)
		return;
	snprintf(key, sizeof(key), NOTE "%s", uuid);
	sr_uuid = db_note(&core->db, key);
	sr = db_by_uuid(&core->db, CLASS_SR, sr_uuid);
	if (sr == NULL) {	/* forgotten, and its disks with it */
		db_begin(&core->db, true);
		db_note_set(&core->db, key, NULL);
		core_commit(core, "sweep");
		return;
	}
	params = value_new_array();
	value_add_str(params, sr->ref);
	value_add_str(params, uuid);
	request_own(core, "SR.domus_sweep", params);
}
