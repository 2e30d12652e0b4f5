/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"
#include "log.h"
#include "vm.h"

/* A domain from its configuration: built, connected, started. */

#define NO_DOMAIN ((uint32_t)INVALID_DOMID)

static char *
copy(const char *s)
{
	char *new = strdup(s);

	if (new == NULL)
		abort();
	return new;
}

/* libxl's lists of names and values, ended by NULL. */
static void
add_pair(char ***list, size_t *n, const char *name, const char *value)
{
	char **more = realloc(*list, (*n + 3) * sizeof(**list));

	if (more == NULL)
		abort();
	*list = more;
	more[(*n)++] = copy(name);
	more[(*n)++] = copy(value);
	more[*n] = NULL;
}

/*
 * In xenstore before the guest runs.  The mark says that the domain is ours,
 * and not whole yet: whoever finds it so after we have gone removes it.
 */
static void
set_xenstore(const struct vm_config *c, libxl_domain_create_info *info)
{
	size_t n = 0, m = 0;
	char name[256];
	const char *s;

	add_pair(&info->xsdata, &n, VM_MARK, VM_MARK_BUILDING);
	for (size_t i = 0; i < value_len(c->xenstore); i++) {
		s = value_name_at(c->xenstore, i);
		if (strncmp(s, "vm-data/", 8) == 0)
			s += 8;
		snprintf(name, sizeof(name), "vm-data/%s", s);
		s = value_str(value_at(c->xenstore, i));
		add_pair(&info->xsdata, &n, name, s != NULL ? s : "");
	}
	for (size_t i = 0; i < value_len(c->platform); i++) {
		s = value_str(value_at(c->platform, i));
		if (s != NULL)
			add_pair(&info->platformdata, &m,
			    value_name_at(c->platform, i), s);
	}
}

static void
set_info(const struct vm_config *c, libxl_domain_create_info *info)
{
	info->type = c->type == VM_PV ? LIBXL_DOMAIN_TYPE_PV :
	    LIBXL_DOMAIN_TYPE_PVH;
	libxl_uuid_from_string(&info->uuid, c->vm);
	info->name = copy(c->vm);	/* XenAPI's names are not unique */
	libxl_defbool_set(&info->run_hotplug_scripts, false);
	set_xenstore(c, info);
}

static void
set_affinity(struct vm_host *h, const struct vm_config *c,
    libxl_domain_build_info *b)
{
	libxl_bitmap *maps;

	if (!c->sched.masked)
		return;
	maps = calloc((size_t)c->vcpus_max, sizeof(*maps));
	if (maps == NULL)
		abort();
	for (int i = 0; i < c->vcpus_max; i++) {
		libxl_bitmap_init(&maps[i]);
		libxl_bitmap_alloc(h->ctx, &maps[i], sizeof(c->sched.cpus));
		for (int n = 0; n < (int)sizeof(c->sched.cpus); n++)
			if (c->sched.cpus[n])
				libxl_bitmap_set(&maps[i], n);
	}
	b->vcpu_hard_affinity = maps;
	b->num_vcpu_hard_affinity = c->vcpus_max;
	libxl_defbool_set(&b->numa_placement, false);
}

static void
set_build(struct vm_host *h, const struct vm_config *c,
    libxl_domain_build_info *b)
{
	const char *grub = c->type == VM_PV ? VM_KERNELS "/grub-pv" :
	    VM_KERNELS "/grub-pvh";

	libxl_domain_build_info_init_type(b, c->type == VM_PV ?
	    LIBXL_DOMAIN_TYPE_PV : LIBXL_DOMAIN_TYPE_PVH);
	b->max_memkb = (uint64_t)c->static_max / 1024;
	b->target_memkb = (uint64_t)c->target / 1024;
	b->max_vcpus = c->vcpus_max;
	libxl_bitmap_alloc(h->ctx, &b->avail_vcpus, c->vcpus_max);
	for (int i = 0; i < c->vcpus; i++)
		libxl_bitmap_set(&b->avail_vcpus, i);
	if (c->sched.weight != -1)
		b->sched_params.weight = c->sched.weight;
	if (c->sched.cap != -1)
		b->sched_params.cap = c->sched.cap;
	set_affinity(h, c, b);
	b->kernel = copy(c->kernel[0] != '\0' ? c->kernel : grub);
	if (c->ramdisk[0] != '\0')
		b->ramdisk = copy(c->ramdisk);
	if (c->cmdline[0] != '\0')
		b->cmdline = copy(c->cmdline);
}

static void
set_devices(const struct vm_config *c, libxl_domain_config *d)
{
	d->disks = calloc(c->nvbds + 1, sizeof(*d->disks));
	d->nics = calloc(c->nvifs + 1, sizeof(*d->nics));
	if (d->disks == NULL || d->nics == NULL)
		abort();
	for (size_t i = 0; i < c->nvbds; i++)
		if (c->vbds[i].path[0] != '\0')
			vm_disk_config(&c->vbds[i],
			    &d->disks[d->num_disks++]);
	for (size_t i = 0; i < c->nvifs; i++)
		vm_nic_config(&c->vifs[i], &d->nics[d->num_nics++]);
	/* what becomes of it is [core]'s to say */
	d->on_poweroff = d->on_reboot = d->on_crash = d->on_watchdog =
	    d->on_soft_reset = LIBXL_ACTION_ON_SHUTDOWN_PRESERVE;
}

static int
check_memory(struct vm_host *h, libxl_domain_config *d, struct reply *r)
{
	uint64_t need = 0, have = 0;
	char needed[24], available[24];

	if (libxl_domain_need_memory(h->ctx, d, INVALID_DOMID, &need) != 0 ||
	    libxl_get_free_memory(h->ctx, &have) != 0)
		return vm_host_failed(h, "memory", r);
	if (need <= have)
		return 0;
	snprintf(needed, sizeof(needed), "%llu",
	    (unsigned long long)need * 1024);
	snprintf(available, sizeof(available), "%llu",
	    (unsigned long long)have * 1024);
	reply_fail(r, "HOST_NOT_ENOUGH_FREE_MEMORY", needed, available, NULL);
	return -1;
}

static int
check_files(const struct vm_config *c, const libxl_domain_config *d,
    struct reply *r)
{
	const char *const files[] = { d->b_info.kernel, d->b_info.ramdisk };
	char text[VM_PATH + 64];

	for (size_t i = 0; i < 2; i++) {
		if (files[i] == NULL || access(files[i], R_OK) == 0)
			continue;
		snprintf(text, sizeof(text), "%s: %s", files[i],
		    strerror(errno));
		reply_fail(r, "BOOTLOADER_FAILED", c->vm, text, NULL);
		return -1;
	}
	return 0;
}

/*
 * A guest that was saved before its balloon had reached its target has more
 * pages than that: they must fit in again, and it is told its target later.
 */
static void
make_room(libxl_domain_build_info *b, int fd)
{
	struct stat st;
	uint64_t kib;

	if (fstat(fd, &st) == -1)
		return;
	kib = (uint64_t)st.st_size / 1024;
	if (kib > b->max_memkb)
		kib = b->max_memkb;
	if (kib > b->target_memkb)
		b->target_memkb = kib;
}

static int
read_image(struct vm_host *h, const struct vm_config *c,
    libxl_domain_config *d, uint32_t *domid, int fd, struct reply *r)
{
	libxl_domain_restore_params params;
	int rc;

	make_room(&d->b_info, fd);
	if (check_memory(h, d, r) == -1)
		return -1;
	libxl_domain_restore_params_init(&params);
	params.stream_version = 2;
	rc = libxl_domain_create_restore(h->ctx, d, domid, fd, -1, &params,
	    NULL, NULL);
	libxl_domain_restore_params_dispose(&params);
	if (rc != 0)
		return vm_host_failed(h, "memory image", r);
	if (d->b_info.target_memkb * 1024 != (uint64_t)c->target &&
	    libxl_set_memory_target(h->ctx, *domid, c->target / 1024, 0,
	    1) != 0)
		return vm_host_failed(h, "memory", r);
	return 0;
}

static int
restore(struct vm_host *h, const struct vm_config *c, libxl_domain_config *d,
    uint32_t *domid, const char *image, struct reply *r)
{
	int fd = open(image, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;

	if (fd == -1) {
		reply_fail(r, "VDI_NOT_AVAILABLE", image, NULL);
		return -1;
	}
	rc = read_image(h, c, d, domid, fd, r);
	close(fd);
	return rc;
}

/* A guest's kernel is read there, so what is wrong with it is said so. */
static int
create(struct vm_host *h, const struct vm_config *c, libxl_domain_config *d,
    uint32_t *domid, struct reply *r)
{
	if (check_memory(h, d, r) == -1)
		return -1;
	if (libxl_domain_create_new(h->ctx, d, domid, NULL, NULL) == 0)
		return 0;
	if (strstr(h->said, "xc_dom") != NULL ||
	    strstr(h->said, "kernel") != NULL)
		reply_fail(r, "BOOTLOADER_FAILED", c->vm, h->said, NULL);
	else
		vm_host_failed(h, "domain", r);
	return -1;
}

static int
finish(struct vm_host *h, const struct vm_config *c, int domid,
    struct reply *r)
{
	for (size_t i = 0; i < c->nvbds; i++)
		if (c->vbds[i].path[0] != '\0' &&
		    vm_disk_connect(h, domid, &c->vbds[i], r) == -1)
			return -1;
	for (size_t i = 0; i < c->nvifs; i++)
		if (vm_nic_connect(h, domid, &c->vifs[i], r) == -1)
			return -1;
	if (!c->transient &&
	    vm_write(h, vm_path(domid, VM_MARK).s, VM_MARK_READY, r) == -1)
		return -1;
	if (!c->paused && libxl_domain_unpause(h->ctx, (uint32_t)domid,
	    NULL) != 0)
		return vm_host_failed(h, "unpause", r);
	return 0;
}

static int
not_running(struct vm_host *h, const struct vm_config *c, struct reply *r)
{
	libxl_dominfo d;
	int found;

	libxl_dominfo_init(&d);
	found = vm_host_find(h, c->vm, &d);
	libxl_dominfo_dispose(&d);
	if (!found)
		return 0;
	reply_fail(r, "VM_BAD_POWER_STATE", c->vm, "halted", "running", NULL);
	return -1;
}

int
vm_build(struct vm_host *h, const struct vm_config *c, const char *image,
    int *domid_r, struct reply *r)
{
	libxl_domain_config d;
	uint32_t domid = NO_DOMAIN;
	struct reply ignored = { 0 };
	int rc = -1;

	libxl_domain_config_init(&d);
	set_info(c, &d.c_info);
	set_build(h, c, &d.b_info);
	set_devices(c, &d);
	if (not_running(h, c, r) == -1 || check_files(c, &d, r) == -1)
		goto out;
	rc = image != NULL ? restore(h, c, &d, &domid, image, r) :
	    create(h, c, &d, &domid, r);
	if (rc == 0)
		rc = finish(h, c, (int)domid, r);
	if (rc == -1 && domid != NO_DOMAIN) {
		vm_end_destroy(h, (int)domid, &ignored);
		reply_free(&ignored);
	}
	*domid_r = (int)domid;
out:
	libxl_domain_config_dispose(&d);
	return rc;
}
