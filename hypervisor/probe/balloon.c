/* SPDX-License-Identifier: ISC */
#include "probe.h"

#include <xen/memory.h>

#include "hypercall.h"

/*
 * Memory given back to Xen and taken again, as dom0 wishes it.  The pages are
 * those from 4 MiB up: nothing of ours lies there, and a PV guest's first page
 * tables end below.
 */
#define FIRST ((4UL << 20) / PAGE)
#define NOWHERE (~0UL)

static unsigned long *
frames(const struct machine *m)
{
	return (unsigned long *)m->start->mfn_list;
}

static bool
move(struct machine *m, unsigned long pfn, bool back)
{
	xen_pfn_t at = m->pv && back ? frames(m)[pfn] : pfn;
	struct xen_memory_reservation r = { .nr_extents = 1,
		.domid = DOMID_SELF };

	set_xen_guest_handle(r.extent_start, &at);
	if (hypercall2(__HYPERVISOR_memory_op, back ?
	    XENMEM_decrease_reservation : XENMEM_populate_physmap, &r) != 1)
		return false;
	if (m->pv)
		frames(m)[pfn] = back ? NOWHERE : at;
	return true;
}

unsigned long
machine_balloon(struct machine *m, unsigned long target)
{
	/* what has gone is the highest part, and comes back from below */
	unsigned long have = machine_pages(), top = m->all_pages - m->gone;

	while (have > target && top > FIRST && move(m, top - 1, true)) {
		top--;
		m->gone++;
		have--;
	}
	while (have < target && m->gone > 0 && move(m, top, false)) {
		top++;
		m->gone--;
		have++;
	}
	return have;
}
