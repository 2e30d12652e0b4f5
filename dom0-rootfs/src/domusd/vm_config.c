/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"
#include "vm_config.h"

#define MIB (INT64_C(1) << 20)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
bad(struct reply *r, const char *name, const char *what)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: %.200s", name, what);
	reply_fail(r, "INTERNAL_ERROR", text, NULL);
	return -1;
}

static const char *
str(const struct value *v, const char *name)
{
	const char *s = value_get_str(v, name);

	return s != NULL ? s : "";
}

static int
num(const struct value *v, const char *name, int64_t least, int64_t most,
    int64_t otherwise, int64_t *n_r, struct reply *r)
{
	const struct value *have = value_get(v, name);
	struct err e;

	*n_r = otherwise;
	if (have == NULL)
		return 0;
	if (value_as_int(have, n_r, &e) == -1)
		return bad(r, name, e.text);
	if (*n_r < least || *n_r > most)
		return bad(r, name, "out of range");
	return 0;
}

static bool
flag(const struct value *v, const char *name)
{
	bool b = false;
	struct err ignored;

	return value_as_bool(value_get(v, name), &b, &ignored) == 0 && b;
}

const char *
vm_config_vm(const struct value *v, struct reply *r)
{
	const char *vm = str(v, "vm");

	if (id_is_uuid(vm))
		return vm;
	bad(r, "vm", "not a uuid");
	return NULL;
}

/* One name of a directory, that is not "." nor "..", nor hidden. */
static bool
name_ok(const char *s)
{
	return *s != '\0' && *s != '.' && strlen(s) < 256 &&
	    strchr(s, '/') == NULL;
}

int
vm_config_disk(const struct value *v, char path[VM_PATH], struct reply *r)
{
	const char *sr = str(v, "sr"), *location = str(v, "location");

	if (!id_is_uuid(sr))
		return bad(r, "sr", "not a uuid");
	if (!name_ok(location))
		return bad(r, "location", "not the name of a file");
	snprintf(path, VM_PATH, VM_DISKS "/%s/%s", sr, location);
	return 0;
}

/* Whole components below one of the two directories, none of them hidden. */
static bool
kernel_ok(const char *path)
{
	static const char *const below[] = { VM_KERNELS "/", VM_DISKS "/" };

	for (size_t i = 0; i < COUNT(below); i++)
		if (strncmp(path, below[i], strlen(below[i])) == 0)
			return strlen(path) < VM_PATH &&
			    strstr(path, "/.") == NULL &&
			    strstr(path, "//") == NULL;
	return false;
}

static int
kernel(const struct value *v, const char *name, char path[VM_PATH],
    struct reply *r)
{
	const char *s = str(v, name);

	*path = '\0';
	if (*s == '\0')
		return 0;
	if (!kernel_ok(s))
		return bad(r, name, "not below " VM_KERNELS " or " VM_DISKS);
	snprintf(path, VM_PATH, "%s", s);
	return 0;
}

static bool
hex(const char *s, unsigned char *byte)
{
	char *end;
	unsigned long n;

	if (strspn(s, "0123456789abcdefABCDEF") < 2)
		return false;
	n = strtoul((char[]){ s[0], s[1], '\0' }, &end, 16);
	*byte = (unsigned char)n;
	return true;
}

static bool
mac_ok(const char *s, unsigned char mac[6])
{
	for (int i = 0; i < 6; i++, s += 3)
		if (!hex(s, &mac[i]) || s[2] != (i < 5 ? ':' : '\0'))
			return false;
	return (mac[0] & 1) == 0;
}

/* What Linux takes for a network interface, without surprises. */
static bool
bridge_ok(const char *s)
{
	return *s != '\0' && strlen(s) < 16 && *s != '.' && strspn(s,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "-_.") == strlen(s);
}

static int
lock(const struct value *v, struct vif_config *c, struct reply *r)
{
	const char *s = str(v, "locking_mode");

	if (*s == '\0' || strcmp(s, "unlocked") == 0 ||
	    strcmp(s, "network_default") == 0)
		c->lock = VIF_UNLOCKED;
	else if (strcmp(s, "disabled") == 0)
		c->lock = VIF_DISABLED;
	else if (strcmp(s, "locked") == 0)
		c->lock = VIF_LOCKED;
	else
		return bad(r, "locking_mode", "not a known one");
	return 0;
}

/* Addresses of one machine each, without a prefix' length. */
static int
addresses(const struct value *v, const char *name, int family, void *to,
    size_t *n_r, struct reply *r)
{
	const struct value *list = value_get(v, name);
	size_t size = family == AF_INET ? 4 : 16;
	const char *s;

	*n_r = value_len(list);
	if (*n_r > VIF_ADDRESSES)
		return bad(r, name, "too many");
	for (size_t i = 0; i < *n_r; i++) {
		s = value_str(value_at(list, i));
		if (s == NULL || inet_pton(family, s, (char *)to + i * size)
		    != 1)
			return bad(r, name, "not an address");
	}
	return 0;
}

int
vm_config_vif(const struct value *v, struct vif_config *c, struct reply *r)
{
	int64_t devid, mtu, rate;

	*c = (struct vif_config){ 0 };
	if (num(v, "device", 0, 255, -1, &devid, r) == -1 ||
	    num(v, "mtu", 68, 65535, 1500, &mtu, r) == -1 ||
	    num(v, "rate_kbps", 0, UINT32_MAX / 1000, 0, &rate, r) == -1 ||
	    lock(v, c, r) == -1 ||
	    addresses(v, "ipv4_allowed", AF_INET, c->ip4, &c->nip4, r) == -1 ||
	    addresses(v, "ipv6_allowed", AF_INET6, c->ip6, &c->nip6, r) == -1)
		return -1;
	if (devid == -1)
		return bad(r, "vif", "no device");
	if (!mac_ok(str(v, "mac"), c->mac))
		return bad(r, "mac", "not an address of one machine");
	if (!bridge_ok(str(v, "bridge")))
		return bad(r, "bridge", "not a network interface's name");
	snprintf(c->bridge, sizeof(c->bridge), "%s", str(v, "bridge"));
	c->internal = flag(v, "internal");
	c->devid = (int)devid;
	c->mtu = (unsigned int)mtu;
	c->rate_kbps = (uint32_t)rate;
	return 0;
}

/* "xvda", or the position that users write for it. */
static int
vbd_device(const struct value *v, struct vbd_config *c, struct reply *r)
{
	const char *s = str(v, "device");
	int64_t n;

	if (*s == '\0') {
		if (num(v, "number", 0, 25, -1, &n, r) == -1)
			return -1;
		if (n == -1)
			return bad(r, "vbd", "no device");
		snprintf(c->device, sizeof(c->device), "xvd%c", (int)('a' + n));
		return 0;
	}
	if ((strncmp(s, "xvd", 3) != 0 && strncmp(s, "sd", 2) != 0 &&
	    strncmp(s, "hd", 2) != 0) || strlen(s) >= sizeof(c->device) ||
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(s)) {
		reply_fail(r, "INVALID_DEVICE", s, NULL);
		return -1;
	}
	snprintf(c->device, sizeof(c->device), "%s", s);
	return 0;
}

int
vm_config_vbd(const struct value *v, struct vbd_config *c, struct reply *r)
{
	const struct value *disk = value_get(v, "disk");

	*c = (struct vbd_config){ 0 };
	if (vbd_device(v, c, r) == -1)
		return -1;
	c->cd = strcmp(str(v, "kind"), "CD") == 0 ||
	    strcmp(str(v, "type"), "CD") == 0;
	c->readonly = c->cd || strcmp(str(v, "mode"), "RW") != 0;
	if (flag(v, "empty"))
		return c->cd ? 0 : bad(r, c->device, "an empty disk");
	if (vm_config_disk(disk, c->path, r) == -1)
		return -1;
	snprintf(c->location, sizeof(c->location), "%s", str(disk, "location"));
	return 0;
}

/* "1,3,5" */
static int
mask(const char *s, struct vm_sched *c, struct reply *r)
{
	unsigned long n;
	char *end;

	while (*s != '\0') {
		n = strtoul(s, &end, 10);
		if (*s < '0' || *s > '9' || n >= COUNT(c->cpus) ||
		    (*end != ',' && *end != '\0'))
			return bad(r, "mask", s);
		c->cpus[n] = c->masked = true;
		s = *end == ',' ? end + 1 : end;
	}
	return 0;
}

int
vm_config_sched(const struct value *v, struct vm_sched *c, struct reply *r)
{
	int64_t weight, cap;

	*c = (struct vm_sched){ .weight = -1, .cap = -1 };
	if (num(v, "weight", 1, 65535, -1, &weight, r) == -1 ||
	    num(v, "cap", 0, VM_VCPUS * 100, -1, &cap, r) == -1)
		return -1;
	c->weight = (int)weight;
	c->cap = (int)cap;
	return mask(str(v, "mask"), c, r);
}

static int
type(const struct value *v, struct vm_config *c, struct reply *r)
{
	const char *s = str(v, "type");

	if (strcmp(s, "pv") == 0)
		c->type = VM_PV;
	else if (strcmp(s, "pvh") == 0)
		c->type = VM_PVH;
	else if (strcmp(s, "hvm") == 0) {
		reply_fail(r, "VM_HVM_REQUIRED", c->vm, NULL);
		return -1;
	} else
		return bad(r, "type", s);
	return 0;
}

static int
sizes(const struct value *v, struct vm_config *c, struct reply *r)
{
	int64_t most = INT64_C(16) << 40, vcpus_max, vcpus;

	if (num(v, "memory_static_max", 4 * MIB, most, -1, &c->static_max,
	    r) == -1)
		return -1;
	if (c->static_max == -1)
		return bad(r, "memory_static_max", "missing");
	if (num(v, "memory_dynamic_max", 4 * MIB, c->static_max,
	    c->static_max, &c->target, r) == -1 ||
	    num(v, "vcpus_max", 1, VM_VCPUS, 1, &vcpus_max, r) == -1 ||
	    num(v, "vcpus", 1, vcpus_max, vcpus_max, &vcpus, r) == -1)
		return -1;
	c->vcpus_max = (int)vcpus_max;
	c->vcpus = (int)vcpus;
	return 0;
}

static int
devices(const struct value *v, struct vm_config *c, struct reply *r)
{
	const struct value *vbds = value_get(v, "vbds");
	const struct value *vifs = value_get(v, "vifs");

	c->nvbds = value_len(vbds);
	c->nvifs = value_len(vifs);
	if (c->nvbds > VM_VBDS || c->nvifs > VM_VIFS)
		return bad(r, "devices", "too many");
	for (size_t i = 0; i < c->nvbds; i++)
		if (vm_config_vbd(value_at(vbds, i), &c->vbds[i], r) == -1)
			return -1;
	for (size_t i = 0; i < c->nvifs; i++)
		if (vm_config_vif(value_at(vifs, i), &c->vifs[i], r) == -1)
			return -1;
	return 0;
}

int
vm_config_parse(const struct value *v, struct vm_config *c, struct reply *r)
{
	const char *vm = vm_config_vm(v, r);

	memset(c, 0, sizeof(*c));
	if (vm == NULL)
		return -1;
	snprintf(c->vm, sizeof(c->vm), "%s", vm);
	if (type(v, c, r) == -1 || sizes(v, c, r) == -1 ||
	    vm_config_sched(value_get(v, "vcpus_params"), &c->sched,
	    r) == -1 ||
	    kernel(v, "kernel", c->kernel, r) == -1 ||
	    kernel(v, "ramdisk", c->ramdisk, r) == -1)
		return -1;
	c->cmdline = str(v, "cmdline");
	c->platform = value_get(v, "platform");
	c->xenstore = value_get(v, "xenstore_data");
	c->paused = flag(v, "paused");
	return devices(v, c, r);
}
