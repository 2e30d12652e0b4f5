/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_CONFIG_H
#define DOMUSD_VM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"
#include "id.h"

/*
 * What [core] says of a guest (vm.h), checked and typed.  [core] reads what
 * strangers write, so [xen] believes nothing of it: no path leads out of
 * VM_DISKS and VM_KERNELS, no number is out of range.
 */
#define VM_VBDS 64
#define VM_VIFS 16
#define VM_VCPUS 128
#define VM_PATH 512

enum vm_type { VM_PV, VM_PVH };

struct vbd_config {
	char device[16];	/* "xvda" */
	char path[VM_PATH];	/* "": an empty CD drive */
	char location[256];	/* of the disk, for messages */
	bool cd, readonly;
};

enum vif_lock { VIF_UNLOCKED, VIF_LOCKED, VIF_DISABLED };
#define VIF_ADDRESSES 64	/* of each family */

struct vif_config {
	int devid;
	unsigned char mac[6];
	char bridge[16];
	unsigned int mtu;
	bool internal;		/* the bridge is made when it is missing */
	enum vif_lock lock;
	unsigned char ip4[VIF_ADDRESSES][4], ip6[VIF_ADDRESSES][16];
	size_t nip4, nip6;	/* what it may use when locked */
	uint32_t rate_kbps;	/* kilobytes a second; 0: no limit */
};

struct vm_sched {
	int weight, cap;	/* -1: not said */
	bool masked;
	bool cpus[1024];	/* where it may run */
};

struct vm_config {
	char vm[ID_UUID];
	enum vm_type type;
	int64_t static_max, target;	/* bytes */
	int vcpus_max, vcpus;
	struct vm_sched sched;
	char kernel[VM_PATH], ramdisk[VM_PATH];	/* "": GRUB, none */
	const char *cmdline;			/* of the value parsed */
	const struct value *platform, *xenstore;	/* the same; or NULL */
	bool paused;
	bool transient;		/* it does not outlive [xen] */
	struct vbd_config vbds[VM_VBDS];
	size_t nvbds;
	struct vif_config vifs[VM_VIFS];
	size_t nvifs;
};

/*
 * 0, or -1 and r is the failure.  `c' is large: not for the stack of a deep
 * call.  Members that are not known are somebody else's.
 */
int vm_config_parse(const struct value *v, struct vm_config *c,
    struct reply *r);
int vm_config_vbd(const struct value *v, struct vbd_config *c,
    struct reply *r);
int vm_config_vif(const struct value *v, struct vif_config *c,
    struct reply *r);
int vm_config_sched(const struct value *v, struct vm_sched *c,
    struct reply *r);

/* The member `vm', a uuid, or NULL and r is the failure. */
const char *vm_config_vm(const struct value *v, struct reply *r);

/* {sr, location} -> a path below VM_DISKS.  For images and disks. */
int vm_config_disk(const struct value *v, char path[VM_PATH],
    struct reply *r);

#endif
