/* SPDX-License-Identifier: ISC */
#ifndef DOMUS_XE_H
#define DOMUS_XE_H

#include "cli.h"

/*
 * xe's command syntax, by which scripts of XenServer and XCP-ng go on working:
 *
 *	xe [-s host] [-u user] [-pw password] command [--minimal] [key=value ...]
 */
struct xe {
	struct cli *cli;
	bool minimal, multiple, force;
	const char *params;	/* params=: of a list */
	char *const *word;	/* key=value, ends with NULL */
	struct value *seen;	/* records by class, as asked for */
	struct value *methods;	/* what the server can do, or NULL */
};

/* A kind of object by its name here: "vm", "template", "sr"... */
struct xe_kind {
	const char *name, *class;
	const char *shown;	/* params of a list, blanks between */
	const char *only;	/* bool fields: "+is_a_template -is_a_snapshot" */
};
extern const struct xe_kind xe_kinds[];
extern const size_t xe_nkinds;

/*
 * A command that is one message.  spec says what goes into it, word by word:
 *
 *	@vm		the object that uuid= or vm= (a uuid or a name) names
 *	sr-uuid:SR	the object of that class; with ? it may be missing
 *	name-label	text; with ?, it may be missing: what follows the ? then
 *	#size		bytes, also with KiB, MiB, GiB, TiB behind
 *	%force		true or false
 *	{config}	all config:KEY=VALUE
 *	=text		just that
 *
 * and FIELD= before it puts it into a record, which is then the parameter.
 * result: class of the object whose uuid is printed, "" text, NULL nothing.
 */
struct xe_command {
	const char *name, *method, *spec, *result;
	int (*run)(struct xe *, struct err *);	/* instead, where it is more */
};
extern const struct xe_command xe_commands[];
extern const size_t xe_ncommands;

/* The program under that name: its exit status. */
int xe_main(struct cli *cli, int argc, char *argv[]);

/* Values of key=value; NULL when it was not given. */
const char *xe_get(const struct xe *x, const char *key);
/* All KEY:NAME=VALUE as a map. */
struct value *xe_map(const struct xe *x, const char *key);

/* All records of a class, fetched once; not the caller's.  NULL and e. */
const struct value *xe_records(struct xe *x, const char *class, struct err *e);

/* References of the kind's objects that key=value choose; the caller's. */
struct value *xe_select(struct xe *x, const struct xe_kind *kind,
    struct err *e);

/* The one object of a class that has that uuid, or name. */
const char *xe_find(struct xe *x, const char *class, const char *which,
    struct err *e);

/* Call and print as the command's result says. */
int xe_call(struct xe *x, const char *method, struct value *params,
    const char *result, struct err *e);

/* The parameters that a spec describes; NULL and e. */
struct value *xe_params(struct xe *x, const char *spec, struct err *e);

const struct xe_kind *xe_kind(const char *name, size_t len);

/* KIND-list and KIND-param-...; 1: not one of them. */
int xe_generic(struct xe *x, const char *command, struct err *e);
int xe_list(struct xe *x, const struct xe_kind *kind, struct err *e);

/* "name-label" is name_label, "vcpus-max" VCPUs_max; NULL: no such. */
const char *xe_field(const struct value *record, const char *param,
    size_t len);

/* A param of a record: a field, or vm-uuid, sr-name-label.  -1: none. */
int xe_put_param(struct xe *x, struct buf *to, const struct value *record,
    const char *param);

int xe_vm_power(struct xe *x, struct err *e);
int xe_vm_install(struct xe *x, struct err *e);
int xe_vm_uninstall(struct xe *x, struct err *e);
int xe_sr_create(struct xe *x, struct err *e);
int xe_help(struct xe *x, struct err *e);

/* The command that is run; for functions that do several. */
const char *xe_command_name(const struct xe *x);

#endif
