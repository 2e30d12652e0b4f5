/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "file.h"
#include "netif.h"
#include "nl.h"
#include "path.h"

/* Addresses and ways out. */

#define RA_METRIC 1024		/* the kernel's for announced ways out */

struct addresses {
	unsigned int index;
	int family;
	unsigned char scope;
	struct ip *list;
	size_t n, max;
};

static int
address_take(void *arg, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(*m)), size;
	const void *first = (const char *)m + NLMSG_ALIGN(sizeof(*m));
	struct addresses *to = arg;
	const struct nlattr *a;
	struct ip *ip;

	if (h->nlmsg_type != RTM_NEWADDR || m->ifa_index != to->index ||
	    m->ifa_family != to->family || to->n == to->max ||
	    m->ifa_scope != to->scope ||
	    (m->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0)
		return 0;
	a = nl_find(first, len, IFA_LOCAL, &size);
	if (a == NULL)
		a = nl_find(first, len, IFA_ADDRESS, &size);
	ip = &to->list[to->n];
	*ip = (struct ip){ .family = to->family, .bits = m->ifa_prefixlen };
	if (a == NULL || size != ip_size(ip))
		return 0;
	memcpy(ip->a, a + 1, size);
	/* what the kernel made of a router's word it takes away itself */
	a = nl_find(first, len, IFA_PROTO, &size);
	ip->lasting = (m->ifa_flags & IFA_F_PERMANENT) != 0 &&
	    (a == NULL || *(const unsigned char *)(a + 1) == 0);
	to->n++;
	return 0;
}

static size_t
addresses(const char *name, int family, unsigned char scope, struct ip *list,
    size_t max)
{
	struct ifaddrmsg i = { .ifa_family = (uint8_t)family };
	struct addresses to = { if_nametoindex(name), family, scope, list, 0,
	    max };
	struct nl m = { .len = 0 };

	nl_start(&m, RTM_GETADDR, NLM_F_DUMP, &i, sizeof(i));
	return to.index == 0 || nl_dump(&m, address_take, &to) == -1 ? 0 :
	    to.n;
}

size_t
netif_addresses(const char *name, int family, struct ip *list, size_t max)
{
	return addresses(name, family, RT_SCOPE_UNIVERSE, list, max);
}

bool
netif_has_local(const char *name)
{
	struct ip one;

	return addresses(name, AF_INET6, RT_SCOPE_LINK, &one, 1) == 1;
}

bool
netif_has(const char *name, int family, const struct ip *ip)
{
	struct ip found[16];
	size_t n = netif_addresses(name, family, found, 16);

	for (size_t i = 0; i < n; i++)
		if (ip == NULL || ip_equal(&found[i], ip))
			return true;
	return false;
}

static int
address_ask(int type, int how, const char *name, const struct ip *ip)
{
	struct ifaddrmsg i = { .ifa_family = (uint8_t)ip->family,
	    .ifa_prefixlen = (uint8_t)ip->bits,
	    .ifa_index = if_nametoindex(name) };
	struct nl m = { .len = 0 };
	uint32_t all;

	nl_start(&m, type, NLM_F_ACK | how, &i, sizeof(i));
	nl_put(&m, IFA_LOCAL, ip->a, ip_size(ip));
	nl_put(&m, IFA_ADDRESS, ip->a, ip_size(ip));
	if (ip->family == AF_INET && type == RTM_NEWADDR && ip->bits < 31) {
		memcpy(&all, ip->a, sizeof(all));
		all |= htonl(0xffffffff >> ip->bits);
		nl_put(&m, IFA_BROADCAST, &all, sizeof(all));
	}
	return nl_ask(NETLINK_ROUTE, &m);
}

int
netif_address(const char *name, int family, const struct ip *ip,
    struct err *e)
{
	char text[IP_TEXT];
	struct ip now[16];
	size_t n = netif_addresses(name, family, now, 16);
	bool has = false;

	for (size_t i = 0; i < n; i++) {
		if (ip->family != 0 && ip_equal(&now[i], ip) &&
		    now[i].bits == ip->bits)
			has = true;
		else if (now[i].lasting)
			address_ask(RTM_DELADDR, 0, name, &now[i]);
	}
	if (has || ip->family == 0)
		return 0;
	if (address_ask(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, name, ip)
	    == -1 && errno != EEXIST)
		return err_sys(e, "%s: address %s", name, ip_text(ip, text));
	return 0;
}

void
netif_address_drop(const char *name, const struct ip *ip)
{
	address_ask(RTM_DELADDR, 0, name, ip);
}

int
netif_loopback(const struct ip *ip, struct err *e)
{
	return address_ask(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, "lo",
	    ip) == -1 && errno != EEXIST ? err_sys(e, "lo: address") : 0;
}

/* A default route that is of no kernel's making, by this interface. */
struct routes {
	uint32_t index;
	int family;
	uint32_t metric;
	bool found;
};

static int
route_take(void *arg, const struct nlmsghdr *h)
{
	const struct rtmsg *r = NLMSG_DATA(h);
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(*r)), size;
	const void *first = (const char *)r + NLMSG_ALIGN(sizeof(*r));
	struct routes *to = arg;
	const struct nlattr *a;
	uint32_t index = 0;

	if (h->nlmsg_type != RTM_NEWROUTE || r->rtm_family != to->family ||
	    r->rtm_dst_len != 0 || r->rtm_table != RT_TABLE_MAIN ||
	    r->rtm_protocol != RTPROT_BOOT)
		return 0;
	a = nl_find(first, len, RTA_OIF, &size);
	if (a != NULL && size == sizeof(index))
		memcpy(&index, a + 1, size);
	if (index != to->index)
		return 0;
	to->metric = 0;
	a = nl_find(first, len, RTA_PRIORITY, &size);
	if (a != NULL && size == sizeof(to->metric))
		memcpy(&to->metric, a + 1, size);
	to->found = true;
	return 1;
}

static int
route_ask(int type, int how, uint32_t index, int family,
    const struct ip *gateway, uint32_t metric)
{
	struct rtmsg r = { .rtm_family = (uint8_t)family,
	    .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_BOOT,
	    .rtm_scope = RT_SCOPE_UNIVERSE, .rtm_type = RTN_UNICAST };
	struct nl m = { .len = 0 };

	nl_start(&m, type, NLM_F_ACK | how, &r, sizeof(r));
	nl_u32(&m, RTA_OIF, index);
	if (gateway != NULL)
		nl_put(&m, RTA_GATEWAY, gateway->a, ip_size(gateway));
	/* IPv6 takes 0 for 1024 */
	if (family == AF_INET6 && type == RTM_NEWROUTE)
		metric += RA_METRIC;
	if (metric != 0)
		nl_u32(&m, RTA_PRIORITY, metric);
	return nl_ask(NETLINK_ROUTE, &m);
}

static void
routes_drop(uint32_t index, int family)
{
	struct rtmsg r = { .rtm_family = (uint8_t)family };
	struct routes old;
	struct nl m;

	for (int i = 0; i < 16; i++) {
		old = (struct routes){ index, family, 0, false };
		m = (struct nl){ .len = 0 };
		nl_start(&m, RTM_GETROUTE, NLM_F_DUMP, &r, sizeof(r));
		nl_dump(&m, route_take, &old);
		if (!old.found || route_ask(RTM_DELROUTE, 0, index, family,
		    NULL, old.metric) == -1)
			return;
	}
}

int
netif_gateway(const char *name, int family, const struct ip *gateway,
    unsigned int metric, struct err *e)
{
	uint32_t index = if_nametoindex(name);
	char text[IP_TEXT];

	if (index == 0)
		return err_sys(e, "%s", name);
	routes_drop(index, family);
	if (gateway->family == 0)
		return 0;
	if (route_ask(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, index, family,
	    gateway, metric) == -1 && errno != EEXIST)
		return err_sys(e, "%s: default route by %s", name,
		    ip_text(gateway, text));
	return 0;
}

int
netif_bare(const char *name, struct err *e)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const struct ip none = { .family = 0 };

	for (size_t i = 0; i < 2; i++)
		if (netif_address(name, families[i], &none, e) == -1 ||
		    netif_gateway(name, families[i], &none, 0, e) == -1)
			return -1;
	return netif_no_ipv6(name, e);
}

/* 0 too when the kernel has no such word, as one without IPv6. */
static int
word(const char *name, const char *what, unsigned int value, struct err *e)
{
	char text[16];
	struct path p;
	int fd, len;
	bool done;

	fd = open(path_of(&p, "/proc/sys/net/ipv6/conf/%s/%s", name, what),
	    O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	len = snprintf(text, sizeof(text), "%u", value);
	done = write(fd, text, (size_t)len) == len;
	if (!done)
		err_sys(e, "%s", p.text);
	close(fd);
	return done ? 0 : -1;
}

int
netif_ipv6(const char *name, const struct network *n, struct err *e)
{
	bool itself = n->ipv6 == IPV6_AUTO || n->ipv6 == IPV6_ANY;

	if (word(name, "accept_ra", network_by_router(n) ? 2 : 0, e) == -1 ||
	    word(name, "autoconf", itself, e) == -1 ||
	    word(name, "ra_defrtr_metric", RA_METRIC + n->metric, e) == -1)
		return -1;
	return word(name, "disable_ipv6", n->ipv6 == IPV6_NONE, e);
}

int
netif_no_ipv6(const char *name, struct err *e)
{
	return word(name, "disable_ipv6", 1, e);
}
