/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "log.h"

/* How domains end: told to, saved, or at once. */

#define MOMENT 50		/* milliseconds */
#define GONE_MS 3000
#define ACK_MS 30000		/* until a guest has to answer */
#define END_MS 1200000		/* until it has to be down */

/* 1: there is such a domain; 0: not, or it has ended and is going. */
static int
look(struct vm_host *h, int domid, libxl_dominfo *d)
{
	libxl_dominfo_dispose(d);
	libxl_dominfo_init(d);
	return libxl_domain_info(h->ctx, d, (uint32_t)domid) == 0 &&
	    !d->dying;
}

/* Its memory and disks are free when backends and consoles have let go. */
static void
wait_gone(struct vm_host *h, int domid)
{
	libxl_dominfo d;
	bool gone = false;

	for (int ms = 0; !gone && ms < GONE_MS; ms += 5) {
		libxl_dominfo_init(&d);
		gone = libxl_domain_info(h->ctx, &d, (uint32_t)domid) != 0;
		libxl_dominfo_dispose(&d);
		if (!gone)
			vm_sleep(5);
	}
}

int
vm_end_destroy(struct vm_host *h, int domid, struct reply *r)
{
	libxl_dominfo d;
	int rc = 0;

	libxl_dominfo_init(&d);
	if (look(h, domid, &d) && libxl_domain_destroy(h->ctx,
	    (uint32_t)domid, NULL) != 0 && look(h, domid, &d))
		rc = vm_host_failed(h, "destroy", r);
	libxl_dominfo_dispose(&d);
	if (rc == 0) {
		wait_gone(h, domid);
		vm_nic_sweep(h, domid);
	}
	return rc;
}

/* What we have written there is still there: it has not been read. */
static bool
unanswered(struct vm_host *h, int domid, const char *how)
{
	char *s = vm_read(h, vm_path(domid, "control/shutdown").s);
	bool same = s != NULL && strcmp(s, how) == 0;

	free(s);
	return same;
}

/* Too late is worse than never: a guest must not go down hours later. */
static int
take_back(struct vm_host *h, int domid, const char *vm, struct reply *r)
{
	struct reply ignored = { 0 };

	vm_write(h, vm_path(domid, "control/shutdown").s, "", &ignored);
	reply_free(&ignored);
	reply_fail(r, "VM_FAILED_SHUTDOWN_ACKNOWLEDGEMENT", vm, NULL);
	return -1;
}

static int
wait_down(struct vm_host *h, int domid, const char *vm, const char *how,
    struct reply *r)
{
	int64_t began = core_ms();
	libxl_dominfo d;
	char seconds[12];
	int rc = 1;

	libxl_dominfo_init(&d);
	while (rc == 1) {
		if (!look(h, domid, &d) || d.shutdown)
			rc = 0;
		else if (core_ms() - began > ACK_MS &&
		    unanswered(h, domid, how))
			rc = take_back(h, domid, vm, r);
		else if (core_ms() - began > END_MS)
			rc = -1;
		else
			vm_sleep(MOMENT);
	}
	libxl_dominfo_dispose(&d);
	if (rc == -1 && r->code == NULL) {
		snprintf(seconds, sizeof(seconds), "%d", END_MS / 1000);
		reply_fail(r, "VM_SHUTDOWN_TIMEOUT", vm, seconds, NULL);
	}
	return rc;
}

int
vm_end_clean(struct vm_host *h, int domid, const char *vm, const char *how,
    struct reply *r)
{
	libxl_dominfo d;
	bool paused;

	libxl_dominfo_init(&d);
	paused = look(h, domid, &d) && d.paused && !d.shutdown;
	libxl_dominfo_dispose(&d);
	if (paused) {
		reply_fail(r, "VM_BAD_POWER_STATE", vm, "running", "paused",
		    NULL);
		return -1;
	}
	if (vm_write(h, vm_path(domid, "control/shutdown").s, how, r) == -1 ||
	    wait_down(h, domid, vm, how, r) == -1)
		return -1;
	return vm_end_destroy(h, domid, r);
}

static int
save_to(struct vm_host *h, int domid, int fd, const char *path,
    struct reply *r)
{
	struct err e;

	if (libxl_domain_suspend(h->ctx, (uint32_t)domid, fd, 0, NULL) != 0)
		return vm_host_failed(h, "suspend", r);
	if (fsync(fd) == 0)
		return 0;
	err_sys(&e, "%s", path);
	reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	return -1;
}

/* A guest that has stopped to be saved goes on where it was. */
static int
go_on(struct vm_host *h, int domid, struct reply *r)
{
	libxl_dominfo d;
	int rc = 0;

	libxl_dominfo_init(&d);
	if (look(h, domid, &d) && d.shutdown &&
	    d.shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND &&
	    libxl_domain_resume(h->ctx, (uint32_t)domid, 1, NULL) != 0)
		rc = vm_host_failed(h, "resume", r);
	libxl_dominfo_dispose(&d);
	return rc;
}

static bool
can_suspend(struct vm_host *h, int domid)
{
	libxl_dominfo d;
	bool can;

	libxl_dominfo_init(&d);
	can = look(h, domid, &d) && !d.paused && !d.shutdown;
	libxl_dominfo_dispose(&d);
	return can;
}

int
vm_end_save(struct vm_host *h, int domid, const char *vm, const char *path,
    bool goes_on, struct reply *r)
{
	struct reply ignored = { 0 };
	int fd, rc;

	if (!can_suspend(h, domid)) {
		reply_fail(r, "VM_BAD_POWER_STATE", vm, "running", "paused",
		    NULL);
		return -1;
	}
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1) {
		reply_fail(r, "VDI_NOT_AVAILABLE", path, NULL);
		return -1;
	}
	rc = save_to(h, domid, fd, path, r);
	close(fd);
	if (rc == -1) {
		go_on(h, domid, &ignored);
		reply_free(&ignored);
		return -1;
	}
	return goes_on ? go_on(h, domid, r) : vm_end_destroy(h, domid, r);
}

static bool
half_built(struct vm_host *h, int domid)
{
	char *mark = vm_read(h, vm_path(domid, VM_MARK).s);
	bool half = mark != NULL && strcmp(mark, VM_MARK_BUILDING) == 0;

	free(mark);
	return half;
}

void
vm_end_undo(struct vm_host *h, const char *vm)
{
	struct reply r = { 0 };
	libxl_dominfo d;

	libxl_dominfo_init(&d);
	if (vm_host_find(h, vm, &d) == 1 && half_built(h, (int)d.domid))
		vm_end_destroy(h, (int)d.domid, &r);
	libxl_dominfo_dispose(&d);
	reply_free(&r);
}

void
vm_end_sweep(struct vm_host *h)
{
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(h->ctx, &n);
	struct reply r = { 0 };
	char *mark;
	int domid;

	for (int i = 0; i < n; i++) {
		domid = (int)list[i].domid;
		mark = domid == 0 ? NULL : vm_read(h, vm_path(domid,
		    VM_MARK).s);
		if (mark != NULL && half_built(h, domid)) {
			log_warn(h->log, "domain %d: half built, destroyed",
			    domid);
			vm_end_destroy(h, domid, &r);
		} else if (mark != NULL)
			go_on(h, domid, &r);
		if (r.code != NULL)
			log_error(h->log, "domain %d: %s", domid, h->said);
		reply_free(&r);
		r = (struct reply){ 0 };
		free(mark);
	}
	libxl_dominfo_list_free(list, n);
}
