/* SPDX-License-Identifier: ISC */
#include "vif_link.h"

#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "file.h"
#include "netif.h"
#include "nl.h"
#include "vif_lock.h"

#define DIR "/run/domus"
#define LOCK DIR "/vifs.lock"
#define INTERNAL BRIDGE_INTERNAL	/* on bridges of ours */
#define LINKS_MAX 4096
#define GONE_MS 1000

/* A bridge is not to go between its making and its first interface. */
static int
lock(struct err *e)
{
	int fd;

	if (file_mkdirs(DIR, 0755, e) == -1)
		return -1;
	fd = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd != -1 && flock(fd, LOCK_EX) == 0)
		return fd;
	err_sys(e, LOCK);
	if (fd != -1)
		close(fd);
	return -1;
}

static int
make_bridge(const struct vif_config *c, struct err *e)
{
	if (netif_exists(c->bridge))
		return 0;
	if (netif_bridge(c->bridge, e) == -1)
		return -1;
	if (netif_alias(c->bridge, INTERNAL, e) == 0 &&
	    netif_no_ipv6(c->bridge, e) == 0 &&
	    netif_mtu(c->bridge, c->mtu, e) == 0 &&
	    netif_up(c->bridge, e) == 0)
		return 0;
	netif_delete(c->bridge, &(struct err){ 0 });
	return -1;
}

static int
join(const char *name, const struct vif_config *c, struct err *e)
{
	/* a bridge takes the lowest address of its ports': never this one */
	static const unsigned char high[6] = { 0xfe, 255, 255, 255, 255, 255 };

	if (vif_lock_apply(name, c, e) == -1 ||
	    netif_no_ipv6(name, e) == -1 ||
	    netif_mac(name, high, e) == -1 ||
	    netif_mtu(name, c->mtu, e) == -1 ||
	    netif_join(name, c->bridge, e) == -1)
		return -1;
	return netif_up(name, e);
}

int
vif_link_connect(const char *name, const struct vif_config *c, struct err *e)
{
	int fd, rc = -1;

	if (c->lock == VIF_DISABLED)
		return netif_down(name, e) == -1 ? -1 : netif_leave(name, e);
	fd = lock(e);
	if (fd == -1)
		return -1;
	if (!c->internal || make_bridge(c, e) == 0)
		rc = join(name, c, e);
	close(fd);
	return rc;
}

struct link {
	int index, master;
	bool internal;
	char name[IFNAMSIZ];
};

struct links {
	struct link *list;
	size_t n;
};

static int
link_take(void *arg, const struct nlmsghdr *h)
{
	const struct ifinfomsg *i = NLMSG_DATA(h);
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(*i)), size;
	const void *first = (const char *)i + NLMSG_ALIGN(sizeof(*i));
	struct links *all = arg;
	const struct nlattr *a;
	struct link *l;

	if (h->nlmsg_type != RTM_NEWLINK || all->n == LINKS_MAX)
		return 0;
	l = &all->list[all->n++];
	*l = (struct link){ .index = i->ifi_index };
	a = nl_find(first, len, IFLA_IFNAME, &size);
	if (a != NULL && size <= sizeof(l->name))
		memcpy(l->name, a + 1, size);
	a = nl_find(first, len, IFLA_MASTER, &size);
	if (a != NULL && size == sizeof(l->master))
		memcpy(&l->master, a + 1, size);
	a = nl_find(first, len, IFLA_IFALIAS, &size);
	l->internal = a != NULL && size >= strlen(INTERNAL) &&
	    memcmp(a + 1, INTERNAL, strlen(INTERNAL)) == 0;
	return 0;
}

static int
look(struct links *all, struct err *e)
{
	struct ifinfomsg i = { .ifi_family = AF_UNSPEC };
	struct nl m = { .len = 0 };

	all->n = 0;
	if (all->list == NULL)
		all->list = calloc(LINKS_MAX, sizeof(*all->list));
	if (all->list == NULL)
		return err_sys(e, "network interfaces");
	nl_start(&m, RTM_GETLINK, NLM_F_DUMP, &i, sizeof(i));
	return nl_dump(&m, link_take, all) == -1 ?
	    err_sys(e, "network interfaces") : 0;
}

static bool
is_used(const struct links *all, const struct link *bridge)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].master == bridge->index)
			return true;
	return false;
}

static bool
has_domain(const struct links *all, int domid)
{
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "vif%d.", domid);
	for (size_t i = 0; i < all->n; i++)
		if (strncmp(all->list[i].name, name, strlen(name)) == 0)
			return true;
	return false;
}

static int
look_without(struct links *all, int domid, struct err *e)
{
	const struct timespec moment = { .tv_nsec = 10000000 };

	for (int ms = 0; ms < GONE_MS; ms += 10) {
		if (look(all, e) == -1)
			return -1;
		if (domid <= 0 || !has_domain(all, domid))
			return 0;
		nanosleep(&moment, NULL);
	}
	return 0;
}

int
vif_link_sweep(int domid, struct err *e)
{
	struct links all = { NULL, 0 };
	int fd, rc = look_without(&all, domid, e);

	fd = rc == 0 ? lock(e) : -1;
	rc = fd == -1 ? -1 : look(&all, e);
	for (size_t i = 0; rc == 0 && i < all.n; i++)
		if (all.list[i].internal && !is_used(&all, &all.list[i]))
			rc = netif_delete(all.list[i].name, e);
	if (rc == 0)
		rc = vif_lock_sweep(e);
	if (fd != -1)
		close(fd);
	free(all.list);
	return rc;
}
