/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "xe.h"

/* The command line of xe, and records as they are needed. */

const char *
xe_get(const struct xe *x, const char *key)
{
	size_t len = strlen(key);

	for (char *const *w = x->word; *w != NULL; w++)
		if (strncmp(*w, key, len) == 0 && (*w)[len] == '=')
			return *w + len + 1;
	return NULL;
}

struct value *
xe_map(const struct xe *x, const char *key)
{
	struct value *map = value_new_struct();
	size_t len = strlen(key);
	const char *name, *equals;
	char one[256];

	for (char *const *w = x->word; *w != NULL; w++) {
		if (strncmp(*w, key, len) != 0 || (*w)[len] != ':')
			continue;
		name = *w + len + 1;
		equals = strchr(name, '=');
		if (equals == NULL || (size_t)(equals - name) >= sizeof(one))
			continue;
		snprintf(one, sizeof(one), "%.*s", (int)(equals - name), name);
		value_set_str(map, one, equals + 1);
	}
	return map;
}

const struct value *
xe_records(struct xe *x, const char *class, struct err *e)
{
	char method[64];
	struct value *v;

	if (x->seen == NULL)
		x->seen = value_new_struct();
	if (value_get(x->seen, class) == NULL) {
		snprintf(method, sizeof(method), "%s.get_all_records", class);
		v = cli_get(x->cli, e, method, NULL);
		if (v == NULL)
			return NULL;
		value_set(x->seen, class, v);
	}
	return value_get(x->seen, class);
}

const char *
xe_find(struct xe *x, const char *class, const char *which, struct err *e)
{
	const struct value *all = xe_records(x, class, e), *r;
	const char *found = NULL;
	const char *uuid, *name;

	for (size_t i = 0; i < value_len(all); i++) {
		r = value_at(all, i);
		uuid = value_get_str(r, "uuid");
		name = value_get_str(r, "name_label");
		if (uuid != NULL && strcmp(uuid, which) == 0)
			return value_name_at(all, i);
		if (name == NULL || strcmp(name, which) != 0)
			continue;
		if (found != NULL) {
			err_set(e, "%s: more than one %s of that name", which,
			    class);
			return NULL;
		}
		found = value_name_at(all, i);
	}
	if (all != NULL && found == NULL)
		err_set(e, "The uuid you supplied was invalid.\ntype: %s\n"
		    "uuid: %s", class, which);
	return found;
}

const struct xe_kind *
xe_kind(const char *name, size_t len)
{
	for (size_t i = 0; i < xe_nkinds; i++)
		if (strlen(xe_kinds[i].name) == len &&
		    memcmp(xe_kinds[i].name, name, len) == 0)
			return &xe_kinds[i];
	return NULL;
}

const char *
xe_command_name(const struct xe *x)
{
	return x->word[-1];
}

/* The uuid of what a message has made, or its text. */
static int
print_result(struct xe *x, const struct value *v, const char *result,
    struct err *e)
{
	char method[64];
	struct value *uuid;

	if (*result == '\0') {
		if (value_str(v) != NULL)
			fprintf(x->cli->out, "%s\n", value_str(v));
		else
			return cli_print_json(x->cli, v, e);
		return 0;
	}
	snprintf(method, sizeof(method), "%s.get_uuid", result);
	uuid = cli_get(x->cli, e, method, value_str(v), NULL);
	if (uuid == NULL)
		return -1;
	fprintf(x->cli->out, "%s\n", value_str(uuid));
	value_free(uuid);
	return 0;
}

int
xe_call(struct xe *x, const char *method, struct value *params,
    const char *result, struct err *e)
{
	struct value *v = cli_call(x->cli, method, params, e);
	int rc = v == NULL ? -1 : 0;

	if (rc == 0 && result != NULL)
		rc = print_result(x, v, result, e);
	value_free(v);
	return rc;
}

static const struct xe_command *
find(const char *name)
{
	for (size_t i = 0; i < xe_ncommands; i++)
		if (strcmp(xe_commands[i].name, name) == 0)
			return &xe_commands[i];
	return NULL;
}

static int
run(struct xe *x, const char *name, struct err *e)
{
	const struct xe_command *c = find(name);
	struct value *params;
	int rc;

	if (c != NULL && c->run != NULL)
		return c->run(x, e);
	if (c != NULL) {
		params = xe_params(x, c->spec, e);
		return params == NULL ? -1 :
		    xe_call(x, c->method, params, c->result, e);
	}
	rc = xe_generic(x, name, e);
	return rc != 1 ? rc : err_set(e, "Unknown command: %s", name);
}

int
xe_help(struct xe *x, struct err *e)
{
	(void)e;
	fprintf(x->cli->out, "usage: xe [-s server] [-u username] [-pw "
	    "password] [-pwf file] [-p port]\n          command [--minimal] "
	    "[--multiple] [--force] [key=value ...]\n\nKIND-list "
	    "KIND-param-list KIND-param-get KIND-param-set KIND-param-add\n"
	    "KIND-param-remove KIND-param-clear, where KIND is\n ");
	for (size_t i = 0; i < xe_nkinds; i++)
		fprintf(x->cli->out, " %s", xe_kinds[i].name);
	fprintf(x->cli->out, "\nand\n");
	for (size_t i = 0; i < xe_ncommands; i++)
		fprintf(x->cli->out, "  %s\n", xe_commands[i].name);
	return 0;
}

/* -s and its like stand before the command; -- words anywhere. */
static int
options(struct xe *x, int argc, char *argv[], char server[256])
{
	const char *port = NULL;
	int i, n = 1;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '-';
	    i += 2) {
		if (i + 1 == argc)
			return -1;
		if (strcmp(argv[i], "-s") == 0)
			x->cli->server = argv[i + 1];
		else if (strcmp(argv[i], "-u") == 0)
			x->cli->user = argv[i + 1];
		else if (strcmp(argv[i], "-pw") == 0)
			x->cli->password = argv[i + 1];
		else if (strcmp(argv[i], "-pwf") == 0)
			x->cli->password_file = argv[i + 1];
		else if (strcmp(argv[i], "-p") == 0)
			port = argv[i + 1];
		else if (strcmp(argv[i], "-S") == 0)
			x->cli->socket = argv[i + 1];
		else
			return -1;
	}
	if (x->cli->server != NULL && port != NULL) {
		snprintf(server, 256, "%s:%s", x->cli->server, port);
		x->cli->server = server;
	}
	for (; i < argc; i++) {
		if (strcmp(argv[i], "--minimal") == 0)
			x->minimal = true;
		else if (strcmp(argv[i], "--multiple") == 0)
			x->multiple = true;
		else if (strcmp(argv[i], "--force") == 0)
			x->force = true;
		else
			argv[n++] = argv[i];
	}
	argv[n] = NULL;
	return n > 1 ? 0 : -1;
}

int
xe_main(struct cli *cli, int argc, char *argv[])
{
	struct xe x = { .cli = cli };
	char server[256];
	struct err e;
	int rc;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
	    options(&x, argc, argv, server) == -1) {
		xe_help(&x, &e);
		return argc > 1 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	x.word = argv + 2;
	/* a program is no person: who has the address trusts it, as xe does */
	if (cli->server != NULL)
		cli->fingerprint = "any";
	rc = cli_connect(cli, &e);
	if (rc == 0)
		rc = run(&x, argv[1], &e);
	cli_disconnect(cli);
	value_free(x.seen);
	value_free(x.methods);
	if (rc == 0 && fflush(cli->out) == EOF)
		rc = err_sys(&e, "output");
	if (rc == -1)
		fprintf(stderr, "%s\n", e.text);
	return rc == 0 ? 0 : 1;
}
