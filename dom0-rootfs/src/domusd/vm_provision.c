/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "device.h"
#include "job.h"
#include "op.h"
#include "provision.h"
#include "sr.h"
#include "type.h"
#include "vm_life.h"
#include "vm_make.h"

/* VM.provision: the disks that a template says its VMs have. */

static int provision_next(struct request *q);

static const struct value *
disk_at(const struct job *j, size_t i)
{
	return value_at(j->todo, i);
}

static void
new_vbd(struct request *q, const struct value *disk, const char *vdi)
{
	struct db *db = &q->core->db;
	const char *device = value_get_str(disk, "device");
	struct value *v = value_new_struct();

	value_set_str(v, "VM", q->self->ref);
	value_set_str(v, "VDI", vdi);
	if (*device != '\0')
		value_set_str(v, "userdevice", device);
	else
		value_set(v, "userdevice", value_new_fmt("%d",
		    vbd_free_number(db, q->self)));
	value_set_str(v, "type", "Disk");
	value_set_str(v, "mode", "RW");
	value_set_bool(v, "empty", false);
	value_set(v, "bootable", value_copy(value_get(disk, "bootable")));
	value_set_bool(v, "unpluggable", true);
	db_create(db, CLASS_VBD, NULL, v);
	value_free(v);
}

static int
provision_end(struct request *q)
{
	struct db *db = &q->core->db;
	struct job *j = q->later;
	const struct record *vdi;
	struct record *m;

	for (size_t i = 0; i < j->n; i++) {
		vdi = job_record(q, &j->makings[i]);
		if (vdi != NULL)
			new_vbd(q, disk_at(j, i), vdi->ref);
	}
	db_set_key(db, q->self, VM_other_config, "disks", NULL);
	db_set_bool(db, q->self, VM_is_a_template, false);
	m = rec_ref(db, q->self, VM_metrics);
	if (m != NULL)
		db_set_time(db, m, VM_metrics_install_time, core_time());
	return 0;
}

static int
made(struct request *q)
{
	struct job *j = q->later;

	if (job_made(q, &j->makings[j->n - 1]) == -1)
		return -1;
	j->at++;
	return provision_next(q);
}

static const struct record *
sr_of(struct request *q, const struct value *disk)
{
	const struct db *db = &q->core->db;
	const char *uuid = value_get_str(disk, "sr");
	const struct record *sr;

	if (*uuid == '\0')
		return sr_default(q);
	sr = db_by_uuid(db, CLASS_SR, uuid);
	if (sr == NULL)
		sr = db_find(db, CLASS_SR, uuid);
	if (sr == NULL)
		req_fail(q, "UUID_INVALID", "SR", uuid, NULL);
	return sr;
}

static struct value *
fields_of(const struct request *q, const struct value *disk)
{
	struct value *v = value_new_struct();
	const char *type = value_get_str(disk, "type");

	value_set(v, "name_label", value_new_fmt("%s %s", rec_str(q->self,
	    VM_name_label), value_get_str(disk, "device")));
	value_set_str(v, "type", strcmp(type, "system") == 0 ? "system" :
	    "user");
	return v;
}

static int
provision_next(struct request *q)
{
	struct job *j = q->later;
	const struct record *sr;
	struct making *m;
	struct err ignored;
	int64_t size = 0;

	if (j->at == value_len(j->todo))
		return provision_end(q);
	sr = sr_of(q, disk_at(j, j->at));
	value_as_int(value_get(disk_at(j, j->at), "size"), &size, &ignored);
	m = sr == NULL ? NULL : job_making(q, sr, fields_of(q,
	    disk_at(j, j->at)));
	return m == NULL ? -1 : job_create(q, m, size, made);
}

int
vm_provision(struct request *q)
{
	const char *xml = value_get_str(rec_get(q->self, VM_other_config),
	    "disks");
	struct job *j;
	struct err e;

	if (vm_hold(q, q->self, "provision") == -1)
		return -1;
	j = job_of(q);
	if (j == NULL)
		return -1;
	j->todo = xml == NULL ? value_new_array() :
	    provision_parse(xml, strlen(xml), &e);
	if (j->todo == NULL)
		return req_fail(q, "INVALID_VALUE", "disks", e.text, NULL);
	return provision_next(q);
}
