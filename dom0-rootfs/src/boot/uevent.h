/* SPDX-License-Identifier: ISC */
#ifndef BOOT_UEVENT_H
#define BOOT_UEVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* What the kernel says of a device, over netlink(7) NETLINK_KOBJECT_UEVENT. */
struct uevent {
	char data[4096];
	const char *action;	/* "add", "remove", ...; never NULL */
	const char *modalias;	/* NULL: none */
};

/* A socket that hears them, or -1. */
int uevent_open(struct err *e);

/* The next one within ms (-1: for ever): 1 got, 0 nothing, -1 error. */
int uevent_next(int fd, int ms, struct uevent *u, struct err *e);

/* Point into u->data, which holds len bytes; false: not an event. */
bool uevent_parse(struct uevent *u, size_t len);

#endif
