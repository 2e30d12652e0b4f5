/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* What runs, and what guests say of themselves in xenstore. */

#define NAMES 64		/* in a directory of a guest's */
#define TEXT 1024		/* of a value of a guest's */

static const char *
state_of(const libxl_dominfo *d)
{
	if (d->shutdown && d->shutdown_reason == LIBXL_SHUTDOWN_REASON_CRASH)
		return "crashed";
	if (d->shutdown &&
	    d->shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND)
		return "suspended";
	if (d->shutdown || d->dying)
		return "shutdown";
	return d->paused ? "paused" : "running";
}

static const char *
reason_of(const libxl_dominfo *d)
{
	static const char *const reasons[] = { "poweroff", "reboot",
		"suspend", "crash", "watchdog", "reboot" };
	int i = d->shutdown_reason;

	return !d->shutdown || i < 0 || i >= 6 ? "" : reasons[i];
}

static void
devices(struct vm_host *h, int domid, struct value *v)
{
	struct value *vbds = value_new_array(), *vifs = value_new_array();
	struct value *one;
	int n = 0;
	libxl_device_disk *disks = libxl_device_disk_list(h->ctx,
	    (uint32_t)domid, &n);
	libxl_device_nic *nics;

	for (int i = 0; i < n; i++) {
		one = value_new_struct();
		value_set_str(one, "device", disks[i].vdev != NULL ?
		    disks[i].vdev : "");
		value_add(vbds, one);
	}
	libxl_device_disk_list_free(disks, n);
	n = 0;
	nics = libxl_device_nic_list(h->ctx, (uint32_t)domid, &n);
	for (int i = 0; i < n; i++) {
		one = value_new_struct();
		value_set(one, "device", value_new_fmt("%d", nics[i].devid));
		value_add(vifs, one);
	}
	libxl_device_nic_list_free(nics, n);
	value_set(v, "vbds", vbds);
	value_set(v, "vifs", vifs);
}

/* A guest may write what it likes: not more than this is taken of it. */
static void
take(struct vm_host *h, const char *path, struct value *to, const char *name)
{
	unsigned int len;
	char *s = xs_read(h->xs, XBT_NULL, path, &len);

	if (s == NULL)
		return;
	if (len > TEXT)
		s[TEXT] = '\0';
	if (*s != '\0')
		value_set_str(to, name, s);
	free(s);
}

/* Each name in a directory, and the number that it may stand for. */
static unsigned int
list(struct vm_host *h, const char *path, char ***names)
{
	unsigned int n = 0;

	*names = xs_directory(h->xs, XBT_NULL, path, &n);
	return *names == NULL ? 0 : n < NAMES ? n : NAMES;
}

/* attr/vif/N/ipvF/I becomes "N/ip" (the first of IPv4) and "N/ipvF/I". */
static void
addresses(struct vm_host *h, int domid, const char *vif, const char *family,
    struct value *to)
{
	struct vm_path dir = vm_path(domid, "attr/vif/%.16s/%s", vif, family);
	char **names, path[300], name[64];
	unsigned int n = list(h, dir.s, &names);

	for (unsigned int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%.16s", dir.s, names[i]);
		snprintf(name, sizeof(name), "%.16s/%s/%.16s", vif, family,
		    names[i]);
		take(h, path, to, name);
		if (strcmp(family, "ipv4") != 0 || strcmp(names[i], "0") != 0)
			continue;
		snprintf(name, sizeof(name), "%.16s/ip", vif);
		take(h, path, to, name);
	}
	free(names);
}

static void
networks(struct vm_host *h, int domid, struct value *to)
{
	char **vifs;
	unsigned int n = list(h, vm_path(domid, "attr/vif").s, &vifs);

	for (unsigned int i = 0; i < n; i++) {
		addresses(h, domid, vifs[i], "ipv4", to);
		addresses(h, domid, vifs[i], "ipv6", to);
	}
	free(vifs);
}

/* Where the guest agents that people have put things. */
static const struct {
	const char *map, *name, *path;
} facts[] = {
	{ "os_version", "name", "data/os_name" },
	{ "os_version", "distro", "data/os_distro" },
	{ "os_version", "major", "data/os_majorver" },
	{ "os_version", "minor", "data/os_minorver" },
	{ "os_version", "uname", "data/os_uname" },
	{ "PV_drivers_version", "major", "attr/PVAddons/MajorVersion" },
	{ "PV_drivers_version", "minor", "attr/PVAddons/MinorVersion" },
	{ "PV_drivers_version", "micro", "attr/PVAddons/MicroVersion" },
	{ "PV_drivers_version", "build", "attr/PVAddons/BuildVersion" },
	{ "memory", "total", "data/meminfo_total" },
	{ "memory", "free", "data/meminfo_free" },
	{ "other", "feature-balloon", "control/feature-balloon" },
	{ "other", "feature-poweroff", "control/feature-poweroff" },
	{ "other", "feature-reboot", "control/feature-reboot" },
	{ "other", "feature-shutdown", "control/feature-shutdown" },
	{ "other", "feature-suspend", "control/feature-suspend" },
	{ "other", "feature-vcpu-hotplug", "control/feature-vcpu-hotplug" },
};

static void
guest(struct vm_host *h, int domid, struct value *v)
{
	static const char *const maps[] = { "os_version", "memory",
		"networks", "other", "PV_drivers_version" };
	struct value *g = value_new_struct();

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		value_set(g, maps[i], value_new_struct());
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		take(h, vm_path(domid, "%s", facts[i].path).s,
		    value_get(g, facts[i].map), facts[i].name);
	networks(h, domid, value_get(g, "networks"));
	value_set(v, "guest", g);
}

static int64_t
start_time(struct vm_host *h, const char *uuid)
{
	char path[64], *s;
	int64_t t;

	snprintf(path, sizeof(path), "/vm/%s/start_time", uuid);
	s = vm_read(h, path);
	t = s != NULL ? strtoll(s, NULL, 10) : 0;
	free(s);
	return t;
}

static void
identity(const libxl_dominfo *d, struct value *v, char uuid[ID_UUID])
{
	snprintf(uuid, ID_UUID, LIBXL_UUID_FMT, LIBXL_UUID_BYTES(d->uuid));
	value_set_str(v, "vm", uuid);
	value_set_int(v, "domid", d->domid);
	value_set_int(v, "memory", (int64_t)d->current_memkb * 1024);
}

static void
target(struct vm_host *h, int domid, struct value *v)
{
	char *s = vm_read(h, vm_path(domid, "memory/target").s);

	value_set_int(v, "memory_target",
	    s != NULL ? strtoll(s, NULL, 10) * 1024 : 0);
	free(s);
}

static struct value *
state(struct vm_host *h, const libxl_dominfo *d)
{
	struct value *v = value_new_struct();
	int domid = (int)d->domid;
	char uuid[ID_UUID], *mark;

	identity(d, v, uuid);
	target(h, domid, v);
	value_set_str(v, "state", state_of(d));
	value_set_str(v, "reason", reason_of(d));
	value_set_str(v, "type", d->domain_type == LIBXL_DOMAIN_TYPE_PV ?
	    "pv" : d->domain_type == LIBXL_DOMAIN_TYPE_PVH ? "pvh" : "hvm");
	value_set_int(v, "vcpus", d->vcpu_online);
	value_set_int(v, "start_time", start_time(h, uuid));
	mark = vm_read(h, vm_path(domid, VM_MARK).s);
	value_set_bool(v, "building", mark != NULL &&
	    strcmp(mark, VM_MARK_BUILDING) == 0);
	free(mark);
	guest(h, domid, v);
	devices(h, domid, v);
	return v;
}

struct value *
vm_look(struct vm_host *h)
{
	struct value *all = value_new_array();
	int n = 0;
	libxl_dominfo *list_d = libxl_list_domain(h->ctx, &n);

	for (int i = 0; i < n; i++)
		if (list_d[i].domid != 0 && !list_d[i].dying)
			value_add(all, state(h, &list_d[i]));
	libxl_dominfo_list_free(list_d, n);
	return all;
}
