/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include <linux/sockios.h>

#include "core.h"
#include "selftest_net.h"
#include "vm_config.h"

#define AGAIN 100		/* milliseconds: the backend may not be there yet */

struct arp_frame {
	struct ether_header e;
	unsigned char kind[8];
	unsigned char from_mac[6], from_ip[4], to_mac[6], to_ip[4];
} __attribute__((packed));

struct echo_frame {
	struct ether_header e;
	struct iphdr ip;
	struct icmphdr icmp;
	unsigned char data[56];
} __attribute__((packed));

static uint16_t
sum(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t n = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		n += (uint32_t)p[i] << 8 | p[i + 1];
	while (n >> 16 != 0)
		n = (n & 0xffff) + (n >> 16);
	return htons((uint16_t)~n);
}

/* A bridge hands up what is sent to its own address. */
static int
own_mac(int fd, const char *bridge, unsigned char mac[6])
{
	struct ifreq f = { 0 };

	snprintf(f.ifr_name, sizeof(f.ifr_name), "%s", bridge);
	if (ioctl(fd, SIOCGIFHWADDR, &f) == -1)
		return -1;
	memcpy(mac, f.ifr_hwaddr.sa_data, 6);
	return 0;
}

static void
make_arp(struct arp_frame *f, const unsigned char our_mac[6])
{
	static const unsigned char kind[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	memset(f, 0, sizeof(*f));
	memset(f->e.ether_dhost, 0xff, 6);
	memcpy(f->e.ether_shost, our_mac, 6);
	f->e.ether_type = htons(ETHERTYPE_ARP);
	memcpy(f->kind, kind, sizeof(kind));
	memcpy(f->from_mac, our_mac, 6);
	inet_pton(AF_INET, SELFTEST_HOST, f->from_ip);
	inet_pton(AF_INET, SELFTEST_GUEST, f->to_ip);
}

static void
make_echo(struct echo_frame *f, const unsigned char our_mac[6],
    const unsigned char mac[6])
{
	memset(f, 0, sizeof(*f));
	memcpy(f->e.ether_dhost, mac, 6);
	memcpy(f->e.ether_shost, our_mac, 6);
	f->e.ether_type = htons(ETHERTYPE_IP);
	f->ip.version = 4;
	f->ip.ihl = 5;
	f->ip.tot_len = htons(sizeof(*f) - sizeof(f->e));
	f->ip.ttl = 64;
	f->ip.protocol = IPPROTO_ICMP;
	inet_pton(AF_INET, SELFTEST_HOST, &f->ip.saddr);
	inet_pton(AF_INET, SELFTEST_GUEST, &f->ip.daddr);
	f->ip.check = sum(&f->ip, sizeof(f->ip));
	f->icmp.type = ICMP_ECHO;
	f->icmp.un.echo.id = htons(0xd035);
	f->icmp.un.echo.sequence = htons(1);
	memset(f->data, 0x5a, sizeof(f->data));
	f->icmp.checksum = sum(&f->icmp, sizeof(f->icmp) + sizeof(f->data));
}

static bool
is_arp(const unsigned char *in, size_t len, void *arg)
{
	const struct arp_frame *a = (const void *)in;
	unsigned char ip[4];

	inet_pton(AF_INET, SELFTEST_GUEST, ip);
	if (len < sizeof(*a) || a->e.ether_type != htons(ETHERTYPE_ARP) ||
	    a->kind[7] != 2 || memcmp(a->from_ip, ip, 4) != 0)
		return false;
	memcpy(arg, a->from_mac, 6);
	return true;
}

static bool
is_echo(const unsigned char *in, size_t len, void *arg)
{
	const struct echo_frame *f = (const void *)in;
	const struct echo_frame *sent = arg;

	return len >= sizeof(*f) && f->e.ether_type == htons(ETHERTYPE_IP) &&
	    f->ip.saddr == sent->ip.daddr && f->icmp.type == ICMP_ECHOREPLY &&
	    f->icmp.un.echo.id == sent->icmp.un.echo.id &&
	    memcmp(f->data, sent->data, sizeof(f->data)) == 0;
}

/* Send until it comes, but not for ever. */
static int
exchange(int fd, const void *out, size_t len,
    bool (*is)(const unsigned char *, size_t, void *), void *arg, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t until = core_ms() + ms;
	unsigned char in[2048];
	ssize_t n;

	while (core_ms() < until) {
		if (send(fd, out, len, 0) == -1)
			return -1;
		while (poll(&p, 1, AGAIN) == 1) {
			n = recv(fd, in, sizeof(in), 0);
			if (n > 0 && is(in, (size_t)n, arg))
				return 0;
		}
	}
	return -1;
}

int
selftest_ping(const char *bridge, int ms, struct err *e)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(bridge) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	struct echo_frame echo;
	struct arp_frame arp;
	unsigned char mac[6], ours[6];
	int rc = -1;

	if (fd == -1 || bind(fd, (const void *)&a, sizeof(a)) == -1 ||
	    own_mac(fd, bridge, ours) == -1) {
		err_sys(e, "%s", bridge);
		goto out;
	}
	make_arp(&arp, ours);
	if (exchange(fd, &arp, sizeof(arp), is_arp, mac,
	    ms) == -1)
		err_set(e, SELFTEST_GUEST ": no answer to ARP");
	else {
		make_echo(&echo, ours, mac);
		rc = exchange(fd, &echo, sizeof(echo), is_echo, &echo,
		    ms);
		if (rc == -1)
			err_set(e, SELFTEST_GUEST ": no answer to ping");
	}
out:
	if (fd != -1)
		close(fd);
	return rc;
}

void
selftest_vif(const char *bridge, struct vif_config *c)
{
	static const unsigned char mac[6] = { 0, 0x16, 0x3e, 0xd0, 0, 1 };

	snprintf(c->bridge, sizeof(c->bridge), "%s", bridge);
	memcpy(c->mac, mac, sizeof(mac));
	c->mtu = 1500;
	c->lock = VIF_LOCKED;
	c->nip4 = 1;
	inet_pton(AF_INET, SELFTEST_GUEST, c->ip4[0]);
}

int
selftest_bridge(const char *bridge, bool there, struct err *e)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = 0;
	struct ifreq f = { .ifr_flags = there ? IFF_UP : 0 };

	snprintf(f.ifr_name, sizeof(f.ifr_name), "%s", bridge);
	if (fd == -1)
		return err_sys(e, "socket");
	if (there && ioctl(fd, SIOCBRADDBR, bridge) == -1 && errno != EEXIST)
		rc = err_sys(e, "%s", bridge);
	if (rc == 0 && ioctl(fd, SIOCSIFFLAGS, &f) == -1)
		rc = err_sys(e, "%s", bridge);
	if (!there && ioctl(fd, SIOCBRDELBR, bridge) == -1 && errno != ENXIO)
		rc = err_sys(e, "%s", bridge);
	close(fd);
	return rc;
}
