/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "model.h"

/*
 * model.def holds these rows; each table here takes the ones it wants.
 *
 * CLASS(class, role that may create, implicit messages)
 * FIELD(class, name, type, qualifier, default, role that may change it)
 * METHOD(class, name, result, role, parameters), REMOVED(class, name)
 * ENUM(name, values)
 */

#define CLASS(c, role, implicit) { #c, ROLE_##role, implicit, FIRST_FIELD_##c },
#define FIELD(c, name, type, q, deflt, role)
#define METHOD(c, name, result, role, params)
#define REMOVED(c, name)
#define ENUM(name, values)
const struct model_class model_classes[CLASSES + 1] = {
#include "model.def"
	{ NULL, ROLE_NONE, "", FIELDS }
};
#undef CLASS
#undef FIELD
#undef METHOD
#undef REMOVED
#undef ENUM

#define CLASS(c, role, implicit)
#define FIELD(c, name, type, q, deflt, role) \
	[c##_##name] = { CLASS_##c, #name, type, q, deflt, ROLE_##role },
#define METHOD(c, name, result, role, params)
#define REMOVED(c, name)
#define ENUM(name, values)
const struct model_field model_fields[FIELDS] = {
#include "model.def"
};
#undef FIELD
#undef METHOD
#undef REMOVED

#define FIELD(c, name, type, q, deflt, role)
#define METHOD(c, name, result, role, params) \
	{ CLASS_##c, #name, result, ROLE_##role, params },
#define REMOVED(c, name) { CLASS_##c, #name, NULL, ROLE_READ_ONLY, "" },
const struct model_method model_methods[] = {
#include "model.def"
};
const size_t model_nmethods =
    sizeof(model_methods) / sizeof(model_methods[0]);
#undef METHOD
#undef REMOVED
#undef ENUM

#define METHOD(c, name, result, role, params)
#define REMOVED(c, name)
#define ENUM(name, values) { #name, values },
static const struct {
	const char *name, *values;
} enums[] = {
#include "model.def"
};

static const char *const role_names[] = {
	[ROLE_NOAUTH] = "",
	[ROLE_READ_ONLY] = "read-only",
	[ROLE_VM_OPERATOR] = "vm-operator",
	[ROLE_VM_ADMIN] = "vm-admin",
	[ROLE_VM_POWER_ADMIN] = "vm-power-admin",
	[ROLE_POOL_OPERATOR] = "pool-operator",
	[ROLE_POOL_ADMIN] = "pool-admin",
	[ROLE_NONE] = "",
};

enum class_id
model_class(const char *name, size_t len)
{
	enum class_id c;

	for (c = 0; c < CLASSES; c++)
		if (strncmp(model_classes[c].name, name, len) == 0 &&
		    model_classes[c].name[len] == '\0')
			break;
	return c;
}

enum class_id
model_class_any(const char *name, size_t len)
{
	enum class_id c;

	for (c = 0; c < CLASSES; c++)
		if (strncasecmp(model_classes[c].name, name, len) == 0 &&
		    model_classes[c].name[len] == '\0')
			break;
	return c;
}

enum field_id
model_field(enum class_id cls, const char *name)
{
	int f, end = model_classes[cls + 1].first;

	for (f = model_classes[cls].first; f < end; f++)
		if (strcmp(model_fields[f].name, name) == 0)
			return (enum field_id)f;
	return FIELDS;
}

const struct model_method *
model_method(enum class_id cls, const char *name)
{
	const struct model_method *m;

	for (m = model_methods; m < model_methods + model_nmethods; m++)
		if (m->cls == cls && strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

static bool
word_in(const char *words, const char *word)
{
	size_t len = strlen(word);
	const char *p = words;

	while ((p = strstr(p, word)) != NULL) {
		if ((p == words || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0'))
			return true;
		p += len;
	}
	return false;
}

bool
model_implicit(enum class_id cls, const char *name)
{
	return word_in(model_classes[cls].implicit, name);
}

bool
model_has_events(enum class_id cls)
{
	return cls != CLASS_session && cls != CLASS_event &&
	    cls != CLASS_secret;
}

const char *
model_enum(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(enums) / sizeof(enums[0]); i++)
		if (strncmp(enums[i].name, name, len) == 0 &&
		    enums[i].name[len] == '\0')
			return enums[i].values;
	return NULL;
}

const char *
role_name(enum role role)
{
	return role_names[role];
}

enum role
role_named(const char *name)
{
	enum role r;

	for (r = ROLE_READ_ONLY; r < ROLE_NONE; r++)
		if (strcmp(role_names[r], name) == 0)
			break;
	return r;
}
