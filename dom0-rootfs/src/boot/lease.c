/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lease.h"
#include "netplan.h"

static const char *
env(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? value : "";
}

/* Blank-separated addresses; those that are none are passed over. */
static size_t
addresses(const char *text, struct in_addr *to, size_t max)
{
	char one[INET_ADDRSTRLEN];
	size_t n = 0, len;

	for (; *text != '\0' && n < max; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (len == 0 || len >= sizeof(one))
			continue;
		memcpy(one, text, len);
		one[len] = '\0';
		if (inet_pton(AF_INET, one, &to[n]) == 1)
			n++;
	}
	return n;
}

static void
name(const char *text, char *to, size_t size)
{
	*to = '\0';
	for (const char *p = text; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && (p == text ||
		    (*p != '-' && *p != '.')))
			return;
	if (strlen(text) < size)
		memcpy(to, text, strlen(text) + 1);
}

int
lease_take(struct lease *l, struct err *e)
{
	*l = (struct lease){ 0 };
	if (*env("interface") == '\0' ||
	    strlen(env("interface")) >= sizeof(l->interface))
		return err_set(e, "no interface in udhcpc's environment");
	snprintf(l->interface, sizeof(l->interface), "%s", env("interface"));
	if (addresses(env("ip"), &l->address, 1) != 1)
		return err_set(e, "%s: DHCP gave no address", l->interface);
	if (addresses(env("subnet"), &l->netmask, 1) != 1 ||
	    netmask_bits(l->netmask) < 1)
		return err_set(e, "%s: DHCP gave no netmask", l->interface);
	addresses(env("router"), &l->router, 1);
	l->ndns = addresses(env("dns"), l->dns, LEASE_SERVERS);
	l->nntp = addresses(env("ntpsrv"), l->ntp, LEASE_SERVERS);
	name(env("domain"), l->domain, sizeof(l->domain));
	name(env("hostname"), l->hostname, sizeof(l->hostname));
	return 0;
}

void
resolv_make(const struct conf *host, const struct lease *l, struct buf *to)
{
	char text[INET_ADDRSTRLEN];
	const char *server;
	size_t i;

	if (l != NULL && l->domain[0] != '\0')
		buf_printf(to, "search %s\n", l->domain);
	for (i = 0; (server = conf_nth(host, "name-server", i)) != NULL; i++)
		buf_printf(to, "nameserver %s\n", server);
	if (i > 0 || l == NULL)
		return;
	for (i = 0; i < l->ndns; i++)
		buf_printf(to, "nameserver %s\n", inet_ntop(AF_INET,
		    &l->dns[i], text, sizeof(text)));
}
