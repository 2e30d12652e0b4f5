/* SPDX-License-Identifier: ISC */
#ifndef PROBE_DEVICE_H
#define PROBE_DEVICE_H

#include "store.h"
#include "text.h"

#include <xen/io/xenbus.h>

/* What a frontend has in xenstore, and how it and its backend meet. */
struct device {
	struct store *store;
	unsigned int id;
	char path[40];		/* "device/vif/0" */
	char backend[96];
	domid_t backend_id;
	evtchn_port_t port;
};

/* Read where the backend is.  false: there is none. */
bool device_find(struct device *d, struct store *s, const char *class,
    unsigned int id);

/* A number that the backend has written; otherwise 0. */
uint64_t device_told(struct device *d, const char *name);

bool device_set(struct device *d, const char *name, uint64_t n);

/* Ours, and the backend's; the second is watched until device_leave(). */
void device_state(struct device *d, enum xenbus_state state);
enum xenbus_state device_backend(struct device *d);

/* Wait until the backend is there, or for ten seconds. */
bool device_wait(struct device *d, enum xenbus_state state);

void device_leave(struct device *d);

#endif
