/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETTRIAL_H
#define BOOT_NETTRIAL_H

#include <stdbool.h>

#include "conf.h"
#include "err.h"

/*
 * A change of host.conf that is taken back unless it is confirmed.
 *
 *	host.conf.before	the old one, there until the confirmation
 *	/run/net/trial		when it is taken back, in seconds since boot
 *
 * Each step is a rename that is on the disk before the next, so that a power
 * cut leaves one or the other; and as /run does not outlive it, the next boot
 * finds a host.conf.before without a trial, and takes that.  The time is kept
 * by domus-net --serve, whatever becomes of who asked.
 *
 * All but trial_open() and trial_due() want domus-net's lock.
 */
bool trial_open(void);

/* Seconds since boot; 0: there is no trial. */
double trial_due(void);

/* Put text into host.conf's place, for so many seconds.  -1: nothing has
 * changed; also when another change is open. */
int trial_begin(const char *text, double seconds, struct err *e);

/* It stays. */
int trial_keep(struct err *e);

/* The old one comes back, of this boot's trial or of an earlier one. */
int trial_back(struct err *e);

/* At boot: true when a change of before was open. */
bool trial_left(void);

/*
 * Whether somebody at that address speaks with this host by one of the
 * management network's own: the kernel's list of TCP's connections.
 */
bool trial_heard(const struct conf *host, const char *peer);

#endif
