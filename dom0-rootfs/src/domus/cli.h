/* SPDX-License-Identifier: ISC */
#ifndef DOMUS_CLI_H
#define DOMUS_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client.h"
#include "err.h"
#include "value.h"

#define CLI_OPTIONS 6		/* of one command */

/* What the command line says, and the session it leads to. */
struct cli {
	const char *socket, *server, *user, *fingerprint, *password_file;
	const char *password;	/* itself: of xe's -pw */
	bool json;
	FILE *out;
	struct rpc_client *client;
	char session[128];
	bool logged_in;
};

/* A command's words, and the values of its options in the table's order. */
struct args {
	const char *command;
	char *const *word;
	size_t n;
	const char *option[CLI_OPTIONS];
};

/* One command; -1 and e when it could not be done. */
typedef int command_fn(struct cli *cli, const struct args *a, struct err *e);

struct command {
	const char *name, *usage, *help;
	size_t least, most;	/* words */
	const char *options[CLI_OPTIONS + 1];	/* names, each with a value */
	command_fn *run;
};

extern const struct command commands[];
extern const size_t ncommands;

/* session.c: connect, and log in when the server is not this host. */
int cli_connect(struct cli *cli, struct err *e);
void cli_disconnect(struct cli *cli);

/*
 * Call with the session in front of params (which is used up; NULL: none).
 * NULL: e holds XenAPI's error or what went wrong on the way.
 */
struct value *cli_call(struct cli *cli, const char *method,
    struct value *params, struct err *e);

/* The same with text parameters, ended by NULL. */
struct value *cli_get(struct cli *cli, struct err *e, const char *method, ...)
    __attribute__((sentinel));

/* A secret from a file, or asked for at the terminal.  The caller's. */
char *cli_secret(const char *file, const char *prompt, struct err *e);

/* The reference of a record by its uuid or its name; the caller's. */
struct value *cli_find(struct cli *cli, const char *class, const char *which,
    struct err *e);

/* JSON for people. */
int cli_print_json(struct cli *cli, const struct value *v, struct err *e);

/* print.c: a table, as it grows row by row; every cell is copied. */
struct table {
	struct value *rows;	/* array of arrays of text */
};

void table_row(struct table *t);
void table_cell(struct table *t, const struct value *v);
void table_text(struct table *t, const char *s);
/* Print in columns, and free. */
int table_print(struct table *t, FILE *out, struct err *e);

/* Text without what a terminal could take as a command. */
void print_text(FILE *out, const char *s);

/* pool.c: the coordinator's address; the caller's.  NULL and e: also when it
 * has none yet, as in the first seconds after a boot. */
struct value *cli_coordinator(struct cli *cli, struct err *e);

/* serve_status.c */
int serve_status(struct cli *cli, struct err *e);

/* The commands, by file. */
command_fn cmd_list;		/* list.c: every *-list but tokens */
command_fn cmd_status, cmd_call, cmd_event_watch, cmd_host_selftest;	/* commands.c */
command_fn cmd_pool_join, cmd_pool_eject, cmd_token_create, cmd_token_list,
    cmd_token_revoke;		/* pool.c */
command_fn cmd_serve;		/* serve.c */

command_fn cmd_attest;		/* attest.c */

/* list.c: the table of a class by that command's name, e.g. "host-list". */
int list_class(struct cli *cli, const char *command, struct err *e);

#endif
