/* SPDX-License-Identifier: ISC */
#ifndef RPC_MSG_FD_H
#define RPC_MSG_FD_H

#include "msg.h"

/*
 * msg.c's own, but for fd_*: bytes with descriptors among them (SCM_RIGHTS).
 * A descriptor travels with its message's first byte, so that it is there when
 * the whole message is.
 */

/* As recv(2) and send(2), with what belongs to these bytes. */
ssize_t msg_recv(struct msg_port *p, char *data, size_t len);
ssize_t msg_send(struct msg_port *p, const char *data, size_t len);

void msg_fds_close(struct msg_fds *f);

/*
 * Bytes and one descriptor through a local socket (unix(7), SCM_RIGHTS).
 * fd_send() leaves fd the caller's; fd_recv() gives the caller *fd_r, -1 when
 * none came.  Returns as sendmsg(2) and recvmsg(2).
 */
ssize_t fd_send(int to, const void *data, size_t len, int fd);
ssize_t fd_recv(int from, void *data, size_t len, int flags, int *fd_r);

#endif
