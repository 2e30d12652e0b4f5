/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"
#include "disk.h"
#include "file.h"
#include "jsonrpc.h"
#include "vm.h"
#include "vm_fake.h"

/*
 * Guests that are rows of a file, for tests on the BUILD machine, never in
 * the image.  The file has the machine's name with ".guests" behind it and
 * holds vm.h's states as JSON; a test that writes to it makes guests crash or
 * say something.  A guest whose state has "deaf" hears no clean shutdown.
 */
#define LOOK_MS 50

struct vms {
	char path[DISK_PATH], root[DISK_PATH];
	vms_reply_fn *reply;
	void *arg;
	struct value *guests;	/* an array of states */
	struct timespec changed;	/* of the file, as we know it */
	int64_t seen, next;	/* counts changes; the next domid */
	size_t sampled;		/* of the statistics' file */
	uint64_t waiter;	/* id of a vm-wait, or 0 */
	int64_t waiter_seen, waiter_due;
	const char *what;	/* the question, for the list of what was done */
};

static const char *
text(const struct value *v, const char *name)
{
	return value_get_str(v, name) != NULL ? value_get_str(v, name) : "";
}

static struct value *
guest(const struct vms *v, const char *vm)
{
	for (size_t i = 0; i < value_len(v->guests); i++)
		if (strcmp(text(value_at(v->guests, i), "vm"), vm) == 0)
			return value_at(v->guests, i);
	return NULL;
}

static void
remember(struct vms *v)
{
	struct stat st;

	if (stat(v->path, &st) == 0)
		v->changed = st.st_mtim;
}

static void
save(struct vms *v)
{
	struct buf b = { 0 };
	struct err e;

	json_pretty_put(&b, v->guests);
	file_write(v->path, buf_str(&b), b.len, 0644, &e);
	buf_free(&b);
	remember(v);
	v->seen++;
}

static void
load(struct vms *v)
{
	struct value *all = NULL;
	struct stat st;
	char *s = NULL;
	size_t len;
	struct err e;

	if (stat(v->path, &st) == -1 || (st.st_mtim.tv_sec ==
	    v->changed.tv_sec && st.st_mtim.tv_nsec == v->changed.tv_nsec))
		return;
	if (file_read(v->path, 1 << 20, &s, &len, &e) == 0)
		all = json_parse(s, len, &value_limits_reply, &e);
	free(s);
	if (all == NULL)
		return;		/* half written: the next look */
	value_free(v->guests);
	v->guests = all;
	remember(v);
	v->seen++;
}

int
vms_open(struct xen *x, const struct options *o, const struct log *log,
    vms_reply_fn *reply, void *arg, struct vms **v_r, struct err *e)
{
	struct vms *v = calloc(1, sizeof(*v));

	(void)x;
	(void)log;
	if (v == NULL)
		return err_set(e, "out of memory");
	snprintf(v->path, sizeof(v->path), "%.300s.guests", o->fake_xen);
	disk_root(o, v->root);
	v->reply = reply;
	v->arg = arg;
	v->guests = value_new_array();
	v->seen = 1;
	v->next = core_time() & 0xffff;
	load(v);
	*v_r = v;
	return 0;
}

void
vms_close(struct vms *v)
{
	if (v != NULL)
		value_free(v->guests);
	free(v);
}

static void
answer(struct vms *v, uint64_t id, struct value *result)
{
	struct reply r = { 0 };

	reply_set(&r, result);
	v->reply(v->arg, id, &r);
	reply_free(&r);
}

static void
fail(struct vms *v, uint64_t id, const char *code, const char *a,
    const char *b, const char *c)
{
	struct reply r = { 0 };

	reply_fail(&r, code, a, b, c, NULL);
	v->reply(v->arg, id, &r);
	reply_free(&r);
}

static void
drop(struct vms *v, const struct value *g)
{
	for (size_t i = 0; i < value_len(v->guests); i++) {
		if (value_at(v->guests, i) == g) {
			value_remove_at(v->guests, i);
			return;
		}
	}
}

static void
build(struct vms *v, uint64_t id, const struct value *p)
{
	const struct value *paused = value_get(p, "paused");
	const char *lost = fake_missing_disk(v->root, value_get(p, "vbds"));
	struct value *g, *result;

	if (lost != NULL) {
		fail(v, id, "VDI_NOT_AVAILABLE", lost, NULL, NULL);
		return;
	}
	g = value_new_struct();
	value_set_str(g, "vm", text(p, "vm"));
	value_set_int(g, "domid", ++v->next);
	value_set_bool(g, "console", true);
	value_set_str(g, "state", value_is(paused, VALUE_BOOL) &&
	    paused->u.b ? "paused" : "running");
	value_set_str(g, "reason", "");
	value_set_str(g, "type", text(p, "type"));
	value_set(g, "memory", value_copy(value_get(p,
	    "memory_dynamic_max")));
	value_set(g, "memory_target", value_copy(value_get(p,
	    "memory_dynamic_max")));
	value_set(g, "vcpus", value_copy(value_get(p, "vcpus")));
	value_set_int(g, "start_time", core_time());
	value_set_bool(g, "building", false);
	value_set(g, "guest", value_new_struct());
	fake_devices(g, p);
	value_add(v->guests, g);
	save(v);
	result = value_new_struct();
	value_set_int(result, "domid", v->next);
	answer(v, id, result);
}

static void
start(struct vms *v, uint64_t id, const struct value *p)
{
	if (guest(v, text(p, "vm")) != NULL)
		fail(v, id, "VM_BAD_POWER_STATE", text(p, "vm"), "halted",
		    "running");
	else if (strcmp(text(p, "type"), "hvm") == 0)
		fail(v, id, "VM_HVM_REQUIRED", text(p, "vm"), NULL, NULL);
	else
		build(v, id, p);
}

static bool
hears(struct vms *v, uint64_t id, const struct value *p)
{
	const struct value *g = guest(v, text(p, "vm"));

	if (g == NULL || value_get(g, "deaf") == NULL ||
	    strcmp(text(p, "how"), "hard") == 0)
		return true;
	fail(v, id, "VM_FAILED_SHUTDOWN_ACKNOWLEDGEMENT", text(p, "vm"), NULL,
	    NULL);
	return false;
}

static void
end(struct vms *v, uint64_t id, const struct value *p)
{
	if (!hears(v, id, p))
		return;
	drop(v, guest(v, text(p, "vm")));
	save(v);
	answer(v, id, value_new_null());
}

static void
reboot(struct vms *v, uint64_t id, const struct value *p)
{
	if (!hears(v, id, p))
		return;
	drop(v, guest(v, text(p, "vm")));
	build(v, id, p);
}

static void
change(struct vms *v, uint64_t id, const struct value *p)
{
	struct value *g = guest(v, text(p, "vm"));
	static const char *const copied[][2] = { { "vcpus", "vcpus" },
		{ "dynamic_max", "memory_target" },
		{ "dynamic_max", "memory" } };

	if (g == NULL) {
		fail(v, id, "VM_BAD_POWER_STATE", text(p, "vm"), "running",
		    "halted");
		return;
	}
	if (strcmp(v->what, "vm-pause") == 0)
		value_set_str(g, "state", "paused");
	if (strcmp(v->what, "vm-unpause") == 0)
		value_set_str(g, "state", "running");
	fake_device(g, v->what, p);
	for (size_t i = 0; i < 3; i++)
		if (value_get(p, copied[i][0]) != NULL)
			value_set(g, copied[i][1], value_copy(value_get(p,
			    copied[i][0])));
	save(v);
	answer(v, id, value_new_null());
}

static void
plug(struct vms *v, uint64_t id, const struct value *p)
{
	const struct value *device = value_get(p, "vbd") != NULL ?
	    value_get(p, "vbd") : value_get(p, "vif");
	struct value *one = value_new_array(), *result;
	struct value *g = guest(v, text(p, "vm"));
	const char *lost;

	value_add(one, value_copy(device));
	lost = fake_missing_disk(v->root, one);
	value_free(one);
	if (g == NULL) {
		fail(v, id, "VM_BAD_POWER_STATE", text(p, "vm"), "running",
		    "halted");
	} else if (lost != NULL) {
		fail(v, id, "VDI_NOT_AVAILABLE", lost, NULL, NULL);
	} else {
		fake_device(g, v->what, device);
		save(v);
		result = value_new_struct();
		value_set_str(result, "device", text(device, "device"));
		answer(v, id, result);
	}
}

static void
wait_for(struct vms *v, uint64_t id, const struct value *p)
{
	struct err ignored;

	v->waiter = id;
	v->waiter_seen = 0;
	value_as_int(value_get(p, "seen"), &v->waiter_seen, &ignored);
	v->waiter_due = core_ms() + 30000;
}

static void
list(struct vms *v, uint64_t id, const struct value *p)
{
	(void)p;
	answer(v, id, value_copy(v->guests));
}

static void
stats(struct vms *v, uint64_t id, const struct value *p)
{
	(void)p;
	answer(v, id, fake_stats(v->path, v->guests, &v->sampled));
}

static void
console(struct vms *v, uint64_t id, const struct value *p)
{
	struct reply r = { 0 };

	fake_console(guest(v, text(p, "vm")) != NULL, &r);
	v->reply(v->arg, id, &r);
	reply_free(&r);
}

static void (*const does[PRIV_NAMES])(struct vms *, uint64_t,
    const struct value *) = {
	[PRIV_VMS] = list,
	[PRIV_VM_WAIT] = wait_for,
	[PRIV_VM_START] = start,
	[PRIV_VM_RESUME] = start,
	[PRIV_VM_SHUTDOWN] = end,
	[PRIV_VM_SUSPEND] = end,
	[PRIV_VM_REBOOT] = reboot,
	[PRIV_VM_PAUSE] = change,
	[PRIV_VM_UNPAUSE] = change,
	[PRIV_VM_MEMORY] = change,
	[PRIV_VM_VCPUS] = change,
	[PRIV_VM_SCHED] = change,
	[PRIV_STATS] = stats,
	[PRIV_VM_CONSOLE] = console,
	[PRIV_VBD_PLUG] = plug,
	[PRIV_VBD_INSERT] = plug,
	[PRIV_VIF_PLUG] = plug,
	[PRIV_VBD_UNPLUG] = change,
	[PRIV_VBD_EJECT] = change,
	[PRIV_VBD_RESIZE] = change,
	[PRIV_VIF_UNPLUG] = change,
	[PRIV_VIF_SET] = change,
};

void
vms_ask(struct vms *v, uint64_t id, enum priv what,
    const struct value *params)
{
	load(v);
	v->what = priv_names[what];
	if (what != PRIV_VMS && what != PRIV_VM_WAIT && what != PRIV_STATS)
		fake_note(v->path, v->what, params);
	if (does[what] == NULL)
		fail(v, id, "NOT_IMPLEMENTED", v->what, NULL, NULL);
	else
		does[what](v, id, params);
}

size_t
vms_poll(struct vms *v, struct pollfd *fds, size_t room, int *timeout_r)
{
	(void)fds;
	(void)room;
	if (v->waiter != 0 && (*timeout_r == -1 || *timeout_r > LOOK_MS))
		*timeout_r = LOOK_MS;
	return 0;
}

void
vms_run(struct vms *v, const struct pollfd *fds, size_t n)
{
	struct value *result;
	uint64_t id = v->waiter;

	(void)fds;
	(void)n;
	load(v);
	if (id == 0 || (v->seen == v->waiter_seen &&
	    v->waiter_due > core_ms()))
		return;
	v->waiter = 0;
	result = value_new_struct();
	value_set_int(result, "seen", v->seen);
	value_set(result, "vms", value_copy(v->guests));
	answer(v, id, result);
}
