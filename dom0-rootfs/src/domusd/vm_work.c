/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cidata.h"
#include "vm.h"

/* The table of what a worker can be asked. */

static int
fail_text(struct reply *r, const char *text)
{
	reply_fail(r, "INTERNAL_ERROR", text, NULL);
	return -1;
}

static const char *
str(const struct value *v, const char *name)
{
	const char *s = value_get_str(v, name);

	return s != NULL ? s : "";
}

static int64_t
num(const struct value *v, const char *name, int64_t otherwise)
{
	struct err ignored;
	int64_t n;

	return value_as_int(value_get(v, name), &n, &ignored) == 0 ? n :
	    otherwise;
}

static void
give_domid(struct reply *r, int domid)
{
	struct value *v = value_new_struct();

	value_set_int(v, "domid", domid);
	reply_set(r, v);
}

static int
build(struct vm_host *h, const struct value *arg, const char *image,
    struct reply *r)
{
	struct vm_config *c = calloc(1, sizeof(*c));
	char drive[VM_PATH] = "";
	int domid, rc = -1;

	if (c == NULL)
		return fail_text(r, "out of memory");
	if (vm_config_parse(arg, c, r) == 0 &&
	    cidata_add(value_get(arg, "cidata"), c, drive, r) == 0)
		rc = vm_build(h, c, image, &domid, r);
	/* the guest's loop device keeps it as long as it needs it */
	if (drive[0] != '\0')
		unlink(drive);
	free(c);
	if (rc == 0)
		give_domid(r, domid);
	return rc;
}

static int
start(struct vm_host *h, const struct value *arg, struct reply *r)
{
	return build(h, arg, NULL, r);
}

static int
resume(struct vm_host *h, const struct value *arg, struct reply *r)
{
	char path[VM_PATH];

	if (vm_config_disk(value_get(arg, "image"), path, r) == -1)
		return -1;
	return build(h, arg, path, r);
}

/* Also when it is down already: whoever asks wants it gone. */
static int
end(struct vm_host *h, const struct value *arg, const char *request,
    struct reply *r)
{
	const char *vm = vm_config_vm(arg, r);
	libxl_dominfo d;
	int rc = 0;

	if (vm == NULL)
		return -1;
	libxl_dominfo_init(&d);
	if (vm_host_find(h, vm, &d) == 1)
		rc = strcmp(str(arg, "how"), "clean") == 0 && !d.shutdown ?
		    vm_end_clean(h, (int)d.domid, vm, request, r) :
		    vm_end_destroy(h, (int)d.domid, r);
	libxl_dominfo_dispose(&d);
	return rc;
}

static int
shut_down(struct vm_host *h, const struct value *arg, struct reply *r)
{
	return end(h, arg, "poweroff", r);
}

/* What it will be built from is looked at before anything ends. */
static int
reboot(struct vm_host *h, const struct value *arg, struct reply *r)
{
	struct vm_config *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL)
		return fail_text(r, "out of memory");
	rc = vm_config_parse(arg, c, r);
	free(c);
	if (rc == -1 || end(h, arg, "reboot", r) == -1)
		return -1;
	return build(h, arg, NULL, r);
}

static int
pause_vm(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);

	if (domid == -1)
		return -1;
	return libxl_domain_pause(h->ctx, (uint32_t)domid, NULL) == 0 ? 0 :
	    vm_host_failed(h, "pause", r);
}

static int
unpause_vm(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);

	if (domid == -1)
		return -1;
	return libxl_domain_unpause(h->ctx, (uint32_t)domid, NULL) == 0 ? 0 :
	    vm_host_failed(h, "unpause", r);
}

static int
save(struct vm_host *h, const struct value *arg, bool goes_on,
    struct reply *r)
{
	int domid = vm_host_of(h, arg, r);
	char path[VM_PATH];

	if (domid == -1 ||
	    vm_config_disk(value_get(arg, "image"), path, r) == -1)
		return -1;
	return vm_end_save(h, domid, str(arg, "vm"), path, goes_on, r);
}

static int
suspend(struct vm_host *h, const struct value *arg, struct reply *r)
{
	return save(h, arg, false, r);
}

static int
checkpoint(struct vm_host *h, const struct value *arg, struct reply *r)
{
	return save(h, arg, true, r);
}

/* A path that xenstore takes, and that stays where it is put. */
static bool
path_ok(const char *s)
{
	if (*s == '\0' || *s == '/' || strlen(s) > 200 ||
	    strstr(s, "//") != NULL)
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("-/_@.", *s) == NULL)
			return false;
	return true;
}

static int
xenstore(struct vm_host *h, const struct value *arg, struct reply *r)
{
	const struct value *data = value_get(arg, "data");
	int domid = vm_host_of(h, arg, r);
	const char *name, *s;
	struct vm_path p;

	for (size_t i = 0; domid != -1 && i < value_len(data); i++) {
		name = value_name_at(data, i);
		s = value_str(value_at(data, i));
		if (strncmp(name, "vm-data/", 8) == 0)
			name += 8;
		if (!path_ok(name))
			return fail_text(r, "data: not a path of xenstore");
		p = vm_path(domid, "vm-data/%s", name);
		if (s == NULL || *s == '\0')
			xs_rm(h->xs, XBT_NULL, p.s);
		else if (vm_write(h, p.s, s, r) == -1)
			return -1;
	}
	return domid == -1 ? -1 : 0;
}

static int
vbd_plug(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);
	struct vbd_config c;
	struct value *v;

	if (domid == -1 || vm_config_vbd(value_get(arg, "vbd"), &c, r) == -1)
		return -1;
	if (c.path[0] != '\0' && vm_disk_plug(h, domid, &c, r) == -1)
		return -1;
	v = value_new_struct();
	value_set_str(v, "device", c.device);
	reply_set(r, v);
	return 0;
}

static bool
forced(const struct value *arg)
{
	struct err ignored;
	bool b = false;

	return value_as_bool(value_get(arg, "force"), &b, &ignored) == 0 && b;
}

static int
vbd_unplug(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);

	return domid == -1 ? -1 : vm_disk_unplug(h, domid, str(arg, "device"),
	    forced(arg), r);
}

static int
vbd_resize(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);

	return domid == -1 ? -1 : vm_disk_resize(h, domid,
	    str(arg, "device"), r);
}

static int
vif_plug(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);
	struct vif_config c;
	struct value *v;

	if (domid == -1 || vm_config_vif(value_get(arg, "vif"), &c, r) == -1 ||
	    vm_nic_plug(h, domid, &c, r) == -1)
		return -1;
	v = value_new_struct();
	value_set(v, "device", value_new_fmt("%d", c.devid));
	reply_set(r, v);
	return 0;
}

static int
vif_unplug(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);
	int64_t devid = num(arg, "device", -1);

	if (domid == -1)
		return -1;
	if (devid < 0 || devid > 255)
		return fail_text(r, "device: out of range");
	return vm_nic_unplug(h, domid, (int)devid, forced(arg), r);
}

static int
vif_set(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r);
	struct vif_config c;

	if (domid == -1 || vm_config_vif(value_get(arg, "vif"), &c, r) == -1)
		return -1;
	return vm_nic_set(h, domid, &c, r);
}

static int (*const does[PRIV_NAMES])(struct vm_host *, const struct value *,
    struct reply *) = {
	[PRIV_VM_START] = start,
	[PRIV_VM_SHUTDOWN] = shut_down,
	[PRIV_VM_REBOOT] = reboot,
	[PRIV_VM_PAUSE] = pause_vm,
	[PRIV_VM_UNPAUSE] = unpause_vm,
	[PRIV_VM_SUSPEND] = suspend,
	[PRIV_VM_CHECKPOINT] = checkpoint,
	[PRIV_VM_RESUME] = resume,
	[PRIV_VM_MEMORY] = vm_tune_memory,
	[PRIV_VM_VCPUS] = vm_tune_vcpus,
	[PRIV_VM_SCHED] = vm_tune_sched,
	[PRIV_VM_XENSTORE] = xenstore,
	[PRIV_VBD_PLUG] = vbd_plug,
	[PRIV_VBD_UNPLUG] = vbd_unplug,
	[PRIV_VBD_RESIZE] = vbd_resize,
	[PRIV_VBD_INSERT] = vbd_plug,
	[PRIV_VBD_EJECT] = vbd_unplug,
	[PRIV_VIF_PLUG] = vif_plug,
	[PRIV_VIF_UNPLUG] = vif_unplug,
	[PRIV_VIF_SET] = vif_set,
	[PRIV_SELFTEST] = vm_selftest,
};

void
vm_work(struct vm_host *h, enum priv what, const struct value *arg,
    struct reply *r)
{
	if (does[what] == NULL)
		fail_text(r, "not a worker's business");
	else if (does[what](h, arg, r) == 0 && r->value == NULL)
		reply_set(r, value_new_null());
}
