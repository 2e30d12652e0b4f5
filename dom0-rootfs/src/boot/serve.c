/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/rtnetlink.h>

#include "lease.h"
#include "netif.h"
#include "nl.h"
#include "say.h"
#include "serve.h"

#define GROUP(n) (1u << ((n) - 1))
#define SELF "/sbin/domus-net"
#define AGAIN 5.0		/* seconds after a client has ended */

static void
client_add(struct serve *s, const struct network *n, int family)
{
	struct client *c;
	char top[NIC_NAME];

	network_top(n, top);
	for (size_t i = 0; i < s->nclients; i++) {
		c = &s->clients[i];
		if (strcmp(c->top, top) == 0 && c->family == family)
			return;
	}
	c = &s->clients[s->nclients++];
	*c = (struct client){ .family = family, .metric = n->metric };
	memcpy(c->top, top, sizeof(c->top));
	network_lower(n, c->lower);
}

static bool
is_wanted(const struct netplan *p, const struct client *c)
{
	char top[NIC_NAME], lower[NIC_NAME];
	const struct network *n;

	for (size_t i = 0; i < p->n; i++) {
		n = &p->list[i];
		network_top(n, top);
		network_lower(n, lower);
		if (strcmp(top, c->top) == 0 && strcmp(lower, c->lower) == 0)
			return n->metric == c->metric &&
			    (c->family == AF_INET ? n->ipv4 == IPV4_DHCP :
			    network_by_dhcp6(n));
	}
	return false;
}

/* Its address goes with the lease, unless the plan has put another there. */
static void
client_end(struct client *c)
{
	if (c->pid > 0 && kill(c->pid, SIGTERM) == 0)
		waitpid(c->pid, NULL, 0);
	lease_forget(c->top, c->family, LEASE_DIR);
}

void
serve_plan(struct serve *s, const struct netplan *p)
{
	size_t kept = 0;

	s->plan = p;
	for (size_t i = 0; i < s->nclients; i++) {
		if (is_wanted(p, &s->clients[i]))
			s->clients[kept++] = s->clients[i];
		else
			client_end(&s->clients[i]);
	}
	s->nclients = kept;
	for (size_t i = 0; i < p->n; i++) {
		if (p->list[i].ipv4 == IPV4_DHCP)
			client_add(s, &p->list[i], AF_INET);
		if (network_by_dhcp6(&p->list[i]))
			client_add(s, &p->list[i], AF_INET6);
	}
}

static void
client_become(const struct serve *s, const struct client *c)
{
	char hostname[80], metric[16], self[PATH_MAX] = "";
	const char *argv[24] = { c->family == AF_INET ? "udhcpc" : "udhcpc6",
		"-f", "-i", c->top, "-s", self };
	size_t n = 6;
	sigset_t none;

	/* the image's program has many names; a test's is not installed */
	if (access(SELF, X_OK) == 0)
		snprintf(self, sizeof(self), "%s", SELF);
	else if (readlink("/proc/self/exe", self, sizeof(self) - 1) == -1)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setenv(LEASE_FAMILY, c->family == AF_INET ? "4" : "6", 1);
	snprintf(metric, sizeof(metric), "%u", c->metric);
	setenv(LEASE_METRIC, metric, 1);
	if (c->family == AF_INET) {
		argv[n++] = "-O";
		argv[n++] = "ntpsrv";
	} else {
		argv[n++] = "-O";
		argv[n++] = "dns";
		argv[n++] = "-O";
		argv[n++] = "search";
	}
	argv[n++] = "-t";
	argv[n++] = s->give_up ? "8" : "4";
	argv[n++] = "-T";
	argv[n++] = s->give_up ? "2" : "3";
	if (s->give_up) {
		argv[n++] = "-n";
	} else {
		argv[n++] = "-S";
		argv[n++] = "-A";
		argv[n++] = "5";
	}
	if (s->hostname != NULL && c->family == AF_INET) {
		snprintf(hostname, sizeof(hostname), "hostname:%s",
		    s->hostname);
		argv[n++] = "-x";
		argv[n++] = hostname;
	}
	argv[n] = NULL;
	execvp(argv[0], (char *const *)argv);
	fprintf(stderr, "domus-net: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* DHCPv6 speaks from the link-local address, which takes a second. */
static void
clients_start(struct serve *s)
{
	struct client *c;

	for (size_t i = 0; i < s->nclients; i++) {
		c = &s->clients[i];
		if (c->pid != 0 || since_boot() < c->again ||
		    !netif_carrier(c->top) ||
		    (c->family == AF_INET6 && !netif_has_local(c->top)))
			continue;
		c->pid = fork();
		if (c->pid == 0)
			client_become(s, c);
		if (c->pid == -1) {
			fprintf(stderr, "domus-net: fork: %s\n",
			    strerror(errno));
			c->pid = 0;
			c->again = since_boot() + AGAIN;
		}
	}
}

static void
clients_reap(struct serve *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->nclients; i++)
			if (s->clients[i].pid == pid) {
				s->clients[i].pid = 0;
				s->clients[i].ended = true;
				s->clients[i].again = since_boot() + AGAIN;
			}
}

static bool
listens_to_routers(const struct serve *s, const char *name)
{
	char top[NIC_NAME];

	for (size_t i = 0; i < s->plan->n; i++) {
		network_top(&s->plan->list[i], top);
		if (strcmp(top, name) == 0 &&
		    network_by_router(&s->plan->list[i]))
			return true;
	}
	return false;
}

/* What a router says comes by options, one in each message. */
static void
router_said(const struct serve *s, const struct nlmsghdr *h)
{
	const struct nduseroptmsg *m = NLMSG_DATA(h);
	size_t len = h->nlmsg_len - NLMSG_LENGTH(sizeof(*m));
	struct lease l = { .family = AF_INET6 };
	char name[IF_NAMESIZE];
	struct err e;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)) || m->nduseropt_opts_len >
	    len || if_indextoname((unsigned int)m->nduseropt_ifindex, name) ==
	    NULL || !listens_to_routers(s, name))
		return;
	memcpy(l.interface, name, sizeof(l.interface));
	if (lease_router(&l, (const void *)(m + 1), m->nduseropt_opts_len) ==
	    0)
		return;
	if (lease_save(&l, LEASE_DIR, &e) == -1)
		fprintf(stderr, "domus-net: %s\n", e.text);
	else if (s->told != NULL)
		s->told(s->arg);
}

/* Routers speak seldom by themselves, and their last word came before this
 * process was there: ask them (RFC 4861, 4.1). */
static void
routers_ask(const struct serve *s)
{
	struct icmp6_hdr ask = { .icmp6_type = ND_ROUTER_SOLICIT };
	struct sockaddr_in6 all = { .sin6_family = AF_INET6,
	    .sin6_addr = { .s6_addr = { 0xff, 2, [15] = 2 } } };
	char top[NIC_NAME];
	int fd, hops = 255;

	fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
	if (fd == -1)
		return;			/* no IPv6 in this kernel */
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops));
	for (size_t i = 0; i < s->plan->n; i++) {
		network_top(&s->plan->list[i], top);
		all.sin6_scope_id = if_nametoindex(top);
		if (listens_to_routers(s, top) && all.sin6_scope_id != 0 &&
		    sendto(fd, &ask, sizeof(ask), 0, (struct sockaddr *)&all,
		    sizeof(all)) == -1)
			continue;	/* the kernel asks, too */
	}
	close(fd);
}

/* True: a link has changed. */
static bool
events_take(const struct serve *s, int fd)
{
	_Alignas(NLMSG_ALIGNTO) char data[32768];
	const struct nlmsghdr *h = (const void *)data;
	bool link = false;
	ssize_t got;
	size_t len;

	got = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	if (got == -1)
		return errno == ENOBUFS;	/* some were lost: look */
	for (len = (size_t)got; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
		link |= h->nlmsg_type == RTM_NEWLINK;
		if (h->nlmsg_type == RTM_NEWNDUSEROPT)
			router_said(s, h);
	}
	return link;
}

static int
signals_open(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return err_sys(e, "signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd == -1 ? err_sys(e, "signals") : fd;
}

static void
clients_end(struct serve *s)
{
	for (size_t i = 0; i < s->nclients; i++)
		if (s->clients[i].pid > 0)
			kill(s->clients[i].pid, SIGTERM);
}

int
serve_run(struct serve *s, struct err *e)
{
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };
	struct signalfd_siginfo info;
	bool link = true;
	int rc = 0;

	p[0].fd = nl_open(NETLINK_ROUTE, GROUP(RTNLGRP_LINK) |
	    GROUP(RTNLGRP_IPV4_IFADDR) | GROUP(RTNLGRP_IPV6_IFADDR) |
	    GROUP(RTNLGRP_ND_USEROPT));
	if (p[0].fd == -1)
		return err_sys(e, "netlink");
	p[1].fd = signals_open(e);
	if (p[1].fd == -1)
		rc = -1;
	routers_ask(s);
	while (rc == 0) {
		clients_start(s);
		rc = s->each != NULL ? s->each(s, link, s->arg) : 0;
		if (rc != 0 || poll(p, 2, s->tick > 0 ? s->tick : 1000)
		    == -1)
			continue;
		link = p[0].revents != 0 && events_take(s, p[0].fd);
		while (read(p[1].fd, &info, sizeof(info)) == sizeof(info))
			continue;
		clients_reap(s);
	}
	clients_end(s);
	close(p[0].fd);
	if (p[1].fd != -1)
		close(p[1].fd);
	return rc == -1 ? -1 : 0;
}
