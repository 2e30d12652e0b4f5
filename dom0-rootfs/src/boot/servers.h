/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SERVERS_H
#define BOOT_SERVERS_H

#include "buf.h"
#include "conf.h"
#include "err.h"

/* Whom to ask for names and for the time. */

/* Read host.conf; none is no error: the host is then to be found by DHCP. */
void host_conf_load(struct conf *host);

/* Write resolv.conf, and tell ntpd when its servers changed: from host.conf
 * and all leases that are kept now. */
int servers_apply(const struct conf *host, struct err *e);

/* Become ntpd(8) with the servers of host.conf or the leases; wait for ever
 * while there is none. */
int ntp_become(const struct conf *host, struct err *e);

#endif
