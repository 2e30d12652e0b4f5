/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "msg_fd.h"

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

void
msg_fds_close(struct msg_fds *f)
{
	while (f->n > 0)
		close(f->list[--f->n].fd);
}

static int
first(struct msg_fds *f)
{
	int fd;

	if (f->n == 0)
		return -1;
	fd = f->list[0].fd;
	f->n--;
	memmove(f->list, f->list + 1, f->n * sizeof(f->list[0]));
	return fd;
}

int
msg_fd_take(struct msg_port *p)
{
	return first(&p->fds_in);
}

bool
msg_fd_room(const struct msg_port *p)
{
	return p->fds_out.n < MSG_FDS;
}

int
msg_attach(struct msg_port *p, int fd, struct err *e)
{
	if (fd == -1 || !msg_fd_room(p)) {
		if (fd != -1)
			close(fd);
		p->out.len = p->begun;
		return err_set(e, "message: no descriptor, or too many");
	}
	p->fds_out.list[p->fds_out.n].fd = fd;
	p->fds_out.list[p->fds_out.n++].at = p->begun;
	return 0;
}

ssize_t
fd_recv(int from, void *data, size_t len, int flags, int *fd_r)
{
	struct iovec bytes = { data, len };
	union control control;
	struct msghdr m = { .msg_iov = &bytes, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control) };
	const struct cmsghdr *c;
	ssize_t n;

	*fd_r = -1;
	n = recvmsg(from, &m, flags | MSG_CMSG_CLOEXEC);
	c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd_r, CMSG_DATA(c), sizeof(*fd_r));
	return n;
}

ssize_t
fd_send(int to, const void *data, size_t len, int fd)
{
	/* sendmsg(2) writes nothing there */
	struct iovec bytes = { (void *)(uintptr_t)data, len };
	union control control = { .room = { 0 } };
	struct msghdr m = { .msg_iov = &bytes, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(to, &m, MSG_NOSIGNAL);
}

/* One a call: the kernel ends a read before the next one's bytes. */
ssize_t
msg_recv(struct msg_port *p, char *data, size_t len)
{
	int fd;
	ssize_t n = fd_recv(p->fd, data, len, 0, &fd);

	if (fd == -1)
		return n;
	if (p->fds_in.n == MSG_FDS) {
		close(fd);
		errno = EMFILE;
		return -1;
	}
	p->fds_in.list[p->fds_in.n++].fd = fd;
	return n;
}

ssize_t
msg_send(struct msg_port *p, const char *data, size_t len)
{
	struct msg_fds *f = &p->fds_out;
	ssize_t n;

	if (f->n == 0)
		return send(p->fd, data, len, MSG_NOSIGNAL);
	if (f->list[0].at > p->out_at) {
		len = f->list[0].at - p->out_at;
		return send(p->fd, data, len, MSG_NOSIGNAL);
	}
	if (f->n > 1)
		len = f->list[1].at - p->out_at;
	n = fd_send(p->fd, data, len, f->list[0].fd);
	if (n > 0)
		close(first(f));
	return n;
}
