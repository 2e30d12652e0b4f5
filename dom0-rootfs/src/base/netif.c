/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "file.h"
#include "netif.h"
#include "nl.h"
#include "path.h"

#define MIIMON 100		/* ms between looks at a port's link */
#define HASH_LAYER34 1		/* linux/if_bonding.h, which musl's net/if.h */
#define HASH_VLAN_SRCMAC 5	/* does not go with */
#define ETHER 6

static int
ask(struct nl *m, int fine)
{
	int rc = nl_ask(NETLINK_ROUTE, m);

	return rc == -1 && fine != 0 && errno == fine ? 0 : rc;
}

bool
netif_exists(const char *name)
{
	return if_nametoindex(name) != 0;
}

/* Begin a change of an interface that is there. */
static int
change(struct nl *m, const char *name, struct ifinfomsg *i, struct err *e)
{
	*m = (struct nl){ .len = 0 };
	i->ifi_family = AF_UNSPEC;
	i->ifi_index = (int)if_nametoindex(name);
	if (i->ifi_index == 0)
		return err_sys(e, "%s", name);
	nl_start(m, RTM_NEWLINK, NLM_F_ACK, i, sizeof(*i));
	return 0;
}

static int
flags(const char *name, unsigned int flag, struct err *e)
{
	struct ifinfomsg i = { .ifi_flags = flag, .ifi_change = IFF_UP };
	struct nl m;

	if (change(&m, name, &i, e) == -1)
		return -1;
	return ask(&m, 0) == -1 ? err_sys(e, "%s: %s", name,
	    flag != 0 ? "up" : "down") : 0;
}

int
netif_up(const char *name, struct err *e)
{
	return flags(name, IFF_UP, e);
}

int
netif_down(const char *name, struct err *e)
{
	return flags(name, 0, e);
}

int
netif_rename(const char *name, const char *to, struct err *e)
{
	struct ifinfomsg i = { 0 };
	struct nl m;

	if (change(&m, name, &i, e) == -1)
		return -1;
	nl_text(&m, IFLA_IFNAME, to);
	return ask(&m, 0) == -1 ? err_sys(e, "%s: call it %s", name, to) : 0;
}

int
netif_mtu(const char *name, unsigned int mtu, struct err *e)
{
	struct ifinfomsg i = { 0 };
	struct nl m;

	if (change(&m, name, &i, e) == -1)
		return -1;
	nl_u32(&m, IFLA_MTU, mtu);
	return ask(&m, 0) == -1 ? err_sys(e, "%s: MTU %u", name, mtu) : 0;
}

/* Begin a new interface; what is special about its kind goes into a nest that
 * make() ends. */
static void
create(struct nl *m, const char *name, const char *kind, size_t nests[2])
{
	struct ifinfomsg i = { .ifi_family = AF_UNSPEC };

	*m = (struct nl){ .len = 0 };
	nl_start(m, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &i,
	    sizeof(i));
	nl_text(m, IFLA_IFNAME, name);
	nests[0] = nl_nest(m, IFLA_LINKINFO);
	nl_text(m, IFLA_INFO_KIND, kind);
	nests[1] = nl_nest(m, IFLA_INFO_DATA);
}

static int
make(struct nl *m, const char *name, const char *what, const size_t nests[2],
    struct err *e)
{
	nl_end(m, nests[1]);
	nl_end(m, nests[0]);
	return ask(m, EEXIST) == -1 ? err_sys(e, "%s: make a %s", name, what) :
	    0;
}

int
netif_bridge(const char *name, struct err *e)
{
	size_t nests[2];
	struct nl m;

	create(&m, name, "bridge", nests);
	return make(&m, name, "bridge", nests, e);
}

/* The numbers of linux/if_bonding.h; a balance by source address is the
 * kernel's xor with that hash, and filters (slb.h). */
static const struct {
	uint8_t mode, hash;
} bonds[] = {
	[BOND_BACKUP] = { 1, 0 },
	[BOND_SLB] = { 2, HASH_VLAN_SRCMAC },
	[BOND_LACP] = { 4, HASH_LAYER34 },
};

int
netif_bond_mode(enum bond mode)
{
	return bonds[mode].mode;
}

int
netif_bond(const char *name, enum bond mode, struct err *e)
{
	size_t nests[2];
	struct nl m;

	create(&m, name, "bond", nests);
	nl_u8(&m, IFLA_BOND_MODE, bonds[mode].mode);
	nl_u32(&m, IFLA_BOND_MIIMON, MIIMON);
	if (mode != BOND_BACKUP)
		nl_u8(&m, IFLA_BOND_XMIT_HASH_POLICY, bonds[mode].hash);
	return make(&m, name, "bond", nests, e);
}

int
netif_vlan(const char *name, const char *link, unsigned int vlan,
    struct err *e)
{
	uint16_t id = (uint16_t)vlan;
	unsigned int index = if_nametoindex(link);
	size_t nests[2];
	struct nl m;

	if (index == 0)
		return err_sys(e, "%s", link);
	create(&m, name, "vlan", nests);
	nl_put(&m, IFLA_VLAN_ID, &id, sizeof(id));
	nl_end(&m, nests[1]);
	nl_end(&m, nests[0]);
	nl_u32(&m, IFLA_LINK, index);
	return ask(&m, EEXIST) == -1 ? err_sys(e, "%s: VLAN %u on %s", name,
	    vlan, link) : 0;
}

int
netif_delete(const char *name, struct err *e)
{
	struct ifinfomsg i = { .ifi_family = AF_UNSPEC,
	    .ifi_index = (int)if_nametoindex(name) };
	struct nl m = { .len = 0 };

	if (i.ifi_index == 0)
		return 0;	/* with the bond or VLAN below it */
	nl_start(&m, RTM_DELLINK, NLM_F_ACK, &i, sizeof(i));
	return ask(&m, ENODEV) == -1 ? err_sys(e, "%s: remove", name) : 0;
}

int
netif_leave(const char *port, struct err *e)
{
	struct ifinfomsg i = { 0 };
	struct nl m;

	if (!netif_exists(port))
		return 0;
	if (change(&m, port, &i, e) == -1)
		return -1;
	nl_u32(&m, IFLA_MASTER, 0);
	return ask(&m, 0) == -1 ? err_sys(e, "%s: out of its bridge or bond",
	    port) : 0;
}

struct link {
	unsigned int index, master;
	unsigned char mac[ETHER];
	bool found, bond, up, carrier;
};

static int
link_take(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *i = NLMSG_DATA(h);
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(*i)), size;
	const void *first = (const char *)i + NLMSG_ALIGN(sizeof(*i));
	const struct nlattr *a;
	struct link *l = arg;

	if (h->nlmsg_type != RTM_NEWLINK || i->ifi_index != (int)l->index)
		return 0;
	l->found = true;
	l->up = (i->ifi_flags & IFF_UP) != 0;
	/* IFF_RUNNING is true of one that is just up until it is known */
	a = nl_find(first, len, IFLA_CARRIER, &size);
	l->carrier = a != NULL && size == 1 && *(const char *)(a + 1) != 0;
	a = nl_find(first, len, IFLA_MASTER, &size);
	if (a != NULL && size == sizeof(l->master))
		memcpy(&l->master, a + 1, size);
	a = nl_find(first, len, IFLA_ADDRESS, &size);
	if (a != NULL && size == ETHER)
		memcpy(l->mac, a + 1, size);
	a = nl_find(first, len, IFLA_LINKINFO, &size);
	if (a != NULL)
		a = nl_find(a + 1, size, IFLA_INFO_KIND, &size);
	l->bond = a != NULL && size >= 5 && memcmp(a + 1, "bond", 5) == 0;
	return 1;
}

static int
look(const char *name, struct link *l)
{
	struct ifinfomsg i = { .ifi_family = AF_UNSPEC };
	struct nl m = { .len = 0 };

	*l = (struct link){ .index = if_nametoindex(name) };
	if (l->index == 0)
		return -1;
	nl_start(&m, RTM_GETLINK, NLM_F_DUMP, &i, sizeof(i));
	if (nl_dump(&m, link_take, l) == -1)
		return -1;
	if (!l->found)
		errno = ENODEV;
	return l->found ? 0 : -1;
}

bool
netif_carrier(const char *name)
{
	struct link l;

	return look(name, &l) == 0 && l.up && l.carrier;
}

int
netif_join(const char *port, const char *master, struct err *e)
{
	struct ifinfomsg i = { 0 };
	struct link p, to;
	struct nl m;

	if (look(port, &p) == -1)
		return err_sys(e, "%s", port);
	if (look(master, &to) == -1)
		return err_sys(e, "%s", master);
	if (p.master == to.index)
		return 0;
	if (to.bond && p.up && netif_down(port, e) == -1)
		return -1;
	if (change(&m, port, &i, e) == -1)
		return -1;
	nl_u32(&m, IFLA_MASTER, to.index);
	return ask(&m, 0) == -1 ? err_sys(e, "%s: into %s", port, master) : 0;
}

int
netif_mac(const char *name, const unsigned char mac[6], struct err *e)
{
	struct ifinfomsg i = { 0 };
	struct link now;
	struct nl m;

	if (look(name, &now) == 0 && memcmp(now.mac, mac, ETHER) == 0)
		return 0;
	if (change(&m, name, &i, e) == -1)
		return -1;
	nl_put(&m, IFLA_ADDRESS, mac, ETHER);
	return ask(&m, 0) == -1 ? err_sys(e, "%s: hardware address", name) : 0;
}

int
netif_mac_of(const char *name, const char *other, struct err *e)
{
	struct link from;

	if (look(other, &from) == -1)
		return err_sys(e, "%s", other);
	return netif_mac(name, from.mac, e);
}

int
netif_alias(const char *name, const char *alias, struct err *e)
{
	struct ifinfomsg i = { 0 };
	struct nl m;

	if (change(&m, name, &i, e) == -1)
		return -1;
	nl_put(&m, IFLA_IFALIAS, alias, strlen(alias));
	return ask(&m, 0) == -1 ? err_sys(e, "%s: alias", name) : 0;
}
