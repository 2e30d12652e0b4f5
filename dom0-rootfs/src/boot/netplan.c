/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"
#include "netplan.h"
#include "path.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ARPHRD_ETHER_TEXT "1"

static bool
is_card(const char *dir)
{
	struct path p;
	char type[8];
	struct err e;

	if (access(path_of(&p, "%s/device", dir), F_OK) == -1)
		return false;
	path_of(&p, "%s/type", dir);
	return file_line(p.text, type, sizeof(type), &e) == 0 &&
	    strcmp(type, ARPHRD_ETHER_TEXT) == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct nic *)a)->name,
	    ((const struct nic *)b)->name);
}

int
nics_read(const char *sysfs, struct nics *n, struct err *e)
{
	struct path net, dir, p;
	struct dirent *d;
	struct nic *nic;
	DIR *all;

	n->n = 0;
	all = opendir(path_of(&net, "%s/class/net", sysfs));
	if (all == NULL)
		return err_sys(e, "%s", net.text);
	while ((d = readdir(all)) != NULL && n->n < COUNT(n->list)) {
		/* a guest's interface has a device too: its Xen back end */
		if (d->d_name[0] == '.' || strncmp(d->d_name, "vif", 3) == 0 ||
		    strlen(d->d_name) >= NIC_NAME ||
		    !is_card(path_of(&dir, "%s/%s", net.text, d->d_name)))
			continue;
		nic = &n->list[n->n];
		snprintf(nic->name, sizeof(nic->name), "%.15s", d->d_name);
		path_of(&p, "%s/address", dir.text);
		if (file_line(p.text, nic->mac, sizeof(nic->mac), e) == 0)
			n->n++;
	}
	closedir(all);
	qsort(n->list, n->n, sizeof(n->list[0]), by_name);
	return 0;
}

static const struct nic *
nic_by(const struct nics *n, const char *mac, const char *name)
{
	for (size_t i = 0; i < n->n; i++)
		if ((mac != NULL && strcasecmp(n->list[i].mac, mac) == 0) ||
		    (name != NULL && strcmp(n->list[i].name, name) == 0))
			return &n->list[i];
	return NULL;
}

bool
netplan_settled(const struct conf *host, const struct nics *n)
{
	const char *mac = conf_get(host, "nic-mac", NULL);
	const char *name = conf_get(host, "nic", NULL);

	return mac == NULL && name == NULL ? n->n > 0 :
	    nic_by(n, mac, mac == NULL ? name : NULL) != NULL;
}

static void
note(struct netplan *p, const char *mac, const char *name, const char *nic)
{
	snprintf(p->note, sizeof(p->note), "host.conf's network card (%s%s%s) "
	    "is not there: using %s", name != NULL ? name : "",
	    name != NULL && mac != NULL ? ", " : "", mac != NULL ? mac : "",
	    nic);
}

static int
nic_choose(const struct conf *host, const struct nics *n, struct netplan *p,
    struct err *e)
{
	const char *mac = conf_get(host, "nic-mac", NULL);
	const char *name = conf_get(host, "nic", NULL);
	const struct nic *nic = NULL;

	if (n->n == 0)
		return err_set(e, "no network card was found");
	if (mac == NULL && name == NULL)
		nic = &n->list[0];
	else if (mac != NULL)
		nic = nic_by(n, mac, NULL);
	if (nic == NULL) {
		nic = nic_by(n, NULL, name);
		if (nic == NULL && n->n == 1)
			nic = &n->list[0];
		if (nic == NULL)
			return err_set(e, "none of %zu network cards is %s%s"
			    "%s", n->n, name != NULL ? name : "",
			    name != NULL && mac != NULL ? " or has " : "",
			    mac != NULL ? mac : "");
		if (mac != NULL || strcmp(nic->name, name) != 0)
			note(p, mac, name, nic->name);
	}
	memcpy(p->nic, nic->name, sizeof(p->nic));
	return 0;
}

int
netmask_bits(struct in_addr netmask)
{
	uint32_t m = ntohl(netmask.s_addr), rest = ~m;
	int bits = 0;

	if ((rest & (rest + 1)) != 0)
		return -1;
	for (; m != 0; m <<= 1)
		bits++;
	return bits;
}

static int
take(const struct conf *host, const char *key, bool needed,
    struct in_addr *a, struct err *e)
{
	const char *text = conf_get(host, key, NULL);

	a->s_addr = 0;
	if (text == NULL)
		return needed ? err_set(e, "host.conf: no %s", key) : 0;
	if (inet_pton(AF_INET, text, a) != 1)
		return err_set(e, "host.conf: %s \"%s\": not an IPv4 address",
		    key, text);
	return 0;
}

static int
static_take(const struct conf *host, struct netplan *p, struct err *e)
{
	int bits;

	if (take(host, "address", true, &p->address, e) == -1 ||
	    take(host, "netmask", true, &p->netmask, e) == -1 ||
	    take(host, "gateway", false, &p->gateway, e) == -1)
		return -1;
	bits = netmask_bits(p->netmask);
	if (bits < 1)
		return err_set(e, "host.conf: netmask %s: not a netmask",
		    conf_get(host, "netmask", ""));
	if (p->gateway.s_addr != 0 && ((p->gateway.s_addr ^
	    p->address.s_addr) & p->netmask.s_addr) != 0)
		return err_set(e, "host.conf: gateway %s: not in the network "
		    "of %s/%d", conf_get(host, "gateway", ""),
		    conf_get(host, "address", ""), bits);
	return 0;
}

int
netplan_make(const struct conf *host, const struct nics *n,
    struct netplan *p, struct err *e)
{
	static const struct {
		const char *name;
		enum ipv4 ipv4;
	} ways[] = {
		{ "dhcp", IPV4_DHCP }, { "none", IPV4_NONE },
		{ "static", IPV4_STATIC },
	};
	const char *way = conf_get(host, "ipv4", "dhcp");
	size_t i;

	*p = (struct netplan){ 0 };
	for (i = 0; i < COUNT(ways) && strcmp(ways[i].name, way) != 0; i++)
		;
	if (i == COUNT(ways))
		return err_set(e, "host.conf: ipv4 \"%s\": not dhcp, static "
		    "or none", way);
	p->ipv4 = ways[i].ipv4;
	if (nic_choose(host, n, p, e) == -1)
		return -1;
	return p->ipv4 == IPV4_STATIC ? static_take(host, p, e) : 0;
}
