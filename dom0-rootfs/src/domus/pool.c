/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Joining, leaving, and the tokens that allow it. */

static int
done(struct value *v)
{
	value_free(v);
	return v != NULL ? 0 : -1;
}

/* By token and fingerprint, or by user and password. */
int
cmd_pool_join(struct cli *cli, const struct args *a, struct err *e)
{
	const char *token_file = a->option[0], *fingerprint = a->option[1];
	const char *user = a->option[2];
	char *secret;
	struct value *v;

	if ((user == NULL) == (fingerprint == NULL))
		return err_set(e, "pool-join: give --fingerprint for a token, "
		    "or --username for a password");
	secret = cli_secret(token_file, user != NULL ?
	    "Password of the coordinator: " : "Token: ", e);
	if (secret == NULL)
		return -1;
	if (user != NULL)
		v = cli_get(cli, e, "pool.join", a->word[0], user, secret,
		    NULL);
	else
		v = cli_get(cli, e, "pool.domus_join", a->word[0], secret,
		    fingerprint, NULL);
	free(secret);
	return done(v);
}

int
cmd_pool_eject(struct cli *cli, const struct args *a, struct err *e)
{
	struct value *ref = cli_find(cli, "host", a->word[0], e), *v;

	if (ref == NULL)
		return -1;
	v = cli_get(cli, e, "pool.eject", value_str(ref), NULL);
	value_free(ref);
	return done(v);
}

/* Where the other host finds this pool. */
struct value *
cli_coordinator(struct cli *cli, struct err *e)
{
	struct value *pools = cli_get(cli, e, "pool.get_all_records", NULL);
	const char *master = value_get_str(value_at(pools, 0), "master");
	struct value *v = NULL;

	if (master != NULL)
		v = cli_get(cli, e, "host.get_address", master, NULL);
	value_free(pools);
	if (v != NULL && *value_str(v) == '\0') {
		err_set(e, "the coordinator has no address yet: try again "
		    "when \"ip address\" shows one");
		value_free(v);
		v = NULL;
	}
	return v;
}

static void
print_token(struct cli *cli, const struct value *v, const char *address)
{
	fprintf(cli->out, "token        %s\n"
	    "fingerprint  %s\n"
	    "expires      %s\n"
	    "answer file  <pool coordinator=\"%s\" token=\"%s\" "
	    "fingerprint=\"%s\"/>\n",
	    value_get_str(v, "token"), value_get_str(v, "fingerprint"),
	    value_get_str(v, "expires"), address,
	    value_get_str(v, "token"), value_get_str(v, "fingerprint"));
}

int
cmd_token_create(struct cli *cli, const struct args *a, struct err *e)
{
	struct value *params, *v, *text, *address = NULL;
	int64_t hours = 24;
	int rc = 0;

	if (a->option[0] != NULL) {
		text = value_new_str(a->option[0]);
		rc = value_as_int(text, &hours, e);
		value_free(text);
	}
	if (rc == -1 || hours < 1 || hours > 24 * 366)
		return err_set(e, "--hours: a number from 1 to %d", 24 * 366);
	/* a token that cannot be shown is not made */
	if (!cli->json && (address = cli_coordinator(cli, e)) == NULL)
		return -1;
	params = value_new_array();
	value_add_int(params, hours * 3600);
	value_add_str(params, a->option[1] != NULL ? a->option[1] : "");
	v = cli_call(cli, "pool.domus_token_create", params, e);
	if (v == NULL)
		rc = -1;
	else if (cli->json)
		rc = cli_print_json(cli, v, e);
	else
		print_token(cli, v, value_str(address));
	value_free(v);
	value_free(address);
	return rc;
}

int
cmd_token_list(struct cli *cli, const struct args *a, struct err *e)
{
	static const char *const fields[] = { "id", "state", "expires",
		"host", "description" };
	static const char *const titles[] = { "ID", "STATE", "EXPIRES",
		"HOST", "DESCRIPTION" };
	struct value *v = cli_get(cli, e, "pool.domus_token_list", NULL);
	struct table t = { 0 };
	int rc;

	(void)a;
	if (v == NULL)
		return -1;
	table_row(&t);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		table_text(&t, titles[i]);
	for (size_t n = 0; n < value_len(v); n++) {
		table_row(&t);
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			table_cell(&t, value_get(value_at(v, n), fields[i]));
	}
	if (cli->json) {
		value_free(t.rows);
		rc = cli_print_json(cli, v, e);
	} else
		rc = table_print(&t, cli->out, e);
	value_free(v);
	return rc;
}

int
cmd_token_revoke(struct cli *cli, const struct args *a, struct err *e)
{
	return done(cli_get(cli, e, "pool.domus_token_revoke", a->word[0],
	    NULL));
}
