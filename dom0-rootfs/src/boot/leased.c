/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lease.h"
#include "leased.h"
#include "netif.h"
#include "servers.h"

static unsigned int
metric(void)
{
	const char *text = getenv(LEASE_METRIC);

	return text != NULL ? (unsigned int)strtoul(text, NULL, 10) : 0;
}

static int
lease_use(const struct lease *l, const struct conf *host, struct err *e)
{
	char text[IP_TEXT];

	if (!netif_has(l->interface, l->family, &l->address))
		fprintf(stderr, "domus-net: %s: %s/%u by DHCP\n", l->interface,
		    ip_text(&l->address, text), l->address.bits);
	if (netif_address(l->interface, l->family, &l->address, e) == -1 ||
	    (l->family == AF_INET && netif_gateway(l->interface, AF_INET,
	    &l->router, metric(), e) == -1) ||
	    lease_save(l, LEASE_DIR, e) == -1)
		return -1;
	if (conf_get(host, "hostname", NULL) == NULL && *l->hostname != '\0' &&
	    sethostname(l->hostname, strlen(l->hostname)) == -1)
		return err_sys(e, "hostname \"%s\"", l->hostname);
	return servers_apply(host, e);
}

int
lease_apply(char *argv[], struct err *e)
{
	struct conf host = { 0 };
	struct lease l;
	int rc;

	(void)argv;
	if (lease_take(&l, e) == -1)
		return -1;
	host_conf_load(&host);
	rc = lease_use(&l, &host, e);
	conf_free(&host);
	return rc;
}

int
lease_drop(char *argv[], struct err *e)
{
	const char *name = getenv("interface"), *family = getenv(LEASE_FAMILY);
	const struct ip none = { .family = 0 };
	struct ip had;

	(void)argv;
	if (name == NULL)
		return err_set(e, "no interface in udhcpc's environment");
	if (netif_up(name, e) == -1)
		return -1;
	if (family == NULL || strcmp(family, "6") != 0) {
		lease_forget(name, AF_INET, LEASE_DIR);
		return netif_address(name, AF_INET, &none, e);
	}
	if (lease_address6(name, LEASE_DIR, &had))
		netif_address_drop(name, &had);
	lease_forget(name, AF_INET6, LEASE_DIR);
	return 0;
}

/* udhcpc goes on trying; it has said so itself. */
int
lease_none(char *argv[], struct err *e)
{
	(void)argv;
	(void)e;
	return 0;
}
