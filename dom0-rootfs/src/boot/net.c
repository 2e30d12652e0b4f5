/* SPDX-License-Identifier: ISC */
/* domus-net: the host's own networks. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "lease.h"
#include "leased.h"
#include "netboot.h"
#include "netcards.h"
#include "netchange.h"
#include "nethost.h"
#include "netif.h"
#include "netplan.h"
#include "nettrial.h"
#include "netup.h"
#include "say.h"
#include "serve.h"
#include "servers.h"
#include "setup.h"
#include "slb.h"
#include "uevent.h"
#include "watch.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CARD_WAIT 4.0		/* seconds a card may take to appear; one
				   that comes later is taken up then */

static const char usage_text[] =
    "usage: domus-net --up | --up-all | --up-as CARDS CONFIG |\n"
    "    --up-conf FILE | --try FILE SECONDS | --confirm ADDRESS |\n"
    "    --lo | --serve | --ntp\n"
    "  --up      the bridges, as host.conf says\n"
    "  --up-all  as the boot options say, else DHCP on every card, until\n"
    "            one has an address\n"
    "  --up-as   the same with these network_device= and network_config=\n"
    "  --up-conf the bridges, as FILE says, for an installer\n"
    "  --try     make FILE the host.conf; when SECONDS is not 0, the old one\n"
    "            comes back unless the change is confirmed by then\n"
    "  --confirm the change stays, when ADDRESS speaks with this host by the\n"
    "            management network's new address\n"
    "  --lo      the loopback interface only\n"
    "  --serve   DHCP clients and name servers for the bridges, for ever\n"
    "  --ntp     become ntpd with the servers of host.conf or DHCP\n"
    "udhcpc and udhcpc6 call it with deconfig, bound, renew, nak, leasefail.\n";

static int
lo_up(char *argv[], struct err *e)
{
	struct ip address = { .family = AF_INET, .a = { 127, 0, 0, 1 },
	    .bits = 8 };

	(void)argv;
	/* ::1 comes by itself */
	if (netif_loopback(&address, e) == -1)
		return -1;
	return netif_up("lo", e);
}

/* An installer's network goes when it becomes the host's. */
static void
watch_undo(void)
{
	if (watch_end())
		leases_forget(LEASE_DIR);
}

static int
up(char *argv[], struct err *e)
{
	struct conf host = { 0 };
	struct netplan p;
	struct nics n;
	struct err why;
	int rc;

	if (net_lock(e) == -1)
		return -1;
	watch_undo();
	if (lo_up(argv, e) == -1)
		return -1;
	if (trial_left() && trial_back(&why) == -1)
		net_complain(&why);
	host_conf_load(&host);
	rc = host_up(&host, CARD_WAIT, &p, &n, e);
	if (servers_apply(&host, rc == 0 ? e : &why) == -1)
		rc = -1;
	conf_free(&host);
	return rc;
}

static void
servers_told(void *arg)
{
	struct err e;

	if (servers_apply(arg, &e) == -1)
		net_complain(&e);
}

static bool
any_carrier(const struct netplan *p)
{
	char top[NIC_NAME];

	for (size_t i = 0; i < p->n; i++) {
		network_top(&p->list[i], top);
		if (netif_carrier(top))
			return true;
	}
	return false;
}

static int
fixed_up(const struct netboot *b, const struct netplan *p,
    const struct conf *host, struct err *e)
{
	double end = since_boot() + WATCH_LINK;
	struct lease told = b->told;
	struct uevent u;
	int fd;

	network_top(&p->list[0], told.interface);
	told.family = AF_INET;
	if (lease_save(&told, LEASE_DIR, e) == -1 ||
	    servers_apply(host, e) == -1)
		return -1;
	fd = uevent_open(e);
	if (fd == -1)
		return -1;
	while (!any_carrier(p) && since_boot() < end)
		uevent_next(fd, 200, &u, e);
	close(fd);
	return any_carrier(p) ? 0 : err_set(e, "%s has no link (a cable, a "
	    "switch that is on)", told.interface);
}

static int
boot_up(const struct netboot *b, struct err *e)
{
	struct conf host = { 0 };
	struct netplan p;
	struct nics n;
	struct err why;
	int locked, rc;

	locked = net_lock(e);
	if (locked == -1)
		return -1;
	watch_undo();
	if (lo_up(NULL, e) == -1 ||
	    cards_take(NULL, b, CARD_WAIT, &n, e) == -1 ||
	    netboot_plan(b, &n, &p, e) == -1)
		return -1;
	if (netplan_up(&p, &why) == -1)
		net_complain(&why);		/* one card of many */
	close(locked);		/* the process that stays must not have it */
	host_conf_load(&host);
	rc = b->shape.ipv4 != IPV4_DHCP ? fixed_up(b, &p, &host, e) :
	    watch_start(&p, servers_told, &host, e);
	conf_free(&host);
	return rc;
}

static int
all_up(char *argv[], struct err *e)
{
	struct netboot b;
	struct err bad;
	char *text;

	(void)argv;
	if (file_read("/proc/cmdline", 1 << 16, &text, NULL, e) == -1)
		return -1;
	if (netboot_parse(text, &b, &bad) == -1) {
		free(text);
		*e = bad;
		return -1;
	}
	free(text);
	return boot_up(&b, e);
}

static int
up_as(char *argv[], struct err *e)
{
	struct netboot b = { .shape = { .ipv4 = IPV4_DHCP } };

	if (strlen(argv[0]) >= sizeof(b.device))
		return err_set(e, "%s: too long", argv[0]);
	snprintf(b.device, sizeof(b.device), "%s", argv[0]);
	if (netboot_config(&b, argv[1], e) == -1)
		return -1;
	return boot_up(&b, e);
}

/* Another file's networks, for an installer that is to try them. */
static int
up_conf(char *argv[], struct err *e)
{
	struct conf host = { 0 };
	struct netplan p;
	struct nics n;
	int locked, rc = -1;

	locked = net_lock(e);
	if (locked == -1)
		return -1;
	watch_undo();
	if (lo_up(argv, e) == -1 || conf_read(argv[0], &host, e) == -1 ||
	    host_up(&host, CARD_WAIT, &p, &n, e) == -1 ||
	    servers_apply(&host, e) == -1)
		goto out;
	close(locked);		/* the process that stays must not have it */
	rc = watch_start(&p, servers_told, &host, e);
out:
	conf_free(&host);
	return rc;
}

static int
ntp(char *argv[], struct err *e)
{
	struct conf host = { 0 };

	(void)argv;
	host_conf_load(&host);
	return ntp_become(&host, e);
}

static const struct verb {
	const char *name;
	int args;
	int (*run)(char *argv[], struct err *);
} verbs[] = {
	{ "--confirm",	1, change_confirm },
	{ "--lo",	0, lo_up },
	{ "--ntp",	0, ntp },
	{ "--serve",	0, net_serve },
	{ "--try",	2, change_try },
	{ "--up",	0, up },
	{ "--up-all",	0, all_up },
	{ "--up-as",	2, up_as },
	{ "--up-conf",	1, up_conf },
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
		net_complain(&e);
		return 1;
	}
	fputs(usage_text, stderr);
	return 2;
}
