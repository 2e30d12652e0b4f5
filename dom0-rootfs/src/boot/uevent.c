/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "uevent.h"

#define FROM_KERNEL 1		/* the multicast group */

int
uevent_open(struct err *e)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK,
	    .nl_groups = FROM_KERNEL };
	int fd, room = 1 << 20;

	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
	    NETLINK_KOBJECT_UEVENT);
	if (fd == -1)
		return err_sys(e, "netlink");
	/* a burst of new devices must not be lost while modprobe runs */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1) {
		err_sys(e, "netlink");
		close(fd);
		return -1;
	}
	return fd;
}

/* "add@/devices/..." NUL "ACTION=add" NUL ... */
bool
uevent_parse(struct uevent *u, size_t len)
{
	const char *at, *end;

	u->action = u->modalias = NULL;
	if (len == 0 || len >= sizeof(u->data))
		return false;
	u->data[len] = '\0';
	end = u->data + len;
	for (at = u->data; at < end; at += strlen(at) + 1)
		if (strncmp(at, "ACTION=", 7) == 0)
			u->action = at + 7;
		else if (strncmp(at, "MODALIAS=", 9) == 0)
			u->modalias = at + 9;
	return u->action != NULL;
}

int
uevent_next(int fd, int ms, struct uevent *u, struct err *e)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct sockaddr_nl from;
	socklen_t size = sizeof(from);
	ssize_t n;

	n = poll(&p, 1, ms);
	if (n == 0 || (n == -1 && errno == EINTR))
		return 0;
	n = recvfrom(fd, u->data, sizeof(u->data) - 1, 0,
	    (struct sockaddr *)&from, &size);
	if (n == -1 && (errno == ENOBUFS || errno == EINTR))
		return 0;	/* some were lost: the caller looks anyway */
	if (n == -1)
		return err_sys(e, "netlink");
	/* any process may send here; only the kernel has port 0 */
	if (from.nl_pid != 0 || !uevent_parse(u, (size_t)n))
		return 0;
	return 1;
}
