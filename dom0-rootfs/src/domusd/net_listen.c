/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "net_listen.h"

#define BACKLOG 512
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* The numeric address as a socket's; its length, or 0. */
static socklen_t
parse(const char *text, unsigned int port, union address *a)
{
	memset(a, 0, sizeof(*a));
	if (text == NULL || inet_pton(AF_INET6, text, &a->in6.sin6_addr) == 1) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons((uint16_t)port);
		return sizeof(a->in6);
	}
	if (inet_pton(AF_INET, text, &a->in.sin_addr) == 1) {
		a->in.sin_family = AF_INET;
		a->in.sin_port = htons((uint16_t)port);
		return sizeof(a->in);
	}
	return 0;
}

static int
bound(const union address *a, socklen_t len)
{
	int fd, on = 1, off = 0;

	fd = socket(a->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    (a->sa.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off,
	    sizeof(off)) == -1) ||
	    bind(fd, &a->sa, len) == -1 || listen(fd, BACKLOG) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

int
net_listen(const char *address, unsigned int *port, struct err *e)
{
	const char *name = address != NULL ? address : "*";
	union address a;
	socklen_t len = parse(address, *port, &a);
	int fd;

	if (len == 0)
		return err_set(e, "%s: not a numeric address", name);
	fd = bound(&a, len);
	if (fd == -1 && address == NULL && errno == EAFNOSUPPORT) {
		/* A kernel without IPv6. */
		len = parse("0.0.0.0", *port, &a);
		fd = bound(&a, len);
	}
	if (fd == -1)
		return err_sys(e, "%s port %u", name, *port);
	len = sizeof(a);
	if (getsockname(fd, &a.sa, &len) == 0)
		*port = ntohs(a.sa.sa_family == AF_INET6 ?
		    a.in6.sin6_port : a.in.sin_port);
	return fd;
}

static void
name_peer(const union address *a, char *peer, size_t size)
{
	const struct in6_addr *six = &a->in6.sin6_addr;

	*peer = '\0';
	if (a->sa.sa_family == AF_INET)
		inet_ntop(AF_INET, &a->in.sin_addr, peer, (socklen_t)size);
	else if (IN6_IS_ADDR_V4MAPPED(six))
		inet_ntop(AF_INET, six->s6_addr + 12, peer, (socklen_t)size);
	else
		inet_ntop(AF_INET6, six, peer, (socklen_t)size);
}

int
net_accept(int fd, char *peer, size_t size)
{
	/* A peer that has lost power is noticed in two minutes. */
	static const struct {
		int level, name, value;
	} options[] = {
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 60 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 20 },
		{ IPPROTO_TCP, TCP_KEEPCNT, 3 },
	};
	union address a = { 0 };
	socklen_t len = sizeof(a);
	int client;

	do
		client = accept4(fd, &a.sa, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
	while (client == -1 && (errno == EINTR || errno == ECONNABORTED));
	if (client == -1)
		return -1;
	/* What fails here costs comfort, not correctness. */
	for (size_t i = 0; i < COUNT(options); i++)
		setsockopt(client, options[i].level, options[i].name,
		    &options[i].value, sizeof(options[i].value));
	name_peer(&a, peer, size);
	return client;
}
