/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VIF_LINK_H
#define DOMUSD_VIF_LINK_H

#include "err.h"
#include "vm_config.h"

/*
 * dom0's end of a guest's network interface, vifDOMID.DEVID: into its bridge,
 * behind its filter (vif_lock.h).  It carries nothing before the filter is
 * there.  A disabled one stays down and outside.  The bridge of an internal
 * network is made with its first interface.
 */
int vif_link_connect(const char *name, const struct vif_config *c,
    struct err *e);

/* Internal networks' bridges that no interface is in any more go, and filters
 * of interfaces that are no more.  With a
 * domid: first wait, a second at most, until that domain's have gone. */
int vif_link_sweep(int domid, struct err *e);

#endif
