/* SPDX-License-Identifier: ISC */
#include "probe.h"

#include <xen/grant_table.h>
#include <xen/sched.h>

#include "hypercall.h"

/*
 * A PV guest: frames of the machine are seen, and pages of Xen are put into
 * the page tables by asking for it.  The list of our frames is where the
 * builder has put it, in pages of ours.
 */

#define PER_PAGE (PAGE / sizeof(unsigned long))
#define PTE_BITS 0x67		/* present, writable, user, accessed, dirty */
#define LISTS 4			/* pages of them: 4 GiB of guest */

static const unsigned long *
frames(const struct machine *m)
{
	return (const unsigned long *)m->start->mfn_list;
}

unsigned long
pv_frame(const struct machine *m, const void *page)
{
	return frames(m)[(unsigned long)page / PAGE];
}

/* A frame of the machine that is one of ours, as an address. */
static void *
of_frame(unsigned long mfn)
{
	return (void *)(machine_to_phys_mapping[mfn] * PAGE);
}

static void
map(const void *at, unsigned long frame)
{
	hypercall(__HYPERVISOR_update_va_mapping, (unsigned long)at,
	    frame * PAGE | PTE_BITS, UVMF_INVLPG, 0);
}

/* For whoever saves this guest: which frames hold the list of frames. */
static void
tell_frames(struct machine *m)
{
	static unsigned long top[PER_PAGE] __attribute__((aligned(PAGE)));
	static unsigned long lists[LISTS][PER_PAGE]
	    __attribute__((aligned(PAGE)));
	unsigned long n = (m->start->nr_pages + PER_PAGE - 1) / PER_PAGE;
	struct arch_shared_info *arch = &m->shared->arch;

	if (n > LISTS * PER_PAGE)
		n = LISTS * PER_PAGE;
	for (unsigned long i = 0; i < n; i++)
		lists[i / PER_PAGE][i % PER_PAGE] = pv_frame(m,
		    (const char *)m->start->mfn_list + i * PAGE);
	for (unsigned long i = 0; i < LISTS; i++)
		top[i] = pv_frame(m, lists[i]);
	arch->max_pfn = m->start->nr_pages;
	arch->pfn_to_mfn_frame_list_list = pv_frame(m, top);
}

static void
map_grants(void *at)
{
	unsigned long frame = 0;
	struct gnttab_setup_table s = { .dom = DOMID_SELF, .nr_frames = 1 };

	set_xen_guest_handle(s.frame_list, &frame);
	hypercall(__HYPERVISOR_grant_table_op, GNTTABOP_setup_table,
	    (unsigned long)&s, 1, 0);
	if (s.status != 0)
		machine_end(SHUTDOWN_crash);
	map(at, frame);
}

void
pv_open(struct machine *m, struct start_info *si, void *shared, void *grants)
{
	m->start = si;
	m->cmdline = (const char *)si->cmd_line;
	m->all_pages = si->nr_pages;
	map(shared, si->shared_info / PAGE);
	m->shared = shared;
	map_grants(grants);
	m->grants = grants;
	m->store = of_frame(si->store_mfn);
	m->store_port = si->store_evtchn;
	m->console = of_frame(si->console.domU.mfn);
	m->console_port = si->console.domU.evtchn;
	tell_frames(m);
}

/*
 * An image holds no page that is not the guest's, and says numbers of pages
 * where we have frames; both come back as they are needed.
 */
bool
pv_suspend(struct machine *m)
{
	struct sched_shutdown s = { SHUTDOWN_suspend };
	struct start_info *si = m->start;
	void *shared = m->shared, *grants = m->grants;
	unsigned long info = si->shared_info / PAGE;
	unsigned long store = si->store_mfn, console = si->console.domU.mfn;
	long cancelled;

	map(shared, pv_frame(m, shared));
	map(grants, pv_frame(m, grants));
	si->store_mfn = machine_to_phys_mapping[store];
	si->console.domU.mfn = (xen_pfn_t)machine_to_phys_mapping[console];
	cancelled = hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown,
	    (unsigned long)&s, pv_frame(m, si), 0);
	if (cancelled == 0)
		return true;
	si->store_mfn = store;
	si->console.domU.mfn = console;
	map(shared, info);
	map_grants(grants);
	return false;
}
