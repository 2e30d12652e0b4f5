/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "cli.h"
#include "fingerprint.h"
#include "jsonrpc.h"

/* What does not fit elsewhere: the status page, raw calls, events. */

static void
line(struct cli *cli, const char *title, const char *text)
{
	fprintf(cli->out, "%-13s", title);
	print_text(cli->out, text != NULL && *text != '\0' ? text : "-");
	fputc('\n', cli->out);
}

/* The fingerprint of that host's certificate, or why it is not known. */
static void
host_fingerprint(struct cli *cli, const char *ref, char *text, size_t size)
{
	struct value *pem;
	struct fingerprint f;
	struct err e;

	pem = cli_get(cli, &e, "host.get_server_certificate", ref, NULL);
	if (pem != NULL && value_str(pem) != NULL &&
	    fingerprint_of_pem(value_str(pem), &f, &e) == 0)
		fingerprint_text(&f, text);
	else
		snprintf(text, size, "%s", e.text);
	value_free(pem);
}

static void
page(struct cli *cli, const struct value *status, const struct value *host,
    const struct value *pool, const char *fingerprint)
{
	const char *reached = value_get_str(status, "reached");
	const char *error = value_get_str(status, "error");

	line(cli, "host", value_get_str(host, "name_label"));
	line(cli, "uuid", value_get_str(host, "uuid"));
	line(cli, "address", value_get_str(host, "address"));
	line(cli, "fingerprint", fingerprint);
	line(cli, "pool", value_get_str(pool, "name_label"));
	line(cli, "role", value_get_str(status, "role"));
	if (*value_get_str(status, "coordinator") != '\0') {
		line(cli, "coordinator", value_get_str(status, "coordinator"));
		line(cli, "reached", reached != NULL &&
		    strcmp(reached, "true") == 0 ? "yes" : "no");
	}
	if (error != NULL && *error != '\0')
		line(cli, "error", error);
	fputc('\n', cli->out);
}

int
cmd_status(struct cli *cli, const struct args *a, struct err *e)
{
	struct value *status, *ref = NULL, *host = NULL, *pools = NULL;
	char fingerprint[sizeof(e->text)];
	int rc = -1;

	(void)a;
	status = cli_get(cli, e, "pool.domus_status", NULL);
	if (status == NULL)
		return -1;
	if (cli->json) {
		rc = cli_print_json(cli, status, e);
		goto out;
	}
	if (value_get_str(status, "host_uuid") == NULL ||
	    value_get_str(status, "coordinator") == NULL) {
		err_set(e, "pool.domus_status: an answer of another version");
		goto out;
	}
	ref = cli_get(cli, e, "host.get_by_uuid",
	    value_get_str(status, "host_uuid"), NULL);
	if (ref == NULL)
		goto out;
	host = cli_get(cli, e, "host.get_record", value_str(ref), NULL);
	pools = cli_get(cli, e, "pool.get_all_records", NULL);
	if (host == NULL || pools == NULL)
		goto out;
	host_fingerprint(cli, value_str(ref), fingerprint,
	    sizeof(fingerprint));
	page(cli, status, host, value_at(pools, 0), fingerprint);
	rc = list_class(cli, "host-list", e);
out:
	value_free(status);
	value_free(ref);
	value_free(host);
	value_free(pools);
	return rc;
}

/* JSON, or else the word itself as text. */
static struct value *
word_value(const char *word)
{
	struct value *v;
	struct err ignored;

	v = json_parse(word, strlen(word), &value_limits_request, &ignored);
	return v != NULL ? v : value_new_str(word);
}

/* Methods that are called before there is a session. */
static bool
sessionless(const char *method)
{
	static const char login[] = "session.login_with_password";

	return strncmp(method, "system.", 7) == 0 ||
	    strcmp(method, login) == 0;
}

int
cmd_call(struct cli *cli, const struct args *a, struct err *e)
{
	struct value *params = value_new_array();
	struct reply r = { 0 };
	int rc = -1;

	if (!sessionless(a->word[0]))
		value_add_str(params, cli->session);
	for (size_t i = 1; i < a->n; i++)
		value_add(params, word_value(a->word[i]));
	if (value_ok(params, e) == -1 ||
	    rpc_call(cli->client, a->word[0], params, &r, e) == -1)
		goto out;
	rc = r.ok ? cli_print_json(cli, r.value, e) : reply_error(&r, e);
out:
	reply_free(&r);
	value_free(params);
	return rc;
}

static int
print_event(struct cli *cli, const struct value *v, struct err *e)
{
	const struct value *record = value_get(v, "snapshot");
	const char *name = value_get_str(record, "name_label");
	struct buf b = { 0 };
	int rc;

	if (cli->json) {
		json_put(&b, v);
		buf_char(&b, '\n');
		rc = buf_ok(&b, e);
		fputs(buf_str(&b), cli->out);
		buf_free(&b);
		return rc;
	}
	fprintf(cli->out, "%s %s %s ", value_get_str(v, "operation"),
	    value_get_str(v, "class"), value_get_str(v, "ref"));
	print_text(cli->out, name != NULL ? name : "");
	fputc('\n', cli->out);
	return 0;
}

/* One event.from; the token for the next in *token. */
static int
watch_once(struct cli *cli, const struct value *classes, struct value **token,
    int64_t *left, struct err *e)
{
	struct value *params = value_new_array(), *v, *events;
	int rc = 0;

	value_add(params, value_copy(classes));
	value_add(params, *token);
	*token = NULL;
	value_add(params, value_new_float(30));
	v = cli_call(cli, "event.from", params, e);
	if (v == NULL)
		return -1;
	events = value_get(v, "events");
	for (size_t i = 0; i < value_len(events) && *left > 0 && rc == 0; i++) {
		rc = print_event(cli, value_at(events, i), e);
		--*left;
	}
	*token = value_take(v, "token");
	value_free(v);
	if (fflush(cli->out) == EOF)
		return err_sys(e, "output");
	return rc;
}

int
cmd_event_watch(struct cli *cli, const struct args *a, struct err *e)
{
	struct value *classes = value_new_array(), *text;
	struct value *token = value_new_str("");
	int64_t left = INT64_MAX;
	int rc = 0;

	for (size_t i = 0; i < a->n; i++)
		value_add_str(classes, a->word[i]);
	if (a->n == 0)
		value_add_str(classes, "*");
	if (a->option[0] != NULL) {
		text = value_new_str(a->option[0]);
		rc = value_as_int(text, &left, e);
		value_free(text);
	}
	while (rc == 0 && left > 0)
		rc = watch_once(cli, classes, &token, &left, e);
	value_free(classes);
	value_free(token);
	return rc;
}
