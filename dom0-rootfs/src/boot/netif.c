/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "file.h"
#include "netif.h"
#include "path.h"

/* One ioctl on a socket of its own; `fine' is an errno that is no error. */
static int
ask(unsigned long request, void *arg, int fine)
{
	int fd, rc, why;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	rc = ioctl(fd, request, arg);
	why = errno;
	close(fd);
	errno = why;
	return rc == -1 && fine != 0 && why == fine ? 0 : rc;
}

static struct ifreq
named(const char *name)
{
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	return r;
}

static void
ip(struct sockaddr *to, struct in_addr address)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = address };

	memcpy(to, &a, sizeof(a));
}

int
netif_up(const char *name, struct err *e)
{
	struct ifreq r = named(name);

	if (ask(SIOCGIFFLAGS, &r, 0) == -1)
		return err_sys(e, "%s", name);
	r.ifr_flags |= IFF_UP;
	if (ask(SIOCSIFFLAGS, &r, 0) == -1)
		return err_sys(e, "%s: up", name);
	return 0;
}

int
netif_address(const char *name, struct in_addr address,
    struct in_addr netmask, struct err *e)
{
	struct ifreq r = named(name);

	ip(&r.ifr_addr, address);
	if (ask(SIOCSIFADDR, &r, 0) == -1)
		return err_sys(e, "%s: address", name);
	if (address.s_addr == 0)
		return 0;
	ip(&r.ifr_netmask, netmask);
	if (ask(SIOCSIFNETMASK, &r, 0) == -1)
		return err_sys(e, "%s: netmask", name);
	ip(&r.ifr_broadaddr, (struct in_addr){ address.s_addr |
	    ~netmask.s_addr });
	if (ask(SIOCSIFBRDADDR, &r, 0) == -1)
		return err_sys(e, "%s: broadcast address", name);
	return 0;
}

struct in_addr
netif_address_get(const char *name)
{
	struct ifreq r = named(name);
	struct sockaddr_in a = { 0 };

	if (ask(SIOCGIFADDR, &r, 0) == 0)
		memcpy(&a, &r.ifr_addr, sizeof(a));
	return a.sin_addr;
}

int
netif_gateway(const char *name, struct in_addr gateway, struct err *e)
{
	struct rtentry rt = { .rt_flags = RTF_UP };
	char device[IFNAMSIZ];

	snprintf(device, sizeof(device), "%s", name);
	rt.rt_dev = device;
	ip(&rt.rt_dst, (struct in_addr){ INADDR_ANY });
	ip(&rt.rt_genmask, (struct in_addr){ INADDR_ANY });
	ip(&rt.rt_gateway, (struct in_addr){ INADDR_ANY });
	while (ask(SIOCDELRT, &rt, 0) == 0)
		;
	if (gateway.s_addr == 0)
		return 0;
	rt.rt_flags |= RTF_GATEWAY;
	ip(&rt.rt_gateway, gateway);
	if (ask(SIOCADDRT, &rt, EEXIST) == -1)
		return err_sys(e, "%s: default route", name);
	return 0;
}

static void
no_ipv6(const char *card)
{
	struct path p;
	int fd;

	/* absent when the kernel has no IPv6 */
	fd = open(path_of(&p, "/proc/sys/net/ipv6/conf/%s/disable_ipv6",
	    card), O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	if (write(fd, "1", 1) != 1)
		errno = 0;	/* then it has one address too many */
	close(fd);
}

int
netif_bridge(const char *bridge, const char *card, struct err *e)
{
	struct ifreq r = named(card), b = named(bridge);
	char name[IFNAMSIZ];
	int index;

	snprintf(name, sizeof(name), "%s", bridge);
	if (ask(SIOCBRADDBR, name, EEXIST) == -1)
		return err_sys(e, "%s: make a bridge", bridge);
	if (ask(SIOCGIFHWADDR, &r, 0) == -1)
		return err_sys(e, "%s", card);
	b.ifr_hwaddr = r.ifr_hwaddr;
	if (ask(SIOCSIFHWADDR, &b, 0) == -1)
		return err_sys(e, "%s: hardware address", bridge);
	if (ask(SIOCGIFINDEX, &r, 0) == -1)
		return err_sys(e, "%s", card);
	index = r.ifr_ifindex;
	no_ipv6(card);
	b = named(bridge);
	b.ifr_ifindex = index;
	if (ask(SIOCBRADDIF, &b, EBUSY) == -1)
		return err_sys(e, "%s: into %s", card, bridge);
	if (netif_up(card, e) == -1)
		return -1;
	return netif_up(bridge, e);
}
