/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "probe.h"

#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

#include "hypercall.h"

/* What is the same in both kinds of guest. */

/* Xen's toolstack keeps the first references for itself. */
#define FIRST_GRANT 8
#define GRANTS (PAGE / sizeof(struct grant_entry_v1))

void
machine_open(struct machine *m, struct start_info *si, unsigned long pvh)
{
	/* Xen's pages come to lie here. */
	static char shared[PAGE] __attribute__((aligned(PAGE)));
	static char grants[PAGE] __attribute__((aligned(PAGE)));
	unsigned long gone = m->gone;

	memset(m, 0, sizeof(*m));
	m->gone = gone;
	m->pv = si != NULL;
	if (m->pv)
		pv_open(m, si, shared, grants);
	else
		pvh_open(m, pvh, shared, grants);
	m->start = si;
	m->info = pvh;
	memset(m->shared->evtchn_mask, 0xff, sizeof(m->shared->evtchn_mask));
	m->next_grant = FIRST_GRANT;
	m->ports[m->nports++] = m->store_port;
}

static long
shutdown(unsigned int reason, unsigned long start)
{
	struct sched_shutdown s = { reason };

	return hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown,
	    (unsigned long)&s, start, 0);
}

bool
machine_suspend(struct machine *m)
{
	if (m->pv ? !pv_suspend(m) : shutdown(SHUTDOWN_suspend, 0) != 0)
		return false;
	machine_open(m, m->start, m->info);
	return true;
}

void
machine_end(unsigned int reason)
{
	for (;;)
		shutdown(reason, 0);
}

uint64_t
machine_time(const struct machine *m)
{
	const volatile struct vcpu_time_info *t = &m->shared->vcpu_info[0].time;
	uint32_t version, low, high;
	uint64_t delta, base;

	do {
		version = t->version;
		barrier();
		__asm__ volatile("rdtsc" : "=a" (low), "=d" (high));
		delta = ((uint64_t)high << 32 | low) - t->tsc_timestamp;
		if (t->tsc_shift >= 0)
			delta <<= t->tsc_shift;
		else
			delta >>= -t->tsc_shift;
		delta = (uint64_t)((unsigned __int128)delta *
		    t->tsc_to_system_mul >> 32);
		base = t->system_time;
		barrier();
	} while ((version & 1) != 0 || version != t->version);
	return base + delta;
}

void
machine_wait(const struct machine *m, uint64_t until)
{
	struct sched_poll p = { .nr_ports = m->nports, .timeout = until };

	set_xen_guest_handle(p.ports, (evtchn_port_t *)m->ports);
	hypercall2(__HYPERVISOR_sched_op, SCHEDOP_poll, &p);
	for (unsigned int i = 0; i < m->nports; i++)
		__atomic_fetch_and(&m->shared->evtchn_pending[m->ports[i] / 64],
		    ~(1UL << m->ports[i] % 64), __ATOMIC_SEQ_CST);
}

evtchn_port_t
machine_channel(struct machine *m, domid_t to)
{
	struct evtchn_alloc_unbound a = { .dom = DOMID_SELF,
		.remote_dom = to };

	if (m->nports == sizeof(m->ports) / sizeof(m->ports[0]) ||
	    hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound,
	    &a) != 0)
		return 0;
	m->ports[m->nports++] = a.port;
	return a.port;
}

void
machine_forget(struct machine *m, evtchn_port_t port)
{
	struct evtchn_close c = { port };

	for (unsigned int i = 0; i < m->nports; i++)
		if (m->ports[i] == port)
			m->ports[i--] = m->ports[--m->nports];
	hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_close, &c);
}

void
machine_notify(evtchn_port_t port)
{
	struct evtchn_send s = { port };

	hypercall2(__HYPERVISOR_event_channel_op, EVTCHNOP_send, &s);
}

grant_ref_t
machine_grant(struct machine *m, domid_t to, const void *page, bool readonly)
{
	volatile struct grant_entry_v1 *g;
	grant_ref_t ref;

	for (ref = FIRST_GRANT; ref < GRANTS; ref++)
		if (m->grants[ref].flags == 0)
			break;
	if (ref == GRANTS)
		return 0;
	g = &m->grants[ref];
	g->domid = to;
	g->frame = (uint32_t)(m->pv ? pv_frame(m, page) :
	    (unsigned long)page / PAGE);
	barrier();
	g->flags = (uint16_t)(GTF_permit_access |
	    (readonly ? GTF_readonly : 0));
	return ref;
}

/* One that the other side still uses stays as it is. */
void
machine_ungrant(struct machine *m, grant_ref_t ref)
{
	volatile struct grant_entry_v1 *g = &m->grants[ref];

	if (ref != 0 && (g->flags & (GTF_reading | GTF_writing)) == 0)
		g->flags = 0;
}

unsigned long
machine_pages(void)
{
	domid_t self = DOMID_SELF;

	return (unsigned long)hypercall2(__HYPERVISOR_memory_op,
	    XENMEM_current_reservation, &self);
}

unsigned long
machine_pages_max(void)
{
	domid_t self = DOMID_SELF;

	return (unsigned long)hypercall2(__HYPERVISOR_memory_op,
	    XENMEM_maximum_reservation, &self);
}

unsigned int
machine_vcpus(void)
{
	unsigned int n = 0;

	while (hypercall(__HYPERVISOR_vcpu_op, VCPUOP_is_up, n, 0, 0) >= 0)
		n++;
	return n;
}
