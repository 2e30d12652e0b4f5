/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <sys/socket.h>

#include "handover.h"
#include "msg_fd.h"

int
handover_give(int to, unsigned char round, int fd, struct err *e)
{
	return fd_send(to, &round, 1, fd) == 1 ? 0 : err_sys(e, "handover");
}

int
handover_take(int from, unsigned char *round_r)
{
	int fd;
	ssize_t n = fd_recv(from, round_r, 1, MSG_DONTWAIT, &fd);

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		return -2;
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
