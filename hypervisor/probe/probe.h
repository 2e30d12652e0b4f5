/* SPDX-License-Identifier: ISC */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>

#define PAGE 4096

/*
 * What the machine below gives: one struct, filled by machine_open() and again
 * after a resume, when nothing is where it was.  There are no interrupts: the
 * probe waits in SCHEDOP_poll for one of its event channels, or a time.
 */
struct machine {
	bool pv;			/* else PVH */
	struct start_info *start;	/* PV */
	unsigned long info;		/* PVH: of its start info */
	const char *cmdline;
	struct shared_info *shared;
	struct grant_entry_v1 *grants;
	unsigned int next_grant;
	struct xenstore_domain_interface *store;
	struct xencons_interface *console;
	evtchn_port_t store_port, console_port;
	unsigned long all_pages, gone;	/* from 0 on; of them at the end */
	evtchn_port_t ports[16];	/* that are waited for */
	unsigned int nports;
};

/* One of si and pvh is 0: which says what kind of guest this is. */
void machine_open(struct machine *m, struct start_info *si,
    unsigned long pvh);

/*
 * Stop here until somebody resumes us.  true: in a new domain, where the
 * machine has been opened again, and devices and xenstore know nothing of us;
 * false: in the same as before.
 */
bool machine_suspend(struct machine *m);

/* SHUTDOWN_poweroff, _reboot, _crash. */
void machine_end(unsigned int reason) __attribute__((noreturn));

/* Nanoseconds, of a clock that only goes forward. */
uint64_t machine_time(const struct machine *m);

/* Wait for any port, at most until then. */
void machine_wait(const struct machine *m, uint64_t until);

/* A channel to another domain; its port is waited for from now on. */
evtchn_port_t machine_channel(struct machine *m, domid_t to);
void machine_forget(struct machine *m, evtchn_port_t port);
void machine_notify(evtchn_port_t port);

/* Let another domain use a page; the reference, or 0 when there is none. */
grant_ref_t machine_grant(struct machine *m, domid_t to, const void *page,
    bool readonly);
void machine_ungrant(struct machine *m, grant_ref_t ref);

/* Pages that this domain has, and may have at most; vCPUs. */
unsigned long machine_pages(void);
unsigned long machine_pages_max(void);
unsigned int machine_vcpus(void);

/* Have so many pages, or as near as it goes: how many there are then. */
unsigned long machine_balloon(struct machine *m, unsigned long target);

/* The two kinds: parts of machine.c's work. */
void pv_open(struct machine *m, struct start_info *si, void *shared,
    void *grants);
bool pv_suspend(struct machine *m);
unsigned long pv_frame(const struct machine *m, const void *page);
void pvh_open(struct machine *m, unsigned long info, void *shared,
    void *grants);

/* What is said here is cut off when nobody reads it. */
void console_say(struct machine *m, const char *s);

#endif
