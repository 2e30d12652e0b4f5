/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_MODEL_H
#define DOMUSD_MODEL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * XenAPI's data model as const tables: classes, their fields, their messages,
 * their enums.  Facts only (model.def); nothing here runs.
 *
 * Types are written so: void string int float bool datetime, @VM a reference,
 * =on_boot an enum, [T] a set, {K:V} a map, *VM a record.
 */

/* From the least to the most; each may do what the ones before it may. */
enum role {
	ROLE_NOAUTH,		/* no session needed */
	ROLE_READ_ONLY,
	ROLE_VM_OPERATOR,
	ROLE_VM_ADMIN,
	ROLE_VM_POWER_ADMIN,
	ROLE_POOL_OPERATOR,
	ROLE_POOL_ADMIN,
	ROLE_NONE,		/* nobody */
};

/* CLASS_VM, CLASS_host... */
#define CLASS(c, role, implicit) CLASS_##c,
#define FIELD(c, name, type, q, deflt, role)
#define METHOD(c, name, result, role, params)
#define REMOVED(c, name)
#define ENUM(name, values)
enum class_id {
#include "model.def"
	CLASSES
};
#undef CLASS
#undef FIELD
#undef METHOD
#undef REMOVED
#undef ENUM

/* VM_name_label, host_address...: a field's place in model_fields. */
#define CLASS(c, role, implicit) \
	FIRST_FIELD_##c, BEFORE_##c = FIRST_FIELD_##c - 1,
#define FIELD(c, name, type, q, deflt, role) c##_##name,
#define METHOD(c, name, result, role, params)
#define REMOVED(c, name)
#define ENUM(name, values)
enum field_id {
#include "model.def"
	FIELDS
};
#undef CLASS
#undef FIELD
#undef METHOD
#undef REMOVED
#undef ENUM

enum qualifier { RW, RO_C, RO_R };

struct model_class {
	const char *name;
	enum role create;	/* ROLE_NONE: has no constructor */
	const char *implicit;	/* get_all get_record... it has */
	int first;		/* its first field */
};

struct model_field {
	enum class_id cls;
	const char *name, *type;
	enum qualifier q;
	const char *deflt;	/* as text, or NULL: the type's own nothing */
	enum role role;		/* who may change it */
};

struct model_method {
	enum class_id cls;
	const char *name, *result;	/* result NULL: removed from the API */
	enum role role;
	const char *params;	/* "name:type ...", a ? behind optional names */
};

extern const struct model_class model_classes[CLASSES + 1];
extern const struct model_field model_fields[FIELDS];
extern const struct model_method model_methods[];
extern const size_t model_nmethods;

/* The class of that name or CLASSES; any: letters' case does not matter. */
enum class_id model_class(const char *name, size_t len);
enum class_id model_class_any(const char *name, size_t len);

/* The field of a class or FIELDS. */
enum field_id model_field(enum class_id cls, const char *name);

/* The explicit message of a class or NULL. */
const struct model_method *model_method(enum class_id cls, const char *name);

/* Whether the class has this implicit message (create: see its role). */
bool model_implicit(enum class_id cls, const char *name);

/* Whether clients hear of changes of this class. */
bool model_has_events(enum class_id cls);

/* The values of an enum, blanks between them, or NULL. */
const char *model_enum(const char *name, size_t len);

/* "pool-admin"... and back; ROLE_NONE when there is no such role. */
const char *role_name(enum role role);
enum role role_named(const char *name);

#endif
