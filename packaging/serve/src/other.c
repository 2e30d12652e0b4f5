/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dhcp.h"
#include "other.h"
#include "serve.h"

#define SERVER_PORT 67
#define CLIENT_PORT 68
/* Servers look for up to three seconds whether an address is free. */
#define PATIENCE 4000		/* ms */
#define AGAIN 1300
#define BROADCAST_FLAG 0x8000u

/* The server that gives an address by this, or 0. */
static uint32_t
answer(const struct dhcp *head, const void *data, size_t len)
{
	struct dhcp in;
	uint32_t server;

	if (dhcp_parse(&in, data, len) == -1 || in.op != 2 ||
	    in.xid != head->xid || dhcp_type(&in) != DHCP_OFFER ||
	    memcmp(in.mac, head->mac, DHCP_MAC) != 0 || in.yiaddr == 0)
		return 0;
	server = dhcp_u32(&in, DHCP_OPT_SERVER);
	return server != 0 ? server : in.siaddr;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
send_question(int fd, const struct dhcp_out *out)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(SERVER_PORT),
		.sin_addr.s_addr = htonl(INADDR_BROADCAST) };

	return sendto(fd, out->data, out->len, 0, (const struct sockaddr *)&to,
	    sizeof(to)) == -1 ? -1 : 0;
}

/* The server that has answered, 0 for none; -1: it could not be asked. */
static int
ask(int fd, const struct dhcp *head, uint32_t *server_r)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t end = now_ms() + PATIENCE, again = 0, now;
	unsigned char data[2048];
	struct dhcp_out out;
	ssize_t n;

	dhcp_begin(&out, head, DHCP_DISCOVER);
	dhcp_end(&out);
	while ((now = now_ms()) < end) {
		if (now >= again) {
			if (send_question(fd, &out) == -1)
				return -1;
			again = now + AGAIN;
		}
		if (poll(&p, 1, (int)((again < end ? again : end) - now)) <= 0)
			continue;
		n = recv(fd, data, sizeof(data), 0);
		if (n > 0)
			*server_r = answer(head, data, (size_t)n);
		if (*server_r != 0)
			return 0;
	}
	return 0;
}

static int
card_of(int fd, const char *interface, struct dhcp *head)
{
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", interface);
	if (ioctl(fd, SIOCGIFHWADDR, &r) == -1)
		return -1;
	memcpy(head->mac, r.ifr_hwaddr.sa_data, DHCP_MAC);
	return getrandom(&head->xid, sizeof(head->xid), 0) ==
	    sizeof(head->xid) ? 0 : -1;
}

int
other_none(const char *interface, struct err *e)
{
	struct dhcp head = { .op = 1, .flags = BROADCAST_FLAG };
	unsigned int port = CLIENT_PORT;
	char text[INET_ADDRSTRLEN];
	uint32_t server = 0;
	int fd, rc;

	fd = socket_udp(&port, interface, true, e);
	if (fd == -1)
		return -1;
	rc = card_of(fd, interface, &head);
	if (rc == 0)
		rc = ask(fd, &head, &server);
	if (rc == -1)
		err_sys(e, "%s: whether a DHCP server is there", interface);
	close(fd);
	if (server == 0)
		return rc;
	inet_ntop(AF_INET, &server, text, sizeof(text));
	return err_set(e, "--dhcp: there is a DHCP server on %s already, %s: "
	    "use --proxy beside it, or turn it off", interface, text);
}
