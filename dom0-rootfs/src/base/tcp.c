/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

#define CONNECT_SECONDS 10

/* 0, or why not. */
static int
try_connect(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0), why = 0;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(why);

	if (fd == -1)
		return errno;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == -1)
		why = errno;
	if (why == EINPROGRESS) {
		why = ETIMEDOUT;
		if (poll(&p, 1, CONNECT_SECONDS * 1000) == 1)
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size);
	}
	close(fd);
	return why;
}

int
tcp_find(const char *server, unsigned int port, char address[64],
    struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all, *a;
	char service[12];
	int got, why = 0;

	snprintf(service, sizeof(service), "%u", port);
	got = getaddrinfo(server, service, &hints, &all);
	if (got != 0)
		return err_set(e, "%s: %s", server, gai_strerror(got));
	for (a = all; a != NULL; a = a->ai_next) {
		why = try_connect(a);
		if (why == 0)
			break;
	}
	if (a != NULL)
		getnameinfo(a->ai_addr, a->ai_addrlen, address, 64, NULL, 0,
		    NI_NUMERICHOST);
	freeaddrinfo(all);
	if (a != NULL)
		return 0;
	errno = why;
	return err_sys(e, "%s: port %s", server, service);
}
