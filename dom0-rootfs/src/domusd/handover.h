/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_HANDOVER_H
#define DOMUSD_HANDOVER_H

#include "err.h"

/*
 * Between main and [core], over a SOCK_SEQPACKET pair: when [net] has died,
 * main starts another, of the next round, and hands [core] its end of the
 * conversation.  [core] tells main the round of a [net] it has given up.
 */

/* fd stays the caller's.  -1 and e. */
int handover_give(int to, unsigned char round, int fd, struct err *e);

/* The descriptor and its round; -1: none now; -2: main has ended. */
int handover_take(int from, unsigned char *round_r);

/* What can be said without a descriptor. */
void handover_lost(int to, unsigned char round);

/* The round that [core] has lost, or -1. */
int handover_heard(int from);

#endif
