/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PROC_H
#define DOMUSD_PROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "cert.h"
#include "conf.h"
#include "core.h"
#include "log.h"

#define NET_ROOT "/run/domusd/empty"

/* In the order they are started; [core] has a conversation with each other. */
enum { NET, XEN, DISK, LINK, ASK, CONSOLE, CORE, PROCESSES };

/* What main() prepares for the processes. */
struct daemon {
	struct options o;
	struct log log;
	struct conf conf;
	struct cert cert;
	unsigned int tls_port, http_port;
	int tls_fd, http_fd, local_fd;
	int pairs[CORE][2];	/* [core]'s end, the other's end */
	int handover[2];	/* [core]'s end, main's */
	pid_t pids[PROCESSES];
	unsigned char net_round;	/* which [net] this is */
	int quick_ends;		/* of [net], one after the other */
	int64_t net_started, net_ended;	/* milliseconds */
	bool drop;		/* privileges, where a process needs none */
};

/* Whose the database is. */
uid_t proc_core_uid(void);

/*
 * Start the processes, and end them all when one of them has ended or SIGTERM
 * has come.  [net], which strangers talk to, is started again with the same
 * listening sockets, unless it ends again and again.  Returns 0 after a wanted
 * end, else -1, with e set unless the processes have said why.
 */
int proc_run(struct daemon *d, struct err *e);

#endif
