/* SPDX-License-Identifier: ISC */
#include "probe.h"

#include <xen/arch-x86/cpuid.h>
#include <xen/arch-x86/hvm/start_info.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/memory.h>
#include <xen/sched.h>

#include "hypercall.h"

/* A PVH guest: its pages are numbered from 0, and Xen's are put among them. */

struct leaf {
	uint32_t a, b, c, d;
};

static struct leaf
cpuid(uint32_t n)
{
	struct leaf l;

	__asm__ volatile("cpuid" : "=a" (l.a), "=b" (l.b), "=c" (l.c),
	    "=d" (l.d) : "a" (n), "c" (0));
	return l;
}

static uint32_t
xen_leaves(void)
{
	struct leaf l;

	for (uint32_t at = 0x40000000; at < 0x40010000; at += 0x100) {
		l = cpuid(at);
		if (l.b == XEN_CPUID_SIGNATURE_EBX &&
		    l.c == XEN_CPUID_SIGNATURE_ECX &&
		    l.d == XEN_CPUID_SIGNATURE_EDX)
			return at;
	}
	for (;;)	/* no Xen: nobody can be told */
		__asm__ volatile("hlt");
}

static void
fill_hypercall_page(void)
{
	uint32_t msr = cpuid(xen_leaves() + 2).b;
	unsigned long at = (unsigned long)hypercall_page;

	__asm__ volatile("wrmsr" :: "c" (msr), "a" ((uint32_t)at),
	    "d" ((uint32_t)(at >> 32)) : "memory");
}

static void
map(unsigned int space, const void *at)
{
	struct xen_add_to_physmap a = { .domid = DOMID_SELF, .space = space,
		.gpfn = (unsigned long)at / PAGE };

	if (hypercall2(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, &a) != 0)
		machine_end(SHUTDOWN_crash);
}

static unsigned long
param(uint32_t index)
{
	struct xen_hvm_param p = { .domid = DOMID_SELF, .index = index };

	if (hypercall2(__HYPERVISOR_hvm_op, HVMOP_get_param, &p) != 0)
		return 0;
	return (unsigned long)p.value;
}

/*
 * A way to interrupt us, which is never used: without one Xen's toolstack
 * takes us for a guest that does not know of it, and does not say when a
 * suspend was cancelled.
 */
static void
set_callback(void)
{
	struct xen_hvm_param p = { .domid = DOMID_SELF,
		.index = HVM_PARAM_CALLBACK_IRQ, .value = 2ULL << 56 | 0xf3 };

	hypercall2(__HYPERVISOR_hvm_op, HVMOP_set_param, &p);
}

/* Pages in one piece from 0 to the end of the memory that we lie in. */
static unsigned long
ram_pages(const struct hvm_start_info *start)
{
	const struct hvm_memmap_table_entry *e = start != NULL &&
	    start->version > 0 ?
	    (const void *)(unsigned long)start->memmap_paddr : NULL;

	for (uint32_t i = 0; e != NULL && i < start->memmap_entries; i++)
		if (e[i].type == XEN_HVM_MEMMAP_TYPE_RAM &&
		    e[i].addr <= 1 << 20 && e[i].addr + e[i].size > 1 << 20)
			return (e[i].addr + e[i].size) / PAGE;
	return 0;
}

void
pvh_open(struct machine *m, unsigned long info, void *shared, void *grants)
{
	const struct hvm_start_info *start = (const void *)info;

	m->cmdline = start != NULL && start->cmdline_paddr != 0 ?
	    (const char *)(unsigned long)start->cmdline_paddr : "";
	m->all_pages = ram_pages(start);
	fill_hypercall_page();
	set_callback();
	map(XENMAPSPACE_shared_info, shared);
	m->shared = shared;
	map(XENMAPSPACE_grant_table, grants);
	m->grants = grants;
	m->store = (void *)(param(HVM_PARAM_STORE_PFN) * PAGE);
	m->store_port = (evtchn_port_t)param(HVM_PARAM_STORE_EVTCHN);
	m->console = (void *)(param(HVM_PARAM_CONSOLE_PFN) * PAGE);
	m->console_port = (evtchn_port_t)param(HVM_PARAM_CONSOLE_EVTCHN);
}
