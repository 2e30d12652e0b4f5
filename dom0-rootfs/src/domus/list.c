/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "cli.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define COLUMNS 8

/* A column: a field, or the field of another record that it refers to. */
struct column {
	const char *title, *field, *class, *of;
};

/* A list: a class, its columns, and records that it leaves out. */
static const struct list {
	const char *command, *class, *without;	/* without: a bool field */
	struct column columns[COLUMNS];
} lists[] = {
	{ "host-list", "host", NULL, {
		{ "NAME", "name_label", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "ADDRESS", "address", NULL, NULL },
		{ "ENABLED", "enabled", NULL, NULL },
		{ "LIVE", "metrics", "host_metrics", "live" } } },
	{ "pool-list", "pool", NULL, {
		{ "NAME", "name_label", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "COORDINATOR", "master", "host", "name_label" },
		{ "DEFAULT-SR", "default_SR", "SR", "name_label" } } },
	{ "vm-list", "VM", "is_a_template", {
		{ "NAME", "name_label", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "STATE", "power_state", NULL, NULL },
		{ "HOST", "resident_on", "host", "name_label" } } },
	{ "sr-list", "SR", NULL, {
		{ "NAME", "name_label", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "TYPE", "type", NULL, NULL },
		{ "SIZE", "physical_size", NULL, NULL },
		{ "USED", "physical_utilisation", NULL, NULL },
		{ "SHARED", "shared", NULL, NULL } } },
	{ "pif-list", "PIF", NULL, {
		{ "DEVICE", "device", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "HOST", "host", "host", "name_label" },
		{ "MAC", "MAC", NULL, NULL },
		{ "MODE", "ip_configuration_mode", NULL, NULL },
		{ "IP", "IP", NULL, NULL },
		{ "MANAGEMENT", "management", NULL, NULL },
		{ "CARRIER", "metrics", "PIF_metrics", "carrier" } } },
	{ "network-list", "network", NULL, {
		{ "NAME", "name_label", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "BRIDGE", "bridge", NULL, NULL } } },
	{ "task-list", "task", NULL, {
		{ "NAME", "name_label", NULL, NULL },
		{ "UUID", "uuid", NULL, NULL },
		{ "STATUS", "status", NULL, NULL },
		{ "PROGRESS", "progress", NULL, NULL },
		{ "CREATED", "created", NULL, NULL } } },
};

static struct value *
records(struct cli *cli, const char *class, struct err *e)
{
	char method[64];

	snprintf(method, sizeof(method), "%s.get_all_records", class);
	return cli_get(cli, e, method, NULL);
}

/* All records of the classes that the columns lead to, by class. */
static struct value *
others(struct cli *cli, const struct list *l, struct err *e)
{
	struct value *v = value_new_struct(), *all;

	for (size_t i = 0; i < COLUMNS; i++) {
		const char *class = l->columns[i].class;

		if (class == NULL || value_get(v, class) != NULL)
			continue;
		all = records(cli, class, e);
		if (all == NULL) {
			value_free(v);
			return NULL;
		}
		value_set(v, class, all);
	}
	return v;
}

static void
add_row(struct table *t, const struct list *l, const struct value *record,
    const struct value *other)
{
	const struct value *v;

	table_row(t);
	for (const struct column *c = l->columns;
	    c < l->columns + COLUMNS && c->title != NULL; c++) {
		v = value_get(record, c->field);
		if (c->class != NULL && value_str(v) != NULL)
			v = value_get(value_get(value_get(other, c->class),
			    value_str(v)), c->of);
		table_cell(t, v);
	}
}

static int
show(struct cli *cli, const struct list *l, const struct value *all,
    struct err *e)
{
	struct value *other = others(cli, l, e), *record;
	struct table t = { 0 };
	bool left_out;

	if (other == NULL)
		return -1;
	table_row(&t);
	for (const struct column *c = l->columns;
	    c < l->columns + COLUMNS && c->title != NULL; c++)
		table_text(&t, c->title);
	for (size_t i = 0; i < value_len(all); i++) {
		record = value_at(all, i);
		left_out = false;
		if (l->without != NULL)
			value_as_bool(value_get(record, l->without),
			    &left_out, e);
		if (!left_out)
			add_row(&t, l, record, other);
	}
	value_free(other);
	return table_print(&t, cli->out, e);
}

int
list_class(struct cli *cli, const char *command, struct err *e)
{
	const struct list *l = lists;
	struct value *all;
	int rc;

	while (l < lists + COUNT(lists) && strcmp(l->command, command) != 0)
		l++;
	if (l == lists + COUNT(lists))
		return err_set(e, "%s: no such list", command);
	all = records(cli, l->class, e);
	if (all == NULL)
		return -1;
	rc = cli->json ? cli_print_json(cli, all, e) : show(cli, l, all, e);
	value_free(all);
	return rc;
}
