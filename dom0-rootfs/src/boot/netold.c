/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "netif.h"
#include "netold.h"
#include "nl.h"

#define LINKS_MAX 1024

struct one {
	int index, master;
	char name[NIC_NAME], kind[NIC_NAME];
	bool ours;		/* by its alias */
	int mode;		/* a bond's, or -1 */
};

struct links {
	struct one list[LINKS_MAX];
	size_t n;
};

static void
text_of(const struct nlattr *a, size_t size, char to[NIC_NAME])
{
	size_t len = a != NULL ? strnlen((const char *)(a + 1), size) : 0;

	if (len >= NIC_NAME)
		len = 0;
	memcpy(to, a != NULL ? (const char *)(a + 1) : "", len);
	to[len] = '\0';
}

static void
kind_take(struct one *l, const struct nlattr *info, size_t len)
{
	const struct nlattr *a, *data;
	size_t size;

	a = nl_find(info + 1, len, IFLA_INFO_KIND, &size);
	text_of(a, size, l->kind);
	data = nl_find(info + 1, len, IFLA_INFO_DATA, &size);
	if (data == NULL || strcmp(l->kind, "bond") != 0)
		return;
	a = nl_find(data + 1, size, IFLA_BOND_MODE, &size);
	if (a != NULL && size == 1)
		l->mode = *(const unsigned char *)(a + 1);
}

static int
link_take(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *i = NLMSG_DATA(h);
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(*i)), size = 0;
	const void *first = (const char *)i + NLMSG_ALIGN(sizeof(*i));
	struct links *to = arg;
	const struct nlattr *a;
	struct one *l;

	if (h->nlmsg_type != RTM_NEWLINK || to->n == LINKS_MAX)
		return 0;
	l = &to->list[to->n++];
	*l = (struct one){ .index = i->ifi_index, .mode = -1 };
	a = nl_find(first, len, IFLA_IFNAME, &size);
	text_of(a, size, l->name);
	a = nl_find(first, len, IFLA_MASTER, &size);
	if (a != NULL && size == sizeof(l->master))
		memcpy(&l->master, a + 1, size);
	a = nl_find(first, len, IFLA_IFALIAS, &size);
	l->ours = a != NULL && size >= strlen(BRIDGE_OURS) &&
	    memcmp(a + 1, BRIDGE_OURS, strlen(BRIDGE_OURS)) == 0;
	a = nl_find(first, len, IFLA_LINKINFO, &size);
	if (a != NULL)
		kind_take(l, a, size);
	return 0;
}

static bool
is_kind(const struct one *l, const char *kind)
{
	return strcmp(l->kind, kind) == 0;
}

static bool
is_bridge(const struct one *l)
{
	const char *number = l->name + strlen(BRIDGE_PREFIX);

	return is_kind(l, "bridge") && (l->ours ||
	    (strncmp(l->name, BRIDGE_PREFIX, strlen(BRIDGE_PREFIX)) == 0 &&
	    *number != '\0' && strspn(number, "0123456789") ==
	    strlen(number)));
}

/* What domus-net puts into a bridge; guests' interfaces are others. */
static bool
is_way_out(const struct one *l, const struct nics *n)
{
	return is_kind(l, "bond") || is_kind(l, "vlan") ||
	    nics_by_name(n, l->name) != NULL;
}

static bool
is_port(const struct network *n, const char *name)
{
	for (size_t i = 0; i < n->nports; i++)
		if (strcmp(n->ports[i], name) == 0)
			return true;
	return false;
}

/* Whether the plan has that bridge, bond or VLAN. */
static bool
is_wanted(const struct netplan *p, const struct one *l)
{
	char lower[NIC_NAME];

	for (size_t i = 0; i < p->n; i++) {
		const struct network *n = &p->list[i];

		network_lower(n, lower);
		if (is_kind(l, "bond") ? n->bond != BOND_NONE &&
		    strcmp(n->link, l->name) == 0 &&
		    netif_bond_mode(n->bond) == l->mode :
		    strcmp(is_kind(l, "vlan") ? lower : n->bridge, l->name) ==
		    0)
			return true;
	}
	return false;
}

/* Whether the plan has that port in its master. */
static bool
is_in_place(const struct netplan *p, const struct one *port,
    const struct one *master)
{
	char lower[NIC_NAME];

	for (size_t i = 0; i < p->n; i++) {
		const struct network *n = &p->list[i];

		network_lower(n, lower);
		if (is_kind(master, "bond") ?
		    strcmp(n->link, master->name) == 0 &&
		    is_port(n, port->name) :
		    strcmp(n->bridge, master->name) == 0 &&
		    strcmp(lower, port->name) == 0)
			return true;
	}
	return false;
}

static bool
has_guests(const struct links *all, const struct one *bridge,
    const struct nics *n)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].master == bridge->index &&
		    !is_way_out(&all->list[i], n))
			return true;
	return false;
}

static int
ports_release(const struct links *all, const struct one *master,
    const struct netplan *p, const struct nics *n, struct err *e)
{
	const struct one *port;

	for (size_t i = 0; i < all->n; i++) {
		port = &all->list[i];
		if (port->master == master->index && is_way_out(port, n) &&
		    !is_in_place(p, port, master) &&
		    netif_leave(port->name, e) == -1)
			return -1;
	}
	return 0;
}

static int
one_remove(const struct links *all, const struct one *l,
    const struct netplan *p, const struct nics *n, struct err *e)
{
	bool wanted = is_wanted(p, l);

	if (!wanted && !(is_kind(l, "bridge") && has_guests(all, l, n)))
		return netif_delete(l->name, e);
	if (is_kind(l, "vlan"))
		return 0;
	if (ports_release(all, l, p, n, e) == -1)
		return -1;
	if (wanted)
		return 0;
	return netif_bare(l->name, e) == -1 ? -1 :
	    netif_alias(l->name, BRIDGE_INTERNAL, e);
}

int
netold_remove(const struct netplan *p, const struct nics *n, struct err *e)
{
	struct ifinfomsg i = { .ifi_family = AF_UNSPEC };
	struct links *all = calloc(1, sizeof(*all));
	struct nl *m = calloc(1, sizeof(*m));
	int rc = -1;

	if (all == NULL || m == NULL) {
		err_sys(e, "network interfaces");
		goto out;
	}
	nl_start(m, RTM_GETLINK, NLM_F_DUMP, &i, sizeof(i));
	if (nl_dump(m, link_take, all) == -1) {
		err_sys(e, "network interfaces");
		goto out;
	}
	for (size_t k = 0; k < all->n; k++) {
		const struct one *l = &all->list[k];

		if ((is_bridge(l) || is_kind(l, "bond") ||
		    is_kind(l, "vlan")) && one_remove(all, l, p, n, e) == -1)
			goto out;
	}
	rc = 0;
out:
	free(all);
	free(m);
	return rc;
}
