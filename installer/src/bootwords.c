/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bootwords.h"
#include "dhcp.h"
#include "ui.h"

#define CARDS 16
#define TRIES 3
#define SECONDS 2.0		/* for all servers to answer one try */
#define SERVER 67
#define CLIENT 68

struct card {
	char name[IFNAMSIZ];
	struct dhcp head;
	int fd;
};

bool
bootword_may(const char *word, size_t len)
{
	static const char *const words[] = { "answerfile=", "rt_answerfile=",
		"answerfile-token=", "domus.source=", "progress-url=",
		"atexit=", "BOOTIF=" };

	for (size_t i = 0; i < len; i++)
		if (word[i] <= ' ' || word[i] > '~')
			return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (len > strlen(words[i]) &&
		    strncmp(word, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

void
bootwords_question(const struct dhcp *head, struct dhcp_out *out)
{
	static const unsigned char list[] = { DHCP_OPT_SERVER,
		DHCP_OPT_WORDS };
	static const unsigned char size[] = { 1472 >> 8, 1472 & 0xff };

	dhcp_begin(out, head, DHCP_INFORM);
	dhcp_add(out, DHCP_OPT_MAX_SIZE, size, sizeof(size));
	dhcp_add_text(out, DHCP_OPT_CLASS, "Domus");
	dhcp_add_text(out, DHCP_OPT_USER, "Domus");
	dhcp_add(out, DHCP_OPT_LIST, list, sizeof(list));
	dhcp_end(out);
}

bool
bootwords_answer(const struct dhcp *head, const void *data, size_t len,
    char to[BOOTWORDS_MAX])
{
	char text[DHCP_TEXT];
	struct dhcp m;

	if (dhcp_parse(&m, data, len) == -1 || m.op != 2 ||
	    m.xid != head->xid || dhcp_type(&m) != DHCP_ACK ||
	    memcmp(m.mac, head->mac, DHCP_MAC) != 0)
		return false;
	dhcp_text(&m, DHCP_OPT_WORDS, text);
	if (text[0] == '\0')
		return false;
	snprintf(to, BOOTWORDS_MAX, "%s", text);
	return true;
}

/* A card of Ethernet that has this address. */
static bool
take_card(const struct ifaddrs *i, struct card *c, struct err *e)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
		.sin_port = htons(CLIENT) };
	struct ifreq r = { 0 };
	int on = 1;

	*c = (struct card){ .head = { .op = 1 } };
	snprintf(c->name, sizeof(c->name), "%s", i->ifa_name);
	memcpy(r.ifr_name, c->name, sizeof(r.ifr_name));
	c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd != -1 && (ioctl(c->fd, SIOCGIFHWADDR, &r) == -1 ||
	    r.ifr_hwaddr.sa_family != ARPHRD_ETHER)) {
		close(c->fd);
		return false;
	}
	memcpy(c->head.mac, r.ifr_hwaddr.sa_data, DHCP_MAC);
	c->head.ciaddr = ((const struct sockaddr_in *)(const void *)
	    i->ifa_addr)->sin_addr.s_addr;
	if (c->fd != -1 &&
	    setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    setsockopt(c->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == 0 &&
	    setsockopt(c->fd, SOL_SOCKET, SO_BINDTODEVICE, c->name,
	    (socklen_t)strlen(c->name)) == 0 &&
	    bind(c->fd, (struct sockaddr *)&any, sizeof(any)) == 0 &&
	    getrandom(&c->head.xid, sizeof(c->head.xid), 0) ==
	    sizeof(c->head.xid))
		return true;
	err_sys(e, "%s: DHCP", c->name);
	if (c->fd != -1)
		close(c->fd);
	return false;
}

static size_t
take_cards(struct card list[CARDS], struct err *e)
{
	struct ifaddrs *all, *i;
	size_t n = 0;

	if (getifaddrs(&all) == -1) {
		err_sys(e, "network cards");
		return 0;
	}
	for (i = all; i != NULL && n < CARDS; i = i->ifa_next)
		if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET &&
		    (i->ifa_flags & IFF_LOOPBACK) == 0 &&
		    take_card(i, &list[n], e))
			n++;
	freeifaddrs(all);
	return n;
}

static void
ask(const struct card *c)
{
	const struct sockaddr_in all = { .sin_family = AF_INET,
		.sin_port = htons(SERVER),
		.sin_addr.s_addr = htonl(INADDR_BROADCAST) };
	struct dhcp_out out;

	bootwords_question(&c->head, &out);
	/* what is not sent is as lost, and sent again */
	if (sendto(c->fd, out.data, out.len, 0, (const struct sockaddr *)&all,
	    sizeof(all)) == -1)
		return;
}

static bool
hear(struct card list[], size_t n, double until, char to[BOOTWORDS_MAX])
{
	struct pollfd p[CARDS];
	char data[2048];
	ssize_t got;
	double left;

	while ((left = until - ui_now()) > 0) {
		for (size_t i = 0; i < n; i++)
			p[i] = (struct pollfd){ list[i].fd, POLLIN, 0 };
		if (poll(p, n, (int)(left * 1000) + 1) == -1 && errno != EINTR)
			return false;
		for (size_t i = 0; i < n; i++)
			while ((got = recv(list[i].fd, data, sizeof(data),
			    0)) > 0)
				if (bootwords_answer(&list[i].head, data,
				    (size_t)got, to))
					return true;
	}
	return false;
}

int
bootwords_ask(char to[BOOTWORDS_MAX], struct err *e)
{
	struct card list[CARDS];
	bool found = false;
	size_t n;

	err_set(e, "no card has an IPv4 address");
	n = take_cards(list, e);
	if (n == 0)
		return -1;
	for (int i = 0; !found && i < TRIES; i++) {
		for (size_t k = 0; k < n; k++)
			ask(&list[k]);
		found = hear(list, n, ui_now() + SECONDS, to);
	}
	for (size_t k = 0; k < n; k++)
		close(list[k].fd);
	return found;
}
