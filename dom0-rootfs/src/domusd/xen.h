/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_XEN_H
#define DOMUSD_XEN_H

#include "err.h"
#include "value.h"

struct log;
struct options;

/*
 * The machine below dom0, for [xen].  Two implementations, chosen when the
 * program is linked: xen_libxl.c in the image, xen_fake.c, which answers from
 * a file, in programs that only run in tests.
 */
struct xen;

int xen_open(const struct options *o, const struct log *log,
    struct xen **x_r, struct err *e);
void xen_close(struct xen *x);

/*
 * What is known of this host, for facts.c: a struct with
 *
 *	hostname kernel memory_total memory_free boot_time
 *	cpus		[{number vendor modelname speed family model stepping
 *			flags utilisation}]
 *	cpu_info	{cpu_count socket_count ...}
 *	bios xen	text to text
 *	capabilities	[text]
 *	dom0		{memory vcpus}
 *	nics		[{device mac mtu carrier speed duplex bridge vendor_id
 *			device_id vendor_name device_name pci vlan physical
			bond bond_mode network ip}]; network: the bridge
			that it would be in, were it plugged
 *	management	{device bridge mode address netmask gateway dns}
 *	net_trial	whether a change of it is open (by xen.c)
 *	sr		{uuid type partuuid attached size used}
 */
struct value *xen_facts(struct xen *x, struct err *e);

/*
 * Make that file host.conf and its networks, by domus-net(8) --try: a change
 * of the management network is open then, until xen_net_confirm() says that
 * somebody at that address speaks with this host.  -1 and e: nothing changed;
 * it stays open.
 */
int xen_net_try(struct xen *x, const char *path, struct err *e);
int xen_net_confirm(struct xen *x, const char *peer, struct err *e);

/* Restart (or power off) the machine, by way of its init. */
int xen_power(struct xen *x, bool reboot, struct err *e);

/* The hypervisor's and the kernel's messages. */
struct value *xen_dmesg(struct xen *x, struct err *e);

/* dom0's login on a terminal: what runs there. */
extern const char *const xen_login[];

/* Mount or unmount the local SR. */
int xen_sr(struct xen *x, const char *uuid, bool attach, struct err *e);

#endif
