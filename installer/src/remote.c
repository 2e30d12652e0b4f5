/* SPDX-License-Identifier: ISC */
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "file.h"
#include "password.h"
#include "remote.h"
#include "run.h"

#define NETWORK_SECONDS 120
#define SSHD_PID "/run/domus/installer-sshd.pid"
#define KEYS "/root/.ssh/authorized_keys"

bool
cmdline_value(const char *cmdline, const char *name, char *to, size_t size)
{
	size_t len = strlen(name), n;
	const char *at = cmdline;
	char end;

	while ((at = strstr(at, name)) != NULL) {
		if ((at == cmdline || at[-1] == ' ') && at[len] == '=')
			break;
		at += len;
	}
	if (at == NULL)
		return false;
	at += len + 1;
	end = *at == '"' ? *at++ : ' ';
	n = strcspn(at, end == ' ' ? " \n" : "\"\n");
	snprintf(to, size, "%.*s", (int)n, at);
	return n < size;
}

bool
remote_has_address(void)
{
	struct ifaddrs *all, *a;
	bool found = false;

	if (getifaddrs(&all) == -1)
		return false;
	for (a = all; a != NULL; a = a->ifa_next)
		found |= a->ifa_addr != NULL &&
		    a->ifa_addr->sa_family == AF_INET &&
		    (a->ifa_flags & IFF_LOOPBACK) == 0;
	freeifaddrs(all);
	return found;
}

int
remote_network(struct ui *ui, unsigned int seconds, struct err *e)
{
	const char *argv[] = { "domus-net", "--up-all", NULL };
	struct run r = { .seconds = (int)seconds,
		.line = ui != NULL ? ui_log_line : NULL, .arg = ui };

	return remote_has_address() ? 0 : run_with(argv, &r, e);
}

static int
let_password_in(const char *password, struct err *e)
{
	struct buf b = { 0 };
	int rc = 0;

	buf_str_add(&b, "root:");
	if (check_password_hash(password) == NULL)
		buf_str_add(&b, password);
	else
		rc = password_hash(password, &b, e);
	buf_str_add(&b, ":0:0:99999:7:::\n");
	if (rc == 0 && buf_ok(&b, e) == -1)
		rc = -1;
	if (rc == 0)
		rc = file_write("/run/etc/shadow", b.data, b.len, 0600, e);
	buf_free(&b);
	return rc;
}

static int
let_key_in(const char *key, struct err *e)
{
	const char *wrong = check_ssh_key(key);
	struct buf b = { 0 };
	int rc;

	if (wrong != NULL)
		return err_set(e, "ssh-key=: the key %s", wrong);
	buf_printf(&b, "%s\n", key);
	rc = file_mkdirs("/root/.ssh", 0700, e);
	if (rc == 0)
		rc = file_write(KEYS, b.data, b.len,
		    0600, e);
	buf_free(&b);
	return rc;
}

/* DHCP may take its time, and the screens do not wait for it. */
static int
network_later(struct err *e)
{
	pid_t pid = fork();

	if (pid == -1)
		return err_sys(e, "fork");
	if (pid == 0) {
		setsid();
		_exit(remote_network(NULL, NETWORK_SECONDS, e) == 0 ? 0 : 1);
	}
	return 0;
}

int
remote_start(const char *cmdline, struct ui *ui, struct err *e)
{
	const char *argv[] = { "dropbear", "-R", "-j", "-k", "-P",
		SSHD_PID, "-s", NULL };
	struct run r = { .line = ui_log_line, .arg = ui };
	char password[512], key[2048];
	bool word = cmdline_value(cmdline, "sshpassword", password,
	    sizeof(password));
	bool line = cmdline_value(cmdline, "ssh-key", key, sizeof(key));
	int rc = 0;

	if (!word && !line)
		return 0;
	if (word) {
		argv[6] = NULL;		/* -s: no passwords */
		rc = let_password_in(password, e);
		explicit_bzero(password, sizeof(password));
	}
	if (rc == 0 && line)
		rc = let_key_in(key, e);
	if (rc == 0)
		rc = file_mkdirs("/var/lib/domus/ssh", 0700, e);
	if (rc == 0)
		rc = run_with(argv, &r, e);
	if (rc == 0)
		rc = network_later(e);
	if (rc == 0)
		ui_say(ui, "ssh lets root in, %s", word && line ?
		    "by password or key" : word ? "by password" : "by key");
	return rc;
}

bool
remote_runs(void)
{
	return access(SSHD_PID, F_OK) == 0;
}

void
remote_stop(void)
{
	char text[16];
	struct err e;
	pid_t pid;

	if (file_line(SSHD_PID, text, sizeof(text), &e) == -1)
		return;
	pid = (pid_t)atoi(text);
	if (pid > 1)
		kill(pid, SIGTERM);
	unlink(SSHD_PID);
	unlink(KEYS);
}
