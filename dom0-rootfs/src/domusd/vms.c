/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "log.h"
#include "vm.h"
#include "vm_console.h"
#include "vm_worker.h"
#include "xen_libxl.h"

/*
 * [xen]'s own process: it hands what takes time to workers, and looks what has
 * become of the guests when xenstore says that something has.
 */

#define WAIT_MS 30000		/* an answer to vm-wait, at the latest */
#define LOOK_MS 200		/* between two looks */
#define WORKERS 64
#define WATCHES 256		/* that are taken at once: guests make them */

struct vms {
	struct xen *xen;
	struct vm_host *h;		/* xen's */
	const struct log *log;
	vms_reply_fn *reply;
	void *arg;
	struct worker *workers;
	struct value *last;		/* of vm_look() */
	int64_t serial, looked;
	bool dirty;
	bool waited;			/* for: a vm-wait is not answered */
	uint64_t wait_id;
	int64_t wait_seen, wait_due;
};

int
vms_open(struct xen *x, const struct options *o, const struct log *log,
    vms_reply_fn *reply, void *arg, struct vms **v_r, struct err *e)
{
	struct vms *v = calloc(1, sizeof(*v));

	(void)o;
	if (v == NULL)
		return err_set(e, "out of memory");
	v->xen = x;
	v->h = xen_vm_host(x);
	v->log = log;
	v->reply = reply;
	v->arg = arg;
	v->dirty = true;
	*v_r = v;
	vm_end_sweep(v->h);
	if (!xs_watch(v->h->xs, "@introduceDomain", "all") ||
	    !xs_watch(v->h->xs, "@releaseDomain", "all"))
		return err_sys(e, "xenstore: watch");
	return 0;
}

void
vms_close(struct vms *v)
{
	if (v == NULL)
		return;
	while (v->workers != NULL)
		worker_free(&v->workers, v->workers);
	value_free(v->last);
	free(v);
}

static void
answer(struct vms *v, uint64_t id, struct reply *r)
{
	v->reply(v->arg, id, r);
	reply_free(r);
}

/* Below these a guest, or xenconsoled, writes what [core] wants to know. */
static const char *const watched[] = { "data", "attr", "control", "console",
	"memory", "device" };

static void
watch(struct vms *v, int domid, bool on)
{
	struct vm_path p;

	for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++) {
		p = vm_path(domid, "%s", watched[i]);
		if (on)
			xs_watch(v->h->xs, p.s, "one");
		else
			xs_unwatch(v->h->xs, p.s, "one");
	}
}

static bool
has(const struct value *states, int64_t domid)
{
	struct err ignored;
	int64_t n;

	for (size_t i = 0; i < value_len(states); i++)
		if (value_as_int(value_get(value_at(states, i), "domid"), &n,
		    &ignored) == 0 && n == domid)
			return true;
	return false;
}

static void
watch_new(struct vms *v, const struct value *from, const struct value *to,
    bool on)
{
	struct err ignored;
	int64_t n;

	for (size_t i = 0; i < value_len(to); i++)
		if (value_as_int(value_get(value_at(to, i), "domid"), &n,
		    &ignored) == 0 && !has(from, n))
			watch(v, (int)n, on);
}

/* Whether xenconsoled has made the terminals yet. */
static void
mark_consoles(struct vms *v, const struct value *states)
{
	struct err ignored;
	int64_t n;
	char *tty;

	for (size_t i = 0; i < value_len(states); i++) {
		if (value_as_int(value_get(value_at(states, i), "domid"), &n,
		    &ignored) == -1)
			continue;
		tty = vm_read(v->h, vm_path((int)n, "console/tty").s);
		value_set_bool(value_at(states, i), "console", tty != NULL);
		free(tty);
	}
}

static void
look(struct vms *v)
{
	struct value *now = vm_look(v->h);

	v->dirty = false;
	v->looked = core_ms();
	watch_new(v, v->last, now, true);
	watch_new(v, now, v->last, false);
	mark_consoles(v, now);
	if (value_equal(now, v->last)) {
		value_free(now);
		return;
	}
	value_free(v->last);
	v->last = now;
	v->serial++;
}

static void
give_states(struct vms *v)
{
	struct reply r = { 0 };
	struct value *a = value_new_struct();

	value_set_int(a, "seen", v->serial);
	value_set(a, "vms", value_copy(v->last));
	reply_set(&r, a);
	v->waited = false;
	answer(v, v->wait_id, &r);
}

/* One waits at a time; the one before is let go with what there is. */
static void
ask_wait(struct vms *v, uint64_t id, const struct value *arg)
{
	struct err ignored;

	if (v->waited)
		give_states(v);
	v->waited = true;
	v->wait_id = id;
	v->wait_due = core_ms() + WAIT_MS;
	if (value_as_int(value_get(arg, "seen"), &v->wait_seen,
	    &ignored) == -1)
		v->wait_seen = 0;
}

static void
ask_console(struct vms *v, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(v->h, arg, r);
	struct err e;
	char *tty;
	int fd;

	if (domid == -1)
		return;
	tty = vm_read(v->h, vm_path(domid, "console/tty").s);
	fd = console_tty(tty, &e);
	free(tty);
	if (fd == -1)
		reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	else
		reply_set_fd(r, fd);
}

void
vms_ask(struct vms *v, uint64_t id, enum priv what, const struct value *arg)
{
	struct reply r = { 0 };
	struct err e;

	switch (what) {
	case PRIV_VM_WAIT:
		ask_wait(v, id, arg);
		return;
	case PRIV_VMS:
		look(v);
		reply_set(&r, value_copy(v->last));
		break;
	case PRIV_STATS:
		reply_set(&r, xen_stats(v->xen));
		break;
	case PRIV_VM_CONSOLE:
		ask_console(v, arg, &r);
		break;
	default:
		if (worker_add(&v->workers, id, what, arg, &e) == 0)
			return;
		reply_fail(&r, "INTERNAL_ERROR", e.text, NULL);
	}
	answer(v, id, &r);
}

static void
sooner(int *timeout, int64_t due)
{
	int64_t left = due - core_ms();

	if (left < 0)
		left = 0;
	if (*timeout == -1 || left < *timeout)
		*timeout = (int)left;
}

/* Those that wait for room are started when others have ended. */
static void
start_workers(struct vms *v)
{
	size_t running = 0;

	for (struct worker *w = v->workers; w != NULL; w = w->next)
		running += w->pid > 0;
	for (struct worker *w = v->workers; w != NULL && running < WORKERS;
	    w = w->next)
		if (w->pid == 0 && worker_start(w, v->h, v->log) == 0)
			running++;
}

size_t
vms_poll(struct vms *v, struct pollfd *fds, size_t room, int *timeout_r)
{
	size_t n = 0;

	start_workers(v);
	fds[n++] = (struct pollfd){ xs_fileno(v->h->xs), POLLIN, 0 };
	for (struct worker *w = v->workers; w != NULL && n < room; w = w->next)
		if (w->pid != 0)
			fds[n++] = (struct pollfd){ w->port.fd, POLLIN, 0 };
	if (v->dirty)
		sooner(timeout_r, v->looked + LOOK_MS);
	else if (v->waited)
		sooner(timeout_r, v->wait_seen != v->serial ? 0 :
		    v->wait_due);
	return n;
}

static void
take_watches(struct vms *v)
{
	char **what;

	for (int i = 0; i < WATCHES && (what = xs_check_watch(v->h->xs)) !=
	    NULL; i++) {
		v->dirty = true;
		free(what);
	}
}

static void
take_worker(struct vms *v, struct worker *w)
{
	struct reply r = { 0 };
	uint64_t id = w->id;

	if (!worker_done(w, v->log, &r))
		return;
	/* one that could not say how it ended may have left a domain */
	if (!r.ok && strcmp(r.code, "INTERNAL_ERROR") == 0 &&
	    value_get_str(w->arg, "vm") != NULL)
		vm_end_undo(v->h, value_get_str(w->arg, "vm"));
	worker_free(&v->workers, w);
	v->dirty = true;
	answer(v, id, &r);
}

void
vms_run(struct vms *v, const struct pollfd *fds, size_t n)
{
	struct worker *w;

	for (size_t i = 0; i < n; i++) {
		if (fds[i].revents == 0)
			continue;
		if (i == 0)
			take_watches(v);
		else if ((w = worker_by_fd(v->workers, fds[i].fd)) != NULL)
			take_worker(v, w);
	}
	if (v->dirty && core_ms() - v->looked >= LOOK_MS)
		look(v);
	/* never what was so before an answer that has been given since */
	if (v->waited && !v->dirty && (v->wait_seen != v->serial ||
	    core_ms() >= v->wait_due))
		give_states(v);
}
