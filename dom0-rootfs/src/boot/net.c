/* SPDX-License-Identifier: ISC */
/* domus-net: the host's own network. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf.h"
#include "file.h"
#include "lease.h"
#include "netif.h"
#include "netplan.h"
#include "run.h"
#include "say.h"
#include "setup.h"
#include "uevent.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BRIDGE "xenbr0"
#define RESOLV "/run/etc/resolv.conf"
#define NTP_SERVERS "/run/net/ntp-servers"
#define CARD_WAIT 15.0		/* seconds a card may take to appear */
#define SELF "/sbin/domus-net"

static const char usage_text[] =
    "usage: domus-net --up | --up-all | --lo | --dhcp INTERFACE | --ntp\n"
    "  --up      the management bridge, as host.conf says\n"
    "  --up-all  DHCP on every card, until one has an address\n"
    "  --lo      the loopback interface only\n"
    "  --dhcp    become udhcpc on that interface, for ever\n"
    "  --ntp     become ntpd with the servers of host.conf or DHCP\n"
    "udhcpc calls it with deconfig, bound, renew, nak or leasefail.\n";

/* No host.conf is no error here: the host is then to be found by DHCP. */
static void
host_load(struct conf *host)
{
	struct err e;

	if (access(HOST_CONF, F_OK) == 0 && conf_read(HOST_CONF, host, &e)
	    == -1)
		fprintf(stderr, "domus-net: %s\n", e.text);
}

static int
resolv_write(const struct conf *host, const struct lease *l, struct err *e)
{
	struct buf text = { 0 };
	int rc;

	resolv_make(host, l, &text);
	rc = buf_ok(&text, e);
	if (rc == 0)
		rc = file_write(RESOLV, buf_str(&text), text.len, 0644, e);
	buf_free(&text);
	return rc;
}

static int
cards_wait(const struct conf *host, struct nics *n, struct err *e)
{
	double end = since_boot() + CARD_WAIT;
	struct uevent u;
	int fd, rc;

	fd = uevent_open(e);
	if (fd == -1)
		return -1;
	while ((rc = nics_read("/sys", n, e)) == 0 &&
	    !netplan_settled(host, n) && since_boot() < end)
		if (uevent_next(fd, 200, &u, e) == -1)
			break;
	close(fd);
	return rc;
}

static int
lo_up(char *argv[], struct err *e)
{
	struct in_addr address = { htonl(INADDR_LOOPBACK) };
	struct in_addr netmask = { htonl(0xff000000) };

	(void)argv;
	if (netif_address("lo", address, netmask, e) == -1)
		return -1;
	return netif_up("lo", e);
}

static int
bridge_up(char *argv[], struct err *e)
{
	struct conf host = { 0 };
	struct netplan p;
	struct nics n;
	int rc = -1;

	if (lo_up(argv, e) == -1)
		return -1;
	host_load(&host);
	if (cards_wait(&host, &n, e) == -1 ||
	    netplan_make(&host, &n, &p, e) == -1)
		goto out;
	if (*p.note != '\0')
		fprintf(stderr, "domus-net: %s\n", p.note);
	if (netif_bridge(BRIDGE, p.nic, e) == -1)
		goto out;
	if (p.ipv4 == IPV4_STATIC) {
		if (netif_address(BRIDGE, p.address, p.netmask, e) == -1 ||
		    netif_gateway(BRIDGE, p.gateway, e) == -1)
			goto out;
	}
	rc = resolv_write(&host, NULL, e);
out:
	conf_free(&host);
	return rc;
}

/* It stays in the background and renews once it has an address. */
static void
udhcpc_once(const char *card)
{
	execlp("udhcpc", "udhcpc", "-n", "-t", "8", "-T", "2", "-i", card,
	    "-s", SELF, "-O", "ntpsrv", (char *)NULL);
	_exit(127);
}

static int
all_up(char *argv[], struct err *e)
{
	struct conf none = { 0 };
	struct nics n;
	int status;
	pid_t pid;

	if (lo_up(argv, e) == -1 || cards_wait(&none, &n, e) == -1)
		return -1;
	for (size_t i = 0; i < n.n; i++) {
		if (netif_up(n.list[i].name, e) == -1)
			fprintf(stderr, "domus-net: %s\n", e->text);
		pid = fork();
		if (pid == -1)
			return err_sys(e, "fork");
		if (pid == 0)
			udhcpc_once(n.list[i].name);
	}
	while ((pid = wait(&status)) != -1 || errno == EINTR)
		if (pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
			return 0;
	return err_set(e, "DHCP: no address on any of %zu network cards",
	    n.n);
}

static int
dhcp_become(char *argv[], struct err *e)
{
	const char *args[16] = { "udhcpc", "-f", "-S", "-i", argv[0], "-s",
	    SELF, "-O", "ntpsrv", "-t", "4", "-T", "3", "-A", "5" };
	const char *with[20];
	struct conf host = { 0 };
	char option[80];
	size_t n;

	host_load(&host);
	for (n = 0; args[n] != NULL; n++)
		with[n] = args[n];
	if (conf_get(&host, "hostname", NULL) != NULL) {
		snprintf(option, sizeof(option), "hostname:%s",
		    conf_get(&host, "hostname", ""));
		with[n++] = "-x";
		with[n++] = option;
	}
	with[n] = NULL;
	execvp(with[0], (char *const *)with);
	return err_sys(e, "udhcpc");
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

static int
ntp_become(char *argv[], struct err *e)
{
	const char *args[40] = { "ntpd", "-n" };
	struct buf servers = { 0 };
	struct conf host = { 0 };
	size_t n = 2;
	char *rest;

	(void)argv;
	host_load(&host);
	if (ntp_servers(&host, &servers, e) == -1)
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

static int
ntp_tell(const struct lease *l, struct err *e)
{
	char text[INET_ADDRSTRLEN], *before = NULL;
	struct buf now = { 0 };
	struct err none;
	int rc = 0;

	for (size_t i = 0; i < l->nntp; i++)
		buf_printf(&now, "%s\n", inet_ntop(AF_INET, &l->ntp[i], text,
		    sizeof(text)));
	if (file_read(NTP_SERVERS, 4096, &before, NULL, &none) == 0 &&
	    strcmp(before, buf_str(&now)) == 0)
		goto out;
	rc = file_write(NTP_SERVERS, buf_str(&now), now.len, 0644, e);
	if (rc == 0 && access("/run/service/ntpd/supervise/ok", F_OK) == 0)
		rc = run((const char *[]){ "sv", "term",
		    "/run/service/ntpd", NULL }, e);
out:
	free(before);
	buf_free(&now);
	return rc;
}

static int
lease_apply(char *argv[], struct err *e)
{
	char text[INET_ADDRSTRLEN];
	struct conf host = { 0 };
	struct lease l;
	int rc = -1;

	(void)argv;
	if (lease_take(&l, e) == -1)
		return -1;
	host_load(&host);
	if (netif_address_get(l.interface).s_addr != l.address.s_addr) {
		if (netif_address(l.interface, l.address, l.netmask, e) == -1)
			goto out;
		fprintf(stderr, "domus-net: %s: %s/%d by DHCP\n", l.interface,
		    inet_ntop(AF_INET, &l.address, text, sizeof(text)),
		    netmask_bits(l.netmask));
	}
	if (netif_gateway(l.interface, l.router, e) == -1 ||
	    resolv_write(&host, &l, e) == -1)
		goto out;
	if (conf_get(&host, "hostname", NULL) == NULL && *l.hostname != '\0' &&
	    sethostname(l.hostname, strlen(l.hostname)) == -1) {
		err_sys(e, "hostname \"%s\"", l.hostname);
		goto out;
	}
	rc = ntp_tell(&l, e);
out:
	conf_free(&host);
	return rc;
}

static int
lease_drop(char *argv[], struct err *e)
{
	const char *name = getenv("interface");
	struct in_addr none = { 0 };

	(void)argv;
	if (name == NULL || netif_up(name, e) == -1)
		return name != NULL ? -1 : err_set(e, "no interface in "
		    "udhcpc's environment");
	if (netif_address_get(name).s_addr == 0)
		return 0;
	return netif_address(name, none, none, e);
}

/* udhcpc goes on trying; it has said so itself. */
static int
lease_none(char *argv[], struct err *e)
{
	(void)argv;
	(void)e;
	return 0;
}

static const struct verb {
	const char *name;
	int args;
	int (*run)(char *argv[], struct err *);
} verbs[] = {
	{ "--dhcp",	1, dhcp_become },
	{ "--lo",	0, lo_up },
	{ "--ntp",	0, ntp_become },
	{ "--up",	0, bridge_up },
	{ "--up-all",	0, all_up },
	{ "bound",	0, lease_apply },
	{ "deconfig",	0, lease_drop },
	{ "leasefail",	0, lease_none },
	{ "nak",	0, lease_none },
	{ "renew",	0, lease_apply },
};

int
main(int argc, char *argv[])
{
	struct err e;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	for (const struct verb *v = verbs; v < verbs + COUNT(verbs); v++) {
		if (argc < 2 || strcmp(argv[1], v->name) != 0 ||
		    argc - 2 < v->args)
			continue;
		if (v->run(argv + 2, &e) == 0)
			return 0;
		fprintf(stderr, "domus-net: %s\n", e.text);
		return 1;
	}
	fputs(usage_text, stderr);
	return 2;
}
