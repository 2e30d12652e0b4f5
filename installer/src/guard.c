/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guard.h"

/* Linux's uapi/xen/privcmd.h, which names headers that it does not bring */
struct hypercall {
	uint64_t op, arg[5];
};
#define IOCTL_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct hypercall))

/* Xen's public/xen.h and public/sched.h */
#define HYPERVISOR_SCHED_OP 29u
#define SCHEDOP_WATCHDOG 6u
struct sched_watchdog {
	uint32_t id, seconds;
};
#define SET_BY_XEN 1u		/* the first of a domain */

static int
call(const struct guard *g, uint32_t id, uint32_t seconds)
{
	struct sched_watchdog w = { id, seconds };
	struct hypercall h = { .op = HYPERVISOR_SCHED_OP,
		.arg = { SCHEDOP_WATCHDOG, (uintptr_t)&w } };

	return ioctl(g->fd, IOCTL_HYPERCALL, &h);
}

void
guard_take(struct guard *g, const char *root, unsigned int seconds)
{
	char path[PATH_MAX];
	int id;

	snprintf(path, sizeof(path), "%s/dev/xen/privcmd", root);
	*g = (struct guard){ open(path, O_RDWR | O_CLOEXEC), SET_BY_XEN };
	if (g->fd == -1 || call(g, g->id, seconds) == 0)
		return;
	id = call(g, 0, seconds);
	if (id > 0) {
		g->id = (unsigned int)id;
		return;
	}
	close(g->fd);
	g->fd = -1;
}

void
guard_feed(struct guard *g, unsigned int seconds)
{
	if (g->fd == -1)
		return;
	call(g, g->id, seconds);
	if (seconds == 0) {
		close(g->fd);
		g->fd = -1;
	}
}
