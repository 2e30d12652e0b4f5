/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "address.h"
#include "cli.h"
#include "file.h"
#include "jsonrpc.h"
#include "local.h"

#define SECRET_MAX 4096

/* One line from the terminal, unseen. */
static char *
ask_secret(const char *prompt, struct err *e)
{
	struct termios old, quiet;
	char line[SECRET_MAX] = "";
	ssize_t n = 0;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (fd == -1 || tcgetattr(fd, &old) == -1) {
		err_sys(e, "password: no terminal to ask at");
		if (fd != -1)
			close(fd);
		return NULL;
	}
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &quiet);
	if (write(fd, prompt, strlen(prompt)) != -1)
		n = read(fd, line, sizeof(line) - 1);
	tcsetattr(fd, TCSAFLUSH, &old);
	if (n <= 0 || write(fd, "\n", 1) == -1) {
		err_set(e, "password: none given");
		close(fd);
		return NULL;
	}
	close(fd);
	line[strcspn(line, "\r\n")] = '\0';
	return strdup(line);
}

char *
cli_secret(const char *file, const char *prompt, struct err *e)
{
	char *text;

	if (file == NULL)
		return ask_secret(prompt, e);
	if (file_read(file, SECRET_MAX, &text, NULL, e) == -1)
		return NULL;
	text[strcspn(text, "\r\n")] = '\0';
	return text;
}

/* Whoever has no fingerprint is told the server's, and asked to look at it. */
static int
check_fingerprint(struct cli *cli, struct err *e)
{
	struct value *v;

	if (cli->fingerprint != NULL)
		return 0;
	v = rpc_get(cli->client, e, "system.listMethods", NULL);
	if (v == NULL && *rpc_client_seen(cli->client) == '\0')
		return -1;
	value_free(v);
	return err_set(e, "%s: its certificate is %s; if the host's console "
	    "says the same, give it by -f", cli->server,
	    rpc_client_seen(cli->client));
}

static int
login(struct cli *cli, struct err *e)
{
	char *password;
	struct value *v = NULL;

	password = cli->password != NULL ? strdup(cli->password) :
	    cli_secret(cli->password_file, "Password: ", e);
	if (password == NULL)
		return -1;
	v = rpc_get(cli->client, e, "session.login_with_password", cli->user,
	    password, "1.0", "domus", NULL);
	free(password);
	if (v == NULL)
		return -1;
	if (value_str(v) == NULL || value_len(v) >= sizeof(cli->session)) {
		value_free(v);
		return err_set(e, "%s: no session", cli->server);
	}
	strcpy(cli->session, value_str(v));
	value_free(v);
	cli->logged_in = true;
	return 0;
}

int
cli_connect(struct cli *cli, struct err *e)
{
	struct rpc_options o = { .socket = cli->socket };
	char host[256];

	/* Over the local socket every session is as good. */
	strcpy(cli->session, "OpaqueRef:NULL");
	if (cli->server == NULL)
		return rpc_client_open(&o, &cli->client, e);
	o.socket = NULL;
	if (address_split(cli->server, host, sizeof(host), &o.port, e) == -1)
		return -1;
	o.host = host;
	o.fingerprint = cli->fingerprint;
	if (cli->fingerprint != NULL && strcmp(cli->fingerprint, "any") == 0)
		o.fingerprint = NULL;
	if (rpc_client_open(&o, &cli->client, e) == -1 ||
	    check_fingerprint(cli, e) == -1)
		return -1;
	return login(cli, e);
}

void
cli_disconnect(struct cli *cli)
{
	struct err ignored;

	if (cli->logged_in)
		value_free(rpc_get(cli->client, &ignored, "session.logout",
		    cli->session, NULL));
	rpc_client_close(cli->client);
	cli->client = NULL;
}

struct value *
cli_call(struct cli *cli, const char *method, struct value *params,
    struct err *e)
{
	struct value *all = value_new_array(), *v;

	value_add_str(all, cli->session);
	for (size_t i = 0; i < value_len(params); i++)
		value_add(all, value_copy(value_at(params, i)));
	value_free(params);
	v = rpc_value(cli->client, method, all, e);
	value_free(all);
	return v;
}

struct value *
cli_get(struct cli *cli, struct err *e, const char *method, ...)
{
	struct value *params = value_new_array();
	const char *s;
	va_list ap;

	va_start(ap, method);
	while ((s = va_arg(ap, const char *)) != NULL)
		value_add_str(params, s);
	va_end(ap);
	return cli_call(cli, method, params, e);
}

struct value *
cli_find(struct cli *cli, const char *class, const char *which, struct err *e)
{
	char method[64];
	struct value *v, *ref = NULL;

	snprintf(method, sizeof(method), "%s.get_by_uuid", class);
	ref = cli_get(cli, e, method, which, NULL);
	if (ref != NULL)
		return ref;
	snprintf(method, sizeof(method), "%s.get_by_name_label", class);
	v = cli_get(cli, e, method, which, NULL);
	if (v == NULL)
		return NULL;
	if (value_len(v) == 1)
		ref = value_copy(value_at(v, 0));
	else
		err_set(e, "%s: %s %s of that name", which,
		    value_len(v) == 0 ? "no" : "more than one", class);
	value_free(v);
	return ref;
}

int
cli_print_json(struct cli *cli, const struct value *v, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	json_pretty_put(&b, v);
	rc = buf_ok(&b, e);
	if (rc == 0 && (fputs(buf_str(&b), cli->out) == EOF ||
	    fflush(cli->out) == EOF))
		rc = err_sys(e, "output");
	buf_free(&b);
	return rc;
}
