/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "serve.h"

#define TICK 1000		/* ms between looks at the clock */

static const char *const kinds[] = {
	[BOOT_NONE] = "a machine", [BOOT_BIOS] = "PXE by BIOS",
	[BOOT_UEFI] = "PXE by UEFI", [BOOT_HTTP] = "HTTP boot by UEFI",
	[BOOT_IPXE] = "iPXE", [BOOT_DOMUS] = "the installer",
};

int
serve_watch(struct serve *s, int fd, enum source source, unsigned int nr,
    struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN,
		.data.u64 = (uint64_t)source << 32 | nr };

	if (epoll_ctl(s->events, EPOLL_CTL_ADD, fd, &ev) == -1)
		return err_sys(e, "epoll");
	return 0;
}

time_t
serve_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

long
serve_left(const struct serve *s)
{
	time_t now = serve_now();

	return s->until == 0 ? -1 : s->until > now ? (long)(s->until - now) :
	    0;
}

static void
dhcp_send(const struct serve *s, int fd, const struct dhcp *in,
    const struct dhcp_out *out, enum dhcpd_to to, struct sockaddr_in peer)
{
	const unsigned int port = s->dhcp_port;

	if (to == DHCPD_RELAY) {
		peer.sin_addr.s_addr = in->giaddr;
		peer.sin_port = htons((uint16_t)port);
	} else if (to == DHCPD_BROADCAST) {
		peer.sin_addr.s_addr = htonl(INADDR_BROADCAST);
		peer.sin_port = htons((uint16_t)(port + 1));
	} else if (fd == s->dhcp) {
		peer.sin_addr.s_addr = in->ciaddr;
		peer.sin_port = htons((uint16_t)(port + 1));
	}
	if (sendto(fd, out->data, out->len, 0, (struct sockaddr *)&peer,
	    sizeof(peer)) == -1)
		log_warn(s->log, "DHCP: send: %s", strerror(errno));
}

static void
dhcp_note(struct serve *s, const struct dhcp *in, enum boot kind)
{
	char mac[DHCP_MAC_TEXT], address[INET_ADDRSTRLEN] = "", text[64];
	uint32_t is = in->ciaddr;

	dhcp_mac(in->mac, mac);
	for (uint32_t i = 0; is == 0 && i < s->dhcpd.n; i++)
		if (s->dhcpd.leases[i].until != 0 &&
		    memcmp(s->dhcpd.leases[i].mac, in->mac, DHCP_MAC) == 0)
			is = htonl(s->dhcpd.first + i);
	if (is != 0)
		inet_ntop(AF_INET, &is, address, sizeof(address));
	if (kind == BOOT_NONE)
		return;
	snprintf(text, sizeof(text), "asks by DHCP: %s", kinds[kind]);
	machines_note(&s->machines, mac, address, time(NULL), text);
	log_info(s->log, "%s %s %s", mac, address, text);
}

/* A machine has taken the address of another server.  Said once, as all that
 * machines do then is each server's word against the other's. */
static void
dhcp_other(struct serve *s, const struct dhcp *in)
{
	uint32_t server = dhcp_u32(in, DHCP_OPT_SERVER);
	char mac[DHCP_MAC_TEXT], text[INET_ADDRSTRLEN];

	if (s->dhcpd.proxy || s->other || dhcp_type(in) != DHCP_REQUEST ||
	    server == 0 || server == s->site.address)
		return;
	s->other = true;
	dhcp_mac(in->mac, mac);
	inet_ntop(AF_INET, &server, text, sizeof(text));
	log_warn(s->log, "there is another DHCP server, %s: %s has taken its "
	    "address; turn one of them off, or use --proxy here", text, mac);
}

static void
dhcp_work(struct serve *s, int fd)
{
	unsigned char data[2048];
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	struct dhcp_out out;
	enum dhcpd_to to;
	enum boot kind;
	struct dhcp in;
	ssize_t n;

	while ((n = recvfrom(fd, data, sizeof(data), 0,
	    (struct sockaddr *)&peer, &len)) >= 0) {
		len = sizeof(peer);
		if (dhcp_parse(&in, data, (size_t)n) == -1)
			continue;
		dhcp_other(s, &in);
		if (dhcpd_answer(&s->dhcpd, &in, fd == s->boot, time(NULL),
		    &out, &to, &kind)) {
			dhcp_send(s, fd, &in, &out, to, peer);
			dhcp_note(s, &in, kind);
		}
	}
}

/* True: it is time to end. */
static bool
work(struct serve *s, uint64_t what)
{
	switch ((enum source)(what >> 32)) {
	case SOURCE_DHCP:
		dhcp_work(s, s->dhcp);
		return false;
	case SOURCE_BOOT:
		dhcp_work(s, s->boot);
		return false;
	case SOURCE_TFTP:
		transfers_ask(s);
		return false;
	case SOURCE_HTTP:
		return false;		/* has its turn each time */
	case SOURCE_TRANSFER:
		transfers_take(s, (unsigned int)what);
		return false;
	case SOURCE_SIGNAL:
		return true;
	}
	return false;
}

static int
watch_all(struct serve *s, struct err *e)
{
	const struct { int fd; enum source source; } all[] = {
		{ s->dhcp, SOURCE_DHCP }, { s->boot, SOURCE_BOOT },
		{ s->tftp, SOURCE_TFTP }, { s->signals, SOURCE_SIGNAL },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].fd != -1 &&
		    serve_watch(s, all[i].fd, all[i].source, 0, e) == -1)
			return -1;
	return 0;
}

static int
loop(struct serve *s, struct err *e)
{
	struct epoll_event list[64];
	bool end = false;
	int n, wait, more;

	while (!end) {
		http_work(s);
		if (s->until != 0 && serve_left(s) == 0) {
			log_info(s->log, "the time is over");
			return 0;
		}
		wait = http_wait(s);
		more = transfers_wait(s);
		if (wait == -1 || (more != -1 && more < wait))
			wait = more;
		if (s->until != 0 && (wait == -1 || wait > TICK))
			wait = TICK;
		n = epoll_wait(s->events, list, 64, wait);
		if (n == -1 && errno != EINTR)
			return err_sys(e, "epoll");
		for (int i = 0; i < n; i++)
			end |= work(s, list[i].data.u64);
	}
	return 0;
}

int
serve_run(struct serve *s, struct err *e)
{
	sigset_t set;
	int rc;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->events = epoll_create1(EPOLL_CLOEXEC);
	if (s->signals == -1 || s->events == -1)
		return err_sys(e, "epoll");
	rc = watch_all(s, e);
	if (rc == 0)
		rc = transfers_start(s, e);
	if (rc == 0)
		rc = http_start(s, e);
	if (rc == 0)
		rc = loop(s, e);
	http_stop(s);
	transfers_stop(s);
	machines_free(&s->machines);
	close(s->events);
	close(s->signals);
	return rc;
}
