/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "lease.h"
#include "run.h"
#include "servers.h"
#include "setup.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RESOLV "/run/etc/resolv.conf"
#define NTP_SERVERS LEASE_DIR "/ntp-servers"
#define NTPD "/run/service/ntpd"

void
host_conf_load(struct conf *host)
{
	struct err e;

	if (access(HOST_CONF, F_OK) == 0 && conf_read(HOST_CONF, host, &e)
	    == -1)
		fprintf(stderr, "domus-net: %s\n", e.text);
}

static int
resolv_write(const struct conf *host, const struct conf *leases,
    struct err *e)
{
	struct buf text = { 0 };
	int rc;

	resolv_make(host, leases, &text);
	rc = buf_ok(&text, e);
	if (rc == 0)
		rc = file_write(RESOLV, buf_str(&text), text.len, 0644, e);
	buf_free(&text);
	return rc;
}

static int
ntp_tell(const struct conf *leases, struct err *e)
{
	const char *server;
	char *before = NULL;
	struct buf now = { 0 };
	struct err none;
	int rc = 0;

	for (size_t i = 0; (server = conf_nth(leases, "ntp-server", i)) !=
	    NULL; i++)
		buf_printf(&now, "%s\n", server);
	if (file_read(NTP_SERVERS, 4096, &before, NULL, &none) == 0 &&
	    strcmp(before, buf_str(&now)) == 0)
		goto out;
	rc = file_write(NTP_SERVERS, buf_str(&now), now.len, 0644, e);
	if (rc == 0 && access(NTPD "/supervise/ok", F_OK) == 0)
		rc = run((const char *[]){ "sv", "term", NTPD, NULL }, e);
out:
	free(before);
	buf_free(&now);
	return rc;
}

int
servers_apply(const struct conf *host, struct err *e)
{
	struct conf leases = { 0 };
	int rc = -1;

	if (file_mkdirs(LEASE_DIR, 0755, e) == 0 &&
	    leases_read(LEASE_DIR, &leases, e) == 0 &&
	    resolv_write(host, &leases, e) == 0)
		rc = ntp_tell(&leases, e);
	conf_free(&leases);
	return rc;
}

/* The servers that ntpd is to ask, one a line. */
static int
ntp_servers(const struct conf *host, struct buf *to, struct err *e)
{
	static const char pool[] = "0.pool.ntp.org\n1.pool.ntp.org\n"
	    "2.pool.ntp.org\n3.pool.ntp.org\n";
	const char *way = conf_get(host, "ntp", "none"), *server;
	char *text;

	for (size_t i = 0; (server = conf_nth(host, "ntp-server", i)) != NULL;
	    i++)
		buf_printf(to, "%s\n", server);
	if (strcmp(way, "default") == 0)
		buf_str_add(to, pool);
	if (strcmp(way, "dhcp") == 0 && access(NTP_SERVERS, F_OK) == 0) {
		if (file_read(NTP_SERVERS, 4096, &text, NULL, e) == -1)
			return -1;
		buf_str_add(to, text);
		free(text);
	}
	return buf_ok(to, e);
}

int
ntp_become(const struct conf *host, struct err *e)
{
	const char *args[40] = { "ntpd", "-n" };
	struct buf servers = { 0 };
	size_t n = 2;
	char *rest;

	if (ntp_servers(host, &servers, e) == -1)
		return -1;
	for (char *w = servers.len == 0 ? NULL :
	    strtok_r(servers.data, "\n", &rest);
	    w != NULL && n + 2 < COUNT(args); w = strtok_r(NULL, "\n", &rest)) {
		args[n++] = "-p";
		args[n++] = w;
	}
	if (n == 2) {
		fputs("domus-net: no time server yet: waiting for a lease that "
		    "names one\n", stderr);
		for (;;)
			pause();
	}
	execvp(args[0], (char *const *)args);
	return err_sys(e, "ntpd");
}
