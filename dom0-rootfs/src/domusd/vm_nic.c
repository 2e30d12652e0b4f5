/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

/*
 * A guest's network interfaces: the kernel's backend makes vifDOMID.DEVID,
 * which is put into a bridge here instead of by a script of libxl's.
 */
#define NO_SCRIPT "/bin/true"
#define INTERVAL 50000		/* microseconds, of a rate's budget */

void
vm_nic_config(const struct vif_config *c, libxl_device_nic *n)
{
	libxl_device_nic_init(n);
	n->devid = c->devid;
	memcpy(n->mac, c->mac, sizeof(n->mac));
	n->mtu = (int)c->mtu;
	n->bridge = strdup(c->bridge);
	n->script = strdup(NO_SCRIPT);
	if (n->bridge == NULL || n->script == NULL)
		abort();
	n->nictype = LIBXL_NIC_TYPE_VIF;
	if (c->rate_kbps > 0) {
		n->rate_bytes_per_interval = (uint64_t)c->rate_kbps * 1024 *
		    INTERVAL / 1000000;
		n->rate_interval_usecs = INTERVAL;
	}
}

struct link {
	int fd;
	char name[IFNAMSIZ];
};

static int
set(const struct link *l, unsigned long what, struct ifreq *f,
    const char *name, struct err *e)
{
	snprintf(f->ifr_name, sizeof(f->ifr_name), "%s", l->name);
	return ioctl(l->fd, what, f) == -1 ?
	    err_sys(e, "%s: %s", l->name, name) : 0;
}

static int
set_up(const struct link *l, bool up, struct err *e)
{
	struct ifreq f = { 0 };

	if (set(l, SIOCGIFFLAGS, &f, "flags", e) == -1)
		return -1;
	f.ifr_flags = (short)(up ? f.ifr_flags | IFF_UP :
	    f.ifr_flags & ~IFF_UP);
	return set(l, SIOCSIFFLAGS, &f, up ? "up" : "down", e);
}

/* A bridge takes the lowest address of its ports': never this one. */
static int
set_link(const struct link *l, unsigned int mtu, struct err *e)
{
	static const unsigned char high[6] = { 0xfe, 255, 255, 255, 255, 255 };
	struct ifreq f = { 0 };

	f.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(f.ifr_hwaddr.sa_data, high, sizeof(high));
	if (set(l, SIOCSIFHWADDR, &f, "address", e) == -1)
		return -1;
	f = (struct ifreq){ .ifr_mtu = (int)mtu };
	return set(l, SIOCSIFMTU, &f, "mtu", e);
}

static void
no_addresses(const struct link *l)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path),
	    "/proc/sys/net/ipv6/conf/%s/disable_ipv6", l->name);
	f = fopen(path, "we");
	if (f == NULL)
		return;		/* a kernel without IPv6 */
	fputs("1\n", f);
	fclose(f);
}

static bool
is_in_bridge(const struct link *l)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/class/net/%s/brport", l->name);
	return access(path, F_OK) == 0;
}

static void
leave_bridge(const struct link *l)
{
	char path[64], target[256];
	struct ifreq f = { .ifr_ifindex = (int)if_nametoindex(l->name) };
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/class/net/%s/brport/bridge",
	    l->name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	snprintf(f.ifr_name, sizeof(f.ifr_name), "%.15s",
	    strrchr(target, '/') != NULL ? strrchr(target, '/') + 1 : target);
	ioctl(l->fd, SIOCBRDELIF, &f);
}

static int
join_bridge(const struct link *l, const char *bridge, struct err *e)
{
	struct ifreq f = { .ifr_ifindex = (int)if_nametoindex(l->name) };

	if (is_in_bridge(l))
		leave_bridge(l);
	snprintf(f.ifr_name, sizeof(f.ifr_name), "%s", bridge);
	return ioctl(l->fd, SIOCBRADDIF, &f) == -1 ?
	    err_sys(e, "%s: %s", bridge, l->name) : 0;
}

/* One that is disabled stays down and outside: nothing passes. */
static int
connect_link(const struct link *l, const struct vif_config *c, struct err *e)
{
	if (c->lock == VIF_DISABLED) {
		leave_bridge(l);
		return set_up(l, false, e);
	}
	no_addresses(l);
	if (set_link(l, c->mtu, e) == -1 ||
	    join_bridge(l, c->bridge, e) == -1)
		return -1;
	return set_up(l, true, e);
}

static int
connect_by_name(int domid, const struct vif_config *c, struct reply *r)
{
	struct link l = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	struct err e;
	int rc = -1;

	snprintf(l.name, sizeof(l.name), "vif%d.%d", domid, c->devid);
	if (l.fd == -1)
		err_sys(&e, "socket");
	else
		rc = connect_link(&l, c, &e);
	if (l.fd != -1)
		close(l.fd);
	if (rc == -1)
		reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	return rc;
}

int
vm_nic_connect(struct vm_host *h, int domid, const struct vif_config *c,
    struct reply *r)
{
	if (connect_by_name(domid, c, r) == -1)
		return -1;
	return vm_write(h, vm_path(0, "backend/vif/%d/%d/hotplug-status",
	    domid, c->devid).s, "connected", r);
}

static bool
attached(struct vm_host *h, int domid, int devid, libxl_device_nic *n)
{
	return libxl_devid_to_device_nic(h->ctx, (uint32_t)domid, devid,
	    n) == 0;
}

int
vm_nic_plug(struct vm_host *h, int domid, const struct vif_config *c,
    struct reply *r)
{
	struct reply ignored = { 0 };
	libxl_device_nic n;
	char device[8];
	int rc = -1;

	libxl_device_nic_init(&n);
	snprintf(device, sizeof(device), "%d", c->devid);
	if (attached(h, domid, c->devid, &n)) {
		reply_fail(r, "DEVICE_ALREADY_ATTACHED", device, NULL);
		goto out;
	}
	libxl_device_nic_dispose(&n);
	vm_nic_config(c, &n);
	if (libxl_device_nic_add(h->ctx, (uint32_t)domid, &n, NULL) != 0) {
		vm_host_failed(h, "vif", r);
		goto out;
	}
	rc = vm_nic_connect(h, domid, c, r);
	if (rc == -1) {
		vm_nic_unplug(h, domid, c->devid, true, &ignored);
		reply_free(&ignored);
	}
out:
	libxl_device_nic_dispose(&n);
	return rc;
}

int
vm_nic_unplug(struct vm_host *h, int domid, int devid, bool force,
    struct reply *r)
{
	libxl_device_nic n;
	char device[12];
	int rc = -1, got;

	libxl_device_nic_init(&n);
	snprintf(device, sizeof(device), "%d", devid);
	if (!attached(h, domid, devid, &n)) {
		reply_fail(r, "DEVICE_ALREADY_DETACHED", device, NULL);
		goto out;
	}
	got = force ? libxl_device_nic_destroy(h->ctx, (uint32_t)domid, &n,
	    NULL) : libxl_device_nic_remove(h->ctx, (uint32_t)domid, &n, NULL);
	if (got == 0)
		rc = 0;
	else if (got == ERROR_TIMEDOUT)
		reply_fail(r, "DEVICE_DETACH_TIMEOUT", "VIF", device, NULL);
	else
		vm_host_failed(h, "vif", r);
out:
	libxl_device_nic_dispose(&n);
	return rc;
}

/* The backend reads its rate again when xenstore has another. */
int
vm_nic_set(struct vm_host *h, int domid, const struct vif_config *c,
    struct reply *r)
{
	libxl_device_nic n;
	char rate[48];
	int rc = -1;

	libxl_device_nic_init(&n);
	if (!attached(h, domid, c->devid, &n)) {
		snprintf(rate, sizeof(rate), "%d", c->devid);
		reply_fail(r, "DEVICE_ALREADY_DETACHED", rate, NULL);
		goto out;
	}
	libxl_device_nic_dispose(&n);
	vm_nic_config(c, &n);
	snprintf(rate, sizeof(rate), "%llu,%u",
	    (unsigned long long)(c->rate_kbps > 0 ?
	    n.rate_bytes_per_interval : UINT32_MAX),
	    c->rate_kbps > 0 ? (unsigned int)INTERVAL : 0);
	if (connect_by_name(domid, c, r) == 0)
		rc = vm_write(h, vm_path(0, "backend/vif/%d/%d/rate", domid,
		    c->devid).s, rate, r);
out:
	libxl_device_nic_dispose(&n);
	return rc;
}
