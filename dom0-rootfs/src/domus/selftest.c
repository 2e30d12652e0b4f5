/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "cli.h"
#include "jsonrpc.h"

/* host-selftest: the steps of a probe guest's life, and how long each took. */

static int
print_steps(struct cli *cli, const char *type, const char *text,
    struct err *e)
{
	struct value *steps = json_parse(text, strlen(text),
	    &value_limits_reply, e);
	const struct value *step;
	struct table t = { 0 };

	if (steps == NULL)
		return -1;
	for (size_t i = 0; i < value_len(steps); i++) {
		step = value_at(steps, i);
		table_row(&t);
		table_text(&t, type);
		table_cell(&t, value_get(step, "name"));
		table_cell(&t, value_get(step, "ms"));
		table_text(&t, "ms");
	}
	value_free(steps);
	return table_print(&t, cli->out, e);
}

static int
run_one(struct cli *cli, const char *host, const char *type, struct err *e)
{
	struct value *params = value_new_array();
	struct value *args = value_new_struct(), *v;
	int rc;

	value_set_str(args, "type", type);
	value_add_str(params, host);
	value_add_str(params, "domus");
	value_add_str(params, "selftest");
	value_add(params, args);
	v = cli_call(cli, "host.call_plugin", params, e);
	if (v == NULL)
		return -1;
	rc = print_steps(cli, type, value_str(v), e);
	value_free(v);
	return rc;
}

static struct value *
this_host(struct cli *cli, struct err *e)
{
	struct value *status = cli_get(cli, e, "pool.domus_status", NULL);
	struct value *ref = NULL;

	if (status != NULL)
		ref = cli_get(cli, e, "host.get_by_uuid",
		    value_get_str(status, "host_uuid"), NULL);
	value_free(status);
	return ref;
}

int
cmd_host_selftest(struct cli *cli, const struct args *a, struct err *e)
{
	static const char *const types[] = { "pv", "pvh" };
	struct value *host = this_host(cli, e);
	int rc = 0;

	if (host == NULL)
		return -1;
	for (size_t i = 0; i < 2 && rc == 0; i++)
		if (a->option[0] == NULL || strcmp(a->option[0], types[i]) == 0)
			rc = run_one(cli, value_str(host), types[i], e);
	if (a->option[0] != NULL && strcmp(a->option[0], "pv") != 0 &&
	    strcmp(a->option[0], "pvh") != 0)
		rc = err_set(e, "--type %s: pv or pvh", a->option[0]);
	value_free(host);
	return rc;
}
