/* SPDX-License-Identifier: ISC */
#ifndef BOOT_DEVICES_H
#define BOOT_DEVICES_H

#include <stdbool.h>

#include "err.h"

/*
 * Load a kernel module for each device below sysfs ("/sys") that has no
 * driver yet, by its modalias.  No module for a device is no error.
 */
int devices_coldplug(const char *sysfs, struct err *e);

/*
 * Load modules for devices as they appear on `fd' (uevent_open()), until
 * done(arg) is true or so many seconds have passed.  done NULL: until nothing
 * has appeared for a while and no USB disk is still being looked at.
 * Returns 1 when done, 0 when the time was up.
 */
int devices_wait(int fd, double seconds, bool (*done)(void *), void *arg,
    struct err *e);

/* The same for ever, and a look at RAIDs now and then: a service of a running
 * host. */
int devices_serve(struct err *e);

/* A USB storage interface without a SCSI host that has found its disks. */
bool devices_usb_pending(const char *sysfs);

#endif
