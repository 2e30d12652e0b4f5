/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_GUARD_H
#define INSTALLER_GUARD_H

/*
 * Xen's watchdog over dom0: when nobody feeds it, Xen reboots the machine,
 * whatever dom0 is doing.  Over an image on trial Xen itself sets one before
 * dom0's first instruction (hypervisor/patches/xen).
 */
struct guard {
	int fd;			/* of privcmd, or -1: no Xen here */
	unsigned int id;
};

/* Take over the one that Xen has set, or set one; root is before /dev. */
void guard_take(struct guard *g, const char *root, unsigned int seconds);

/* So many seconds from now; 0 ends it. */
void guard_feed(struct guard *g, unsigned int seconds);

#endif
