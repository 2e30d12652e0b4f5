/* SPDX-License-Identifier: ISC */
#include "probe.h"

#include "hypercall.h"

#define PATIENCE 100000000	/* ns, for a reader of a full ring */

static bool
room(struct machine *m)
{
	volatile struct xencons_interface *c = m->console;
	uint64_t until = machine_time(m) + PATIENCE;

	while (c->out_prod - c->out_cons >= sizeof(c->out)) {
		if (machine_time(m) >= until)
			return false;
		hypercall2(__HYPERVISOR_sched_op, 0 /* yield */, NULL);
	}
	return true;
}

void
console_say(struct machine *m, const char *s)
{
	volatile struct xencons_interface *c = m->console;
	bool newline = false;

	for (; *s != '\0'; s += !newline) {
		if (!room(m))
			break;
		newline = *s == '\n' && !newline;	/* \r first */
		c->out[MASK_XENCONS_IDX(c->out_prod, c->out)] =
		    newline ? '\r' : *s;
		barrier();
		c->out_prod++;
	}
	barrier();
	machine_notify(m->console_port);
}
