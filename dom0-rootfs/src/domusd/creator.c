/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "creator.h"
#include "device.h"
#include "network.h"
#include "sr.h"
#include "type.h"
#include "user.h"
#include "vdi.h"
#include "vm_make.h"

/* Unknown ones are none of ours. */
struct value *
creator_fields(struct request *q)
{
	const struct value *args = q->args[0];
	struct value *fields = value_new_struct(), *v;
	enum field_id f;
	struct err e;

	for (size_t i = 0; i < value_len(args); i++) {
		f = model_field(q->method.cls, value_name_at(args, i));
		if (f == FIELDS || model_fields[f].q == RO_R)
			continue;
		v = type_take(model_fields[f].type, value_at(args, i), &e);
		if (v == NULL) {
			value_free(fields);
			req_fail(q, "FIELD_TYPE_ERROR", model_fields[f].name,
			    NULL);
			return NULL;
		}
		value_set(fields, model_fields[f].name, v);
	}
	return fields;
}

struct record *
creator_ref(struct request *q, const struct value *fields, enum field_id f)
{
	const char *type = model_fields[f].type + 1;
	const char *ref = value_get_str(fields, model_fields[f].name);
	enum class_id cls = model_class(type, strlen(type));
	struct record *r = db_find(&q->core->db, cls, ref);

	if (r == NULL)
		req_fail(q, "HANDLE_INVALID", type, ref != NULL ? ref :
		    NULL_REF, NULL);
	return r;
}

static int
create(struct request *q)
{
	struct value *fields = creator_fields(q);
	struct record *r;

	if (fields == NULL)
		return -1;
	r = db_create(&q->core->db, q->method.cls, NULL, fields);
	value_free(fields);
	return req_return_str(q, r != NULL ? r->ref : "");
}

static int
destroy(struct request *q)
{
	db_destroy(&q->core->db, q->self);
	return 0;
}

static const struct {
	enum class_id cls;
	method_fn *create, *destroy;
} creators[] = {
	{ CLASS_VM, vm_create, vm_destroy },
	{ CLASS_VBD, vbd_create, vbd_destroy },
	{ CLASS_VDI, vdi_create, vdi_destroy },
	{ CLASS_VIF, vif_create, vif_destroy },
	{ CLASS_PBD, pbd_create, pbd_destroy },
	{ CLASS_network, network_create, network_destroy },
	{ CLASS_secret, create, destroy },
	{ CLASS_subject, subject_create, subject_destroy },
	{ CLASS_user, user_create, user_destroy },
};

method_fn *
creator_find(enum class_id cls, bool make)
{
	for (size_t i = 0; i < sizeof(creators) / sizeof(creators[0]); i++)
		if (creators[i].cls == cls)
			return make ? creators[i].create : creators[i].destroy;
	return NULL;
}
