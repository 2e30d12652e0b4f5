/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "loop.h"

/*
 * A guest's disks: the kernel's backend on a loop device or a block device.
 * libxl makes the nodes in xenstore; what its scripts would do is done here.
 * It insists on a script, and gets one that does nothing.
 */
#define NO_SCRIPT "/bin/true"
#define MOMENT 2		/* milliseconds */
#define PATIENCE 10000
#define IN_USE_PATIENCE 3000	/* for one that a guest has just left */

static char *
copy(const char *s)
{
	char *new = strdup(s);

	if (new == NULL)
		abort();
	return new;
}

void
vm_disk_config(const struct vbd_config *c, libxl_device_disk *d)
{
	libxl_device_disk_init(d);
	d->pdev_path = copy(c->path);
	d->vdev = copy(c->device);
	d->backend = LIBXL_DISK_BACKEND_PHY;
	d->format = LIBXL_DISK_FORMAT_RAW;
	d->script = copy(NO_SCRIPT);
	d->removable = 1;
	d->readwrite = !c->readonly;
	d->is_cdrom = c->cd;
}

/* A guest that has just gone may not have let go of its disk yet. */
static int
open_disk(const struct vbd_config *c, struct loop *l, struct reply *r)
{
	struct err e = { .code = 0 };
	int left = IN_USE_PATIENCE;

	while (loop_open(c->path, c->readonly, l, &e) == -1) {
		if (e.code == EBUSY && left > 0) {
			vm_sleep(20);
			left -= 20;
			e.code = 0;
			continue;
		}
		if (e.code == EBUSY)
			reply_fail(r, "VDI_IN_USE", c->location, "attach",
			    NULL);
		else if (e.code == ENOENT)
			reply_fail(r, "VDI_NOT_AVAILABLE", c->location, NULL);
		else
			reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
		return -1;
	}
	return 0;
}

/* The backend has the device open when it shows it in sysfs. */
static int
wait_backend(struct vm_host *h, int domid, int devid, const char *device,
    struct reply *r)
{
	char path[96], *why;

	snprintf(path, sizeof(path), "/sys/bus/xen-backend/devices/vbd-%d-%d/"
	    "physical_device", domid, devid);
	for (int ms = 0; ms < PATIENCE; ms += MOMENT) {
		if (access(path, F_OK) == 0)
			return 0;
		vm_sleep(MOMENT);
	}
	snprintf(path, sizeof(path), "error/backend/vbd/%d/%d/error", domid,
	    devid);
	why = vm_read(h, vm_path(0, "%s", path).s);
	snprintf(h->said, sizeof(h->said), "%s", why != NULL ? why :
	    "the kernel does not open it");
	free(why);
	return vm_host_failed(h, device, r);
}

static int
tell_backend(struct vm_host *h, const char *backend, const struct loop *l,
    struct reply *r)
{
	char dev[24], path[256];
	const char *const pairs[][2] = { { "physical-device-path", l->name },
		{ "physical-device", dev }, { "hotplug-status", "connected" } };

	snprintf(dev, sizeof(dev), "%x:%x", major(l->dev), minor(l->dev));
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%.220s/%s", backend, pairs[i][0]);
		if (vm_write(h, path, pairs[i][1], r) == -1)
			return -1;
	}
	return 0;
}

int
vm_disk_connect(struct vm_host *h, int domid, const struct vbd_config *c,
    struct reply *r)
{
	libxl_device_disk d;
	libxl_diskinfo info;
	struct loop l = { .fd = -1 };
	int rc = -1;

	libxl_device_disk_init(&d);
	libxl_diskinfo_init(&info);
	d.vdev = copy(c->device);
	if (libxl_device_disk_getinfo(h->ctx, (uint32_t)domid, &d, &info) != 0)
		vm_host_failed(h, c->device, r);
	else if (open_disk(c, &l, r) == 0 &&
	    tell_backend(h, info.backend, &l, r) == 0)
		rc = wait_backend(h, domid, info.devid, c->device, r);
	loop_close(&l);
	libxl_diskinfo_dispose(&info);
	libxl_device_disk_dispose(&d);
	return rc;
}

static bool
attached(struct vm_host *h, int domid, const char *device,
    libxl_device_disk *d)
{
	return libxl_vdev_to_device_disk(h->ctx, (uint32_t)domid, device,
	    d) == 0;
}

int
vm_disk_plug(struct vm_host *h, int domid, const struct vbd_config *c,
    struct reply *r)
{
	struct reply ignored = { 0 };
	libxl_device_disk d;
	int rc = -1;

	libxl_device_disk_init(&d);
	if (attached(h, domid, c->device, &d)) {
		reply_fail(r, "DEVICE_ALREADY_ATTACHED", c->device, NULL);
		goto out;
	}
	libxl_device_disk_dispose(&d);
	vm_disk_config(c, &d);
	if (libxl_device_disk_add(h->ctx, (uint32_t)domid, &d, NULL) != 0) {
		vm_host_failed(h, c->device, r);
		goto out;
	}
	rc = vm_disk_connect(h, domid, c, r);
	if (rc == -1) {
		vm_disk_unplug(h, domid, c->device, true, &ignored);
		reply_free(&ignored);
	}
out:
	libxl_device_disk_dispose(&d);
	return rc;
}

int
vm_disk_unplug(struct vm_host *h, int domid, const char *device, bool force,
    struct reply *r)
{
	libxl_device_disk d;
	int rc = -1, got;

	libxl_device_disk_init(&d);
	if (!attached(h, domid, device, &d)) {
		reply_fail(r, "DEVICE_ALREADY_DETACHED", device, NULL);
		goto out;
	}
	got = force ? libxl_device_disk_destroy(h->ctx, (uint32_t)domid, &d,
	    NULL) : libxl_device_disk_safe_remove(h->ctx, (uint32_t)domid, &d,
	    NULL);
	if (got == 0)
		rc = 0;
	else if (got == ERROR_TIMEDOUT)
		reply_fail(r, "DEVICE_DETACH_TIMEOUT", "VBD", device, NULL);
	else
		vm_host_failed(h, device, r);
out:
	libxl_device_disk_dispose(&d);
	return rc;
}

int
vm_disk_resize(struct vm_host *h, int domid, const char *device,
    struct reply *r)
{
	libxl_device_disk d;
	libxl_diskinfo info;
	char path[256], *name = NULL;
	struct err e;
	int rc = -1;

	libxl_device_disk_init(&d);
	libxl_diskinfo_init(&info);
	d.vdev = copy(device);
	if (libxl_device_disk_getinfo(h->ctx, (uint32_t)domid, &d,
	    &info) == 0) {
		snprintf(path, sizeof(path), "%.220s/physical-device-path",
		    info.backend);
		name = vm_read(h, path);
	}
	if (name == NULL)
		reply_fail(r, "DEVICE_ALREADY_DETACHED", device, NULL);
	else if (strncmp(name, "/dev/loop", 9) == 0 &&
	    loop_resized(name, &e) == -1)
		reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	else
		rc = 0;
	free(name);
	libxl_diskinfo_dispose(&info);
	libxl_device_disk_dispose(&d);
	return rc;
}
