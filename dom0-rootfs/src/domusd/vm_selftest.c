/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"
#include "file.h"
#include "selftest_net.h"
#include "vm.h"

/*
 * A probe guest (hypervisor/probe) on a bridge and a disk of its own, through
 * the life that guests have.  Nothing of it stays.
 */

#define BRIDGE "domus-selftest"
#define DIR "/run/domus/selftest"
#define DISK_BYTES (4 << 20)
#define MEMORY (INT64_C(8) << 20)	/* saved into dom0's */
#define READY_MS 60000
#define PING_MS 60000	/* a busy machine */

struct test {
	struct vm_host *h;
	struct vm_config *c;
	struct value *steps;
	struct reply *r;
	int domid;
	const char *type;
};

static int
bad(struct test *t, const char *what, const char *found)
{
	char text[400];

	snprintf(text, sizeof(text), "%s: %.350s", what, found);
	reply_fail(t->r, "INTERNAL_ERROR", text, NULL);
	return -1;
}

static int
make_file(const char *path, off_t size, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc = fd == -1 || ftruncate(fd, size) ? err_sys(e, "%s", path) : 0;

	if (fd != -1)
		close(fd);
	return rc;
}

static int
prepare(struct test *t)
{
	struct err e;

	if (file_mkdirs(DIR, 0700, &e) == -1 ||
	    make_file(DIR "/disk", DISK_BYTES, &e) == -1 ||
	    make_file(DIR "/image", 0, &e) == -1)
		return bad(t, "files", e.text);
	return selftest_bridge(BRIDGE, true, &e) == 0 ? 0 :
	    bad(t, "bridge", e.text);
}

static void
configure(struct test *t, const char *cmdline)
{
	struct vm_config *c = t->c;

	memset(c, 0, sizeof(*c));
	id_uuid(c->vm);
	c->type = strcmp(t->type, "pv") == 0 ? VM_PV : VM_PVH;
	c->static_max = c->target = MEMORY;
	c->vcpus_max = c->vcpus = 2;
	c->sched.weight = c->sched.cap = -1;
	c->transient = true;
	snprintf(c->kernel, sizeof(c->kernel), VM_KERNELS "/probe");
	c->cmdline = cmdline;
	c->nvbds = c->nvifs = 1;
	snprintf(c->vbds[0].device, sizeof(c->vbds[0].device), "xvda");
	snprintf(c->vbds[0].path, sizeof(c->vbds[0].path), DIR "/disk");
	snprintf(c->vbds[0].location, sizeof(c->vbds[0].location), "disk");
	selftest_vif(BRIDGE, &c->vifs[0]);
}

/* What the probe has written below data/probe, when it is there. */
static int
wait_told(struct test *t, const char *name, const char *want)
{
	struct vm_path p = vm_path(t->domid, "data/probe/%s", name);
	int64_t until = core_ms() + READY_MS;
	char *s = NULL, text[128];

	while (s == NULL && core_ms() < until) {
		s = vm_read(t->h, p.s);
		if (s == NULL)
			vm_sleep(5);
	}
	if (s == NULL)
		return bad(t, name, "the guest says nothing");
	snprintf(text, sizeof(text), "%s", s);
	free(s);
	return want == NULL || strcmp(text, want) == 0 ? 0 :
	    bad(t, name, text);
}

static int64_t
told_num(struct test *t, const char *name)
{
	char *s = vm_read(t->h, vm_path(t->domid, "data/probe/%s", name).s);
	int64_t n = s != NULL ? atoll(s) : 0;

	free(s);
	return n;
}

static int
wait_becomes(struct test *t, const char *name, const char *want)
{
	int64_t until = core_ms() + READY_MS;
	char text[100] = "";
	bool same = false;
	char *s;

	while (!same && core_ms() < until) {
		s = vm_read(t->h, vm_path(t->domid, "data/probe/%s", name).s);
		same = s != NULL && strcmp(s, want) == 0;
		snprintf(text, sizeof(text), "%.40s, not %.40s",
		    s != NULL ? s : "unknown", want);
		free(s);
		if (!same)
			vm_sleep(5);
	}
	return same ? 0 : bad(t, name, text);
}

static int
step_start(struct test *t)
{
	configure(t, "ip=" SELFTEST_GUEST " vbd=write seed=7");
	if (vm_build(t->h, t->c, NULL, &t->domid, t->r) == -1)
		return -1;
	return wait_told(t, "ready", NULL);
}

static int
step_given(struct test *t)
{
	long long memory = told_num(t, "memory");

	if (memory < MEMORY * 3 / 4 || memory > MEMORY * 5 / 4)
		return bad(t, "memory", "not what it was given");
	if (wait_told(t, "type", t->type) == -1)
		return -1;
	return wait_told(t, "vcpus", "2");
}

static int
step_disk(struct test *t)
{
	char want[64], head[32] = "";
	int fd;

	snprintf(want, sizeof(want), "%d 512 rw written", DISK_BYTES / 512);
	if (wait_told(t, "vbd/51712", want) == -1)
		return -1;
	fd = open(DIR "/disk", O_RDONLY | O_CLOEXEC);
	if (fd == -1 || pread(fd, head, sizeof(head) - 1,
	    DISK_BYTES - 512) == -1)
		head[0] = '\0';
	if (fd != -1)
		close(fd);
	snprintf(want, sizeof(want), "domus-probe 7 %d\n",
	    DISK_BYTES / 512 - 1);
	return strncmp(head, want, strlen(want)) == 0 ? 0 :
	    bad(t, "disk", "not what the guest has written");
}

/* Where a frame may have been lost. */
static int
no_ping(struct test *t, const char *why)
{
	struct vm_path paths[] = { vm_path(t->domid, "device/vif/0/state"),
		vm_path(0, "backend/vif/%d/0/state", t->domid),
		vm_path(0, "backend/vif/%d/0/hotplug-status", t->domid),
		vm_path(t->domid, "data/probe/vif/0") };
	char text[400], path[64], port[16] = "none", *s;
	struct err ignored;

	snprintf(path, sizeof(path), "/sys/class/net/vif%d.0/brport/state",
	    t->domid);
	file_line(path, port, sizeof(port), &ignored);
	snprintf(text, sizeof(text), "%.100s (bridge port %s", why, port);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		s = vm_read(t->h, paths[i].s);
		snprintf(strchr(text, '\0'), 48, ", %.40s", s != NULL ? s : "");
		free(s);
	}
	return bad(t, "ping", strcat(text, ")"));
}

static int
step_ping(struct test *t)
{
	struct err e;

	return selftest_ping(BRIDGE, PING_MS, &e) == 0 ? 0 :
	    no_ping(t, e.text);
}

static int
step_pause(struct test *t)
{
	struct err e;

	if (libxl_domain_pause(t->h->ctx, (uint32_t)t->domid, NULL) != 0)
		return vm_host_failed(t->h, "pause", t->r);
	if (selftest_ping(BRIDGE, 500, &e) == 0)
		return bad(t, "pause", "the guest answers all the same");
	if (libxl_domain_unpause(t->h->ctx, (uint32_t)t->domid, NULL) != 0)
		return vm_host_failed(t->h, "unpause", t->r);
	return step_ping(t);
}

static int
step_checkpoint(struct test *t)
{
	if (vm_end_save(t->h, t->domid, t->c->vm, DIR "/image", true,
	    t->r) == -1)
		return -1;
	return step_ping(t);
}

static int
step_suspend(struct test *t)
{
	struct err e;

	if (make_file(DIR "/image", 0, &e) == -1)
		return bad(t, "image", e.text);
	return vm_end_save(t->h, t->domid, t->c->vm, DIR "/image", false,
	    t->r);
}

static int
step_resume(struct test *t)
{
	if (vm_build(t->h, t->c, DIR "/image", &t->domid, t->r) == -1 ||
	    wait_told(t, "resumed", NULL) == -1)
		return -1;
	return step_ping(t);
}

static int
step_plug(struct test *t)
{
	struct vbd_config more = t->c->vbds[0];
	struct err e;

	snprintf(more.device, sizeof(more.device), "xvdb");
	snprintf(more.path, sizeof(more.path), DIR "/more");
	if (make_file(more.path, DISK_BYTES / 2, &e) == -1)
		return bad(t, "files", e.text);
	if (vm_disk_plug(t->h, t->domid, &more, t->r) == -1 ||
	    wait_told(t, "vbd/51728", "4096 512 rw written") == -1)
		return -1;
	return vm_disk_unplug(t->h, t->domid, more.device, false, t->r);
}

/* Half a MiB less, and back. */
static int
step_memory(struct test *t)
{
	int64_t have = told_num(t, "memory"), want;
	char text[24];
	int rc = 0;

	for (int back = 0; back < 2 && rc == 0; back++) {
		want = have - (back ? 0 : 1 << 19);
		if (libxl_set_memory_target(t->h->ctx, (uint32_t)t->domid,
		    (MEMORY - (back ? 0 : 1 << 19)) / 1024, 0, 1) != 0)
			return vm_host_failed(t->h, "memory", t->r);
		snprintf(text, sizeof(text), "%lld", (long long)want);
		rc = wait_becomes(t, "memory", text);
	}
	return rc;
}

static int
step_twice(struct test *t)
{
	struct reply r = { 0 };
	struct vbd_config again = t->c->vbds[0];
	int got;

	snprintf(again.device, sizeof(again.device), "xvdc");
	got = vm_disk_plug(t->h, t->domid, &again, &r);
	got = got == -1 && r.code != NULL && strcmp(r.code, "VDI_IN_USE") == 0;
	reply_free(&r);
	return got ? 0 : bad(t, "disk", "given for writing twice");
}

static int
step_shutdown(struct test *t)
{
	return vm_end_clean(t->h, t->domid, t->c->vm, "poweroff", t->r);
}

static const struct {
	const char *name;
	int (*run)(struct test *);
} steps[] = {
	{ "prepare", prepare },
	{ "start", step_start },
	{ "given", step_given },
	{ "disk", step_disk },
	{ "ping", step_ping },
	{ "pause", step_pause },
	{ "checkpoint", step_checkpoint },
	{ "suspend", step_suspend },
	{ "resume", step_resume },
	{ "plug", step_plug },
	{ "memory", step_memory },
	{ "twice", step_twice },
	{ "shutdown", step_shutdown },
};

static void
clean_up(struct test *t)
{
	static const char *const files[] = { DIR "/disk", DIR "/image",
		DIR "/more" };
	struct reply ignored = { 0 };
	struct err ignored_e;

	if (t->domid > 0)
		vm_end_destroy(t->h, t->domid, &ignored);
	reply_free(&ignored);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i]);
	rmdir(DIR);
	selftest_bridge(BRIDGE, false, &ignored_e);
}

static int
run_steps(struct test *t)
{
	struct value *one;
	int64_t began;
	char text[512];
	struct err e;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		began = core_ms();
		if (steps[i].run(t) == -1) {
			reply_error(t->r, &e);
			snprintf(text, sizeof(text), "%s: %s: %.400s", t->type,
			    steps[i].name, e.text);
			reply_fail(t->r, "INTERNAL_ERROR", text, NULL);
			return -1;
		}
		one = value_new_struct();
		value_set_str(one, "name", steps[i].name);
		value_set_int(one, "ms", core_ms() - began);
		value_add(t->steps, one);
	}
	return 0;
}

int
vm_selftest(struct vm_host *h, const struct value *arg, struct reply *r)
{
	struct test t = { h, calloc(1, sizeof(*t.c)), value_new_array(), r, 0,
		value_get_str(arg, "type") };
	struct value *v;
	int rc = -1;

	if (t.c == NULL || t.type == NULL || (strcmp(t.type, "pv") != 0 &&
	    strcmp(t.type, "pvh") != 0))
		reply_fail(r, "INTERNAL_ERROR", "type: pv or pvh", NULL);
	else {
		rc = run_steps(&t);
		clean_up(&t);
	}
	free(t.c);
	if (rc == -1) {
		value_free(t.steps);
		return -1;
	}
	v = value_new_struct();
	value_set(v, "steps", t.steps);
	reply_set(r, v);
	return 0;
}
