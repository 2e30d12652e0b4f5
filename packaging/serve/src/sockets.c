/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve.h"

#define BACKLOG 512

void
peer_text(const struct sockaddr_in *peer, char to[INET_ADDRSTRLEN])
{
	inet_ntop(AF_INET, &peer->sin_addr, to, INET_ADDRSTRLEN);
}

static int
bind_any(int fd, unsigned int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)*port) };
	socklen_t len = sizeof(a);

	if (bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		return -1;
	*port = ntohs(a.sin_port);
	return 0;
}

static int
bind_to(int fd, const char *interface)
{
	return interface == NULL ? 0 : setsockopt(fd, SOL_SOCKET,
	    SO_BINDTODEVICE, interface, (socklen_t)strlen(interface));
}

int
socket_udp(unsigned int *port, const char *interface, bool shared,
    struct err *e)
{
	int fd, on = 1;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == -1 ||
	    (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == -1) ||
	    bind_to(fd, interface) == -1 ||
	    bind_any(fd, port) == -1) {
		err_sys(e, "UDP port %u", *port);
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

int
socket_tcp(unsigned int *port, const char *interface, struct err *e)
{
	int fd, on = 1;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind_to(fd, interface) == -1 ||
	    bind_any(fd, port) == -1 || listen(fd, BACKLOG) == -1) {
		err_sys(e, "TCP port %u", *port);
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

int
socket_address(const char *interface, uint32_t *address_r,
    uint32_t *netmask_r, struct err *e)
{
	struct ifaddrs *list, *i;

	if (getifaddrs(&list) == -1)
		return err_sys(e, "%s", interface);
	for (i = list; i != NULL; i = i->ifa_next)
		if (i->ifa_addr != NULL && i->ifa_netmask != NULL &&
		    i->ifa_addr->sa_family == AF_INET &&
		    strcmp(i->ifa_name, interface) == 0)
			break;
	if (i != NULL) {
		const struct sockaddr_in *a = (void *)i->ifa_addr;
		const struct sockaddr_in *m = (void *)i->ifa_netmask;

		*address_r = a->sin_addr.s_addr;
		*netmask_r = m->sin_addr.s_addr;
	}
	freeifaddrs(list);
	return i != NULL ? 0 : err_set(e, "%s: no IPv4 address: give it one, "
	    "or name another interface", interface);
}
