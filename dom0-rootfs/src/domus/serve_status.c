/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "jsonrpc.h"
#include "offer.h"

/* domus serve status: what domus-serve knows of each machine. */

static int
machines(struct cli *cli, const struct value *list, struct err *e)
{
	static const char *const fields[] = { "mac", "address", "state",
		"title", "text" };
	static const char *const titles[] = { "MAC", "ADDRESS", "STATE",
		"STEP", "LAST SAID" };
	struct table t = { 0 };

	table_row(&t);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		table_text(&t, titles[i]);
	for (size_t n = 0; n < value_len(list); n++) {
		table_row(&t);
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			table_cell(&t, value_get(value_at(list, n),
			    fields[i]));
	}
	return table_print(&t, cli->out, e);
}

static int
tell(struct cli *cli, const char *text, struct err *e)
{
	static const struct value_limits limits = { 8, 65536, 4 << 20 };
	struct value *v = json_parse(text, strlen(text), &limits, e);
	int64_t left = 0;
	int rc = -1;

	if (v == NULL)
		return -1;
	if (cli->json)
		rc = cli_print_json(cli, v, e);
	else if (value_as_int(value_get(v, "left"), &left, e) == 0) {
		fprintf(cli->out, "served, for %lld more minutes\n\n",
		    (long long)(left + 59) / 60);
		rc = machines(cli, value_get(v, "machines"), e);
	}
	value_free(v);
	return rc;
}

int
serve_status(struct cli *cli, struct err *e)
{
	char *text;
	int rc;

	if (offer_runs() == 0) {
		fputs(cli->json ? "{\"machines\":[]}\n" : "off\n", cli->out);
		return 0;
	}
	text = offer_ask(e);
	if (text == NULL)
		return -1;
	rc = tell(cli, text, e);
	free(text);
	return rc;
}
