/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "disk_nfs.h"

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
disk_nfs_find(const struct nfs_export *x, char address[64], struct reply *r)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all, *a;
	char port[12];
	int got, why = 0;

	snprintf(port, sizeof(port), "%u", x->port);
	got = getaddrinfo(x->server, port, &hints, &all);
	if (got != 0)
		return disk_nfs_failed(r, NFS_NO_NAME, x->server,
		    gai_strerror(got));
	for (a = all; a != NULL; a = a->ai_next) {
		why = try_connect(a);
		if (why == 0)
			break;
	}
	if (a != NULL)
		getnameinfo(a->ai_addr, a->ai_addrlen, address, 64, NULL, 0,
		    NI_NUMERICHOST);
	freeaddrinfo(all);
	return a != NULL ? 0 : disk_nfs_failed(r, NFS_NO_SERVICE, x->server,
	    strerror(why));
}
