/* SPDX-License-Identifier: ISC */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "flags.h"
#include "local.h"
#include "xe.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* In the manual page's order; a test compares them. */
const struct command commands[] = {
	{ "status", "", "this host, its pool, and its members",
	    0, 0, { NULL }, cmd_status },
	{ "host-selftest", "[--type pv|pvh]",
	    "start, use and stop a guest on this host", 0, 0, { "type" },
	    cmd_host_selftest },
	{ "attest", "[--nonce HEX] [--pcrs FILE] [--key PRINT] "
	    "[--quote FILE] [--entry NAME] [--tpm PATH]",
	    "what the TPM has measured, signed by it, and whether it is true",
	    0, 0, { "nonce", "pcrs", "key", "quote", "entry", "tpm" },
	    cmd_attest },
	{ "host-list", "", "hosts", 0, 0, { NULL }, cmd_list },
	{ "pool-list", "", "the pool", 0, 0, { NULL }, cmd_list },
	{ "vm-list", "", "virtual machines", 0, 0, { NULL }, cmd_list },
	{ "sr-list", "", "storage", 0, 0, { NULL }, cmd_list },
	{ "pif-list", "", "network interfaces", 0, 0, { NULL }, cmd_list },
	{ "network-list", "", "networks", 0, 0, { NULL }, cmd_list },
	{ "task-list", "", "tasks", 0, 0, { NULL }, cmd_list },
	{ "pool-join", "ADDRESS [--secret-file FILE] "
	    "--fingerprint PRINT | --username NAME", "join a pool", 1, 1,
	    { "secret-file", "fingerprint", "username" }, cmd_pool_join },
	{ "pool-eject", "HOST", "remove a host from the pool", 1, 1, { NULL },
	    cmd_pool_eject },
	{ "pool-token-create", "[--hours N] [--note TEXT]",
	    "a token that lets one host join", 0, 0, { "hours", "note" },
	    cmd_token_create },
	{ "pool-token-list", "", "tokens", 0, 0, { NULL }, cmd_token_list },
	{ "pool-token-revoke", "ID", "make a token useless", 1, 1, { NULL },
	    cmd_token_revoke },
	{ "serve", "start [--answers FILE --mac MAC,...] [--minutes N] "
	    "[--dhcp FIRST-LAST] | stop | status",
	    "install neighbours over the network, from this host's image", 1,
	    1, { "answers", "mac", "minutes", "dhcp" }, cmd_serve },
	{ "call", "METHOD [VALUE ...]", "any method of the XenAPI", 1, 64,
	    { NULL }, cmd_call },
	{ "event-watch", "[--count N] [CLASS ...]", "events as they happen",
	    0, 64, { "count" }, cmd_event_watch },
};
const size_t ncommands = COUNT(commands);

static const struct flag flags[] = {
	{ "server", 's', "HOST[:PORT]", "another host, by HTTPS" },
	{ "user", 'u', "NAME", "user there; root when not given" },
	{ "fingerprint", 'f', "PRINT", "what its certificate must be; \"any\"" },
	{ "password-file", 'p', "FILE", "its password; else it is asked for" },
	{ "socket", 'S', "PATH", "this host's socket, when not the usual" },
	{ "json", 'j', NULL, "print JSON" },
	{ "help", 'h', NULL, "print this" },
	{ "version", 'V', NULL, "print the version" },
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: domus [options] command [arguments]\n");
	flags_print(to, flags, COUNT(flags), 31);
	fprintf(to, "commands:\n");
	for (size_t i = 0; i < ncommands; i++)
		fprintf(to, "  %s%s%s\n      %s\n", commands[i].name,
		    *commands[i].usage != '\0' ? " " : "", commands[i].usage,
		    commands[i].help);
}

static int
take_flag(void *arg, int letter, const char *text)
{
	struct cli *cli = arg;

	switch (letter) {
	case 's':
		cli->server = text;
		break;
	case 'u':
		cli->user = text;
		break;
	case 'f':
		cli->fingerprint = text;
		break;
	case 'p':
		cli->password_file = text;
		break;
	case 'S':
		cli->socket = text;
		break;
	case 'j':
		cli->json = true;
		break;
	case 'h':
	case 'V':
		return letter;
	}
	return 0;
}

/* The options before the command.  -1: go on; else the exit status. */
static int
parse_flags(struct cli *cli, int argc, char *argv[], int *rest)
{
	switch (flags_read(flags, COUNT(flags), argc, argv, true, take_flag,
	    cli, rest)) {
	case 'h':
		usage(stdout);
		return 0;
	case 'V':
		printf("domus %s\n", DOMUS_VERSION);
		return 0;
	case -1:
		usage(stderr);
		return 2;
	}
	return -1;
}

/* "--name value" or "--name=value": how many words it took, or 0. */
static int
parse_option(const struct command *cmd, char *const *word, struct args *a)
{
	const char *name = word[0] + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);

	for (size_t i = 0; i < CLI_OPTIONS && cmd->options[i] != NULL; i++) {
		if (strlen(cmd->options[i]) != len ||
		    memcmp(cmd->options[i], name, len) != 0)
			continue;
		a->option[i] = equals != NULL ? equals + 1 : word[1];
		return a->option[i] == NULL ? 0 : equals != NULL ? 1 : 2;
	}
	return 0;
}

/* A command's own arguments: options first, words after.  -1: wrong. */
static int
parse_args(const struct command *cmd, char *const *word, struct args *a)
{
	int n;

	a->command = cmd->name;
	while (*word != NULL && strncmp(*word, "--", 2) == 0) {
		if (strcmp(*word, "--") == 0) {
			word++;
			break;
		}
		n = parse_option(cmd, word, a);
		if (n == 0)
			return -1;
		word += n;
	}
	a->word = word;
	while (*word != NULL && (a->n == 0 || cmd->most > 1 ||
	    strncmp(*word, "--", 2) != 0)) {
		a->n++;
		word++;
	}
	/* "pool-join ADDRESS --fingerprint X" reads better than before it. */
	while (*word != NULL) {
		n = parse_option(cmd, word, a);
		if (n == 0)
			return -1;
		word += n;
	}
	return a->n >= cmd->least && a->n <= cmd->most ? 0 : -1;
}

int
cmd_list(struct cli *cli, const struct args *a, struct err *e)
{
	return list_class(cli, a->command, e);
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < ncommands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int
main(int argc, char *argv[])
{
	struct cli cli = { .socket = LOCAL_SOCKET, .user = "root",
	    .out = stdout };
	struct args a = { 0 };
	const struct command *cmd;
	const char *slash = strrchr(argv[0], '/');
	struct err e;
	int rc, rest;

	if (strcmp(slash != NULL ? slash + 1 : argv[0], "xe") == 0)
		return xe_main(&cli, argc, argv);
	rc = parse_flags(&cli, argc, argv, &rest);
	if (rc != -1)
		return rc;
	cmd = argv[rest] != NULL ? command_find(argv[rest]) : NULL;
	if (cmd == NULL || parse_args(cmd, argv + rest + 1, &a) == -1) {
		if (cmd != NULL)
			fprintf(stderr, "usage: domus %s %s\n", cmd->name,
			    cmd->usage);
		else
			usage(stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	/* who verifies a quote has no agent */
	rc = cmd->run == cmd_attest ? 0 : cli_connect(&cli, &e);
	if (rc == 0)
		rc = cmd->run(&cli, &a, &e);
	cli_disconnect(&cli);
	if (rc == 0 && fflush(stdout) == EOF)
		rc = err_sys(&e, "output");
	if (rc == -1)
		fprintf(stderr, "domus: %s\n", e.text);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
