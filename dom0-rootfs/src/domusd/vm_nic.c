/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "vif_link.h"

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

static int
connect_by_name(int domid, const struct vif_config *c, struct reply *r)
{
	char name[IFNAMSIZ];
	struct err e;

	snprintf(name, sizeof(name), "vif%d.%d", domid, c->devid);
	if (vif_link_connect(name, c, &e) == 0)
		return 0;
	reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	return -1;
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

void
vm_nic_sweep(struct vm_host *h, int domid)
{
	struct err e;

	if (vif_link_sweep(domid, &e) == -1)
		log_warn(h->log, "%s", e.text);
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
	if (got == 0) {
		rc = 0;
		vm_nic_sweep(h, 0);
	} else if (got == ERROR_TIMEDOUT)
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
