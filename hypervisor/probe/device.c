/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "device.h"

#define PATIENCE 10000000000	/* ns */
#define MOMENT 100000000

static const char *
below(struct text *t, const char *dir, const char *name)
{
	return text_add(text_add(text_start(t, dir), "/"), name)->s;
}

bool
device_find(struct device *d, struct store *s, const char *class,
    unsigned int id)
{
	struct text t;

	memset(d, 0, sizeof(*d));
	d->store = s;
	d->id = id;
	text_num(text_add(text_add(text_start(&t, "device/"), class), "/"), id);
	memcpy(d->path, t.s, t.len + 1);
	if (store_read(s, below(&t, d->path, "backend"), d->backend,
	    sizeof(d->backend)) <= 0)
		return false;
	d->backend_id = (domid_t)store_read_num(s, below(&t, d->path,
	    "backend-id"), 0);
	return store_watch(s, below(&t, d->backend, "state"));
}

uint64_t
device_told(struct device *d, const char *name)
{
	struct text t;

	return store_read_num(d->store, below(&t, d->backend, name), 0);
}

bool
device_set(struct device *d, const char *name, uint64_t n)
{
	return store_set(d->store, d->path, name, n);
}

void
device_state(struct device *d, enum xenbus_state state)
{
	device_set(d, "state", state);
}

enum xenbus_state
device_backend(struct device *d)
{
	return (enum xenbus_state)device_told(d, "state");
}

bool
device_wait(struct device *d, enum xenbus_state state)
{
	struct machine *m = d->store->m;
	uint64_t until = machine_time(m) + PATIENCE;
	enum xenbus_state is = device_backend(d);
	bool others = false;

	while (is != state && is < XenbusStateClosing &&
	    machine_time(m) < until) {
		if (store_changed(d->store))
			others = true;
		else
			machine_wait(m, machine_time(m) + MOMENT);
		is = device_backend(d);
	}
	/* what has been heard here may have been said to others */
	d->store->changed |= others;
	return is == state;
}

void
device_leave(struct device *d)
{
	struct text t;

	device_state(d, XenbusStateClosed);
	store_unwatch(d->store, below(&t, d->backend, "state"));
	if (d->port != 0)
		machine_forget(d->store->m, d->port);
	d->port = 0;
}
