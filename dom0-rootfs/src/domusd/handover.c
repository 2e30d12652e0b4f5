/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "handover.h"

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

int
handover_give(int to, unsigned char round, int fd, struct err *e)
{
	struct iovec byte = { &round, 1 };
	union control control = { .room = { 0 } };
	struct msghdr m = { .msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(to, &m, MSG_NOSIGNAL) == 1 ? 0 : err_sys(e, "handover");
}

int
handover_take(int from, unsigned char *round_r)
{
	struct iovec byte = { round_r, 1 };
	union control control;
	struct msghdr m = { .msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control) };
	const struct cmsghdr *c;
	ssize_t n;
	int fd;

	n = recvmsg(from, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		return -2;
	c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c == NULL || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

void
handover_lost(int to, unsigned char round)
{
	send(to, &round, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int
handover_heard(int from)
{
	unsigned char round;

	return recv(from, &round, 1, MSG_DONTWAIT) == 1 ? round : -1;
}
