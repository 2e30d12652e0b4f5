/* SPDX-License-Identifier: ISC */
#ifndef RPC_LOCAL_H
#define RPC_LOCAL_H

#include "err.h"

/*
 * The way in for root on the host itself: a Unix socket of [core], spoken to
 * with the messages of msg.h (MSG_CALL, MSG_REPLY, MSG_CANCEL), not with HTTP.
 * It does not pass through [net]: the process that reads the network must not
 * be able to say "this is root".
 *
 * [core] treats every accepted descriptor as one more msg_port that accepts
 * MSG_FROM_LOCAL, sets local_root in its calls, and answers with the id of the
 * call; ids are unique only within one port.  End of file cancels its calls.
 */
#define LOCAL_SOCKET "/run/domusd/socket"

/*
 * A listening, non-blocking socket at path (mode 0600, an old one is
 * replaced); its directory is made when missing.  -1 and e.
 */
int local_listen(const char *path, struct err *e);

/*
 * The next client that the kernel says is uid 0 (or our own uid, for tests and
 * agents run by hand), non-blocking.  -1 when there is none; others are shut
 * out at once.
 */
int local_accept(int fd);

/* A blocking connection to it.  -1 and e. */
int local_connect(const char *path, struct err *e);

#endif
