/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_H
#define DOMUSD_VM_H

#include "call.h"
#include "priv.h"

/*
 * Guests, as [core] asks for them and [xen] answers: PRIV_VMS to
 * PRIV_SELFTEST.  The parameters are an array with one struct; every question
 * of a guest names it by `vm', its XenAPI uuid, which is also the domain's.
 *
 * An answer comes when the work is done, and questions about several guests
 * are worked on at once; [core] asks one thing at a time of one guest.  What
 * fails leaves the guest as it was, and a start that fails leaves nothing.
 *
 *	vms		{} -> [state], all but dom0
 *	vm-wait		{seen} -> {seen, vms: [state]}: when something is not
 *			as it was when `seen' was told (0 at first), or after
 *			30 s.  One such question at a time
 *	vm-start	config -> {domid}
 *	vm-shutdown	{vm, how: "clean" "hard"} -> null when the domain is
 *			gone; also when it was gone before.  This is also how
 *			the rest of a guest goes that has ended by itself:
 *			[xen] keeps that until it is told
 *	vm-reboot	config, how -> {domid}, of the new domain
 *	vm-pause vm-unpause	{vm} -> null
 *	vm-suspend	{vm, image} -> null; its memory is in the image, the
 *			domain is gone
 *	vm-checkpoint	{vm, image} -> null; the domain goes on
 *	vm-resume	config, image -> {domid}; the image is not changed
 *	vm-memory	{vm, dynamic_min, dynamic_max} bytes -> null; the
 *			guest is told to have dynamic_max
 *	vm-vcpus	{vm, vcpus} -> null, when the guest has been told
 *	vm-sched	{vm, weight, cap, mask} -> null; each may be missing
 *	vm-xenstore	{vm, data} -> null; paths below the domain's own
 *			"vm-data/", values, "" removes
 *	vm-console	{vm} -> its console's terminal, a descriptor
 *	stats		{} -> {time: Unix, ms; ns: of a clock that only goes
 *			forward; host: {idle: [ns, of each processor],
 *			memory_total, memory_free, loadavg, nics: [{device,
 *			rx_bytes, tx_bytes}]}, vms: [{vm, domid, vcpus: [ns],
 *			memory, memory_target, vbds: [{device, read_bytes,
 *			write_bytes, read_ops, write_ops}], vifs: [{device,
 *			rx_bytes, tx_bytes}]}]}; rx is what the guest has
 *			received
 *	vbd-plug	{vm, vbd} -> {device: "xvdb"}
 *	vbd-unplug	{vm, device, force} -> null
 *	vbd-resize	{vm, device} -> null; its file has another size now
 *	vbd-insert	{vm, vbd} -> null; vbd-eject {vm, device} -> null: the
 *			drive of a paravirtual guest comes and goes with its CD
 *	vif-plug	{vm, vif} -> {device: "0"}
 *	vif-unplug	{vm, device, force} -> null
 *	vif-set		{vm, vif} -> null: another bridge, rate or lock
 *	selftest	{type: "pv" "pvh"} -> {steps: [{name, ms}]}: a probe
 *			guest is started, used and stopped
 *
 * config	{vm, name, type: "pv" "pvh", memory_static_max,
 *		memory_dynamic_max (bytes), vcpus_max, vcpus,
 *		vcpus_params: {weight cap mask},
 *		kernel, ramdisk, cmdline: the guest's kernel itself, files of
 *		VM_KERNELS or VM_DISKS; kernel "": Xen's GRUB image, which
 *		reads the guest's own disk,
 *		platform {}, xenstore_data {}, paused: bool,
 *		vbds: [vbd], vifs: [vif],
 *		cidata {name: text}: a drive for cloud-init besides (cidata.h);
 *		missing: none}
 *		The other members of a VM's record may be there.
 * vbd		{device: "xvda", kind: "Disk" "CD", mode: "RO" "RW",
 *		empty: bool, disk}; `number' may stand for device
 * disk, image	{sr: uuid, location}: the file VM_DISKS/sr/location, raw
 * vif		{device: "0", mac, bridge, mtu, internal: bool (a bridge
 *		that is missing is made, and goes with its last vif),
 *		locking_mode: "unlocked" "locked" "disabled",
 *		ipv4_allowed [], ipv6_allowed [], rate_kbps (kilobytes; 0: no
 *		limit)}
 * state	{vm, domid, state: "running" "paused" "shutdown" "crashed"
 *		"suspended", reason: "" "poweroff" "reboot" "crash" "suspend"
 *		"watchdog", type, memory, memory_target (bytes), vcpus,
 *		start_time (Unix, 0: not known), building: bool,
 *		console: bool (there is a terminal to ask for),
 *		guest: {os_version memory networks other PV_drivers_version:
 *		each {}}, vbds: [{device}], vifs: [{device}]}
 *
 * Failures are XenAPI's codes; where a code has a reference, its place holds
 * what [xen] knows: the uuid of a VM, the device of a VBD.
 *
 *	INTERNAL_ERROR text
 *	HOST_NOT_ENOUGH_FREE_MEMORY needed, available
 *	VM_HVM_REQUIRED vm			type "hvm": this host has no
 *						device emulator
 *	VM_BAD_POWER_STATE vm, expected, actual	"halted", "running" ...
 *	VM_FAILED_SHUTDOWN_ACKNOWLEDGEMENT vm	it does not answer
 *	VM_SHUTDOWN_TIMEOUT vm, seconds		it answered, and goes on
 *	VM_LACKS_FEATURE vm			suspend, vCPUs: it cannot
 *	BOOTLOADER_FAILED vm, text		a kernel that is none
 *	DEVICE_ALREADY_ATTACHED device
 *	DEVICE_ALREADY_DETACHED device
 *	DEVICE_DETACH_TIMEOUT class, device	the guest keeps it
 *	INVALID_DEVICE device
 *	VDI_IN_USE location, "attach"		written to by another guest
 *	VDI_NOT_AVAILABLE location		no such file, or not readable
 */
#define VM_DISKS "/run/sr-mount"
#define VM_KERNELS "/usr/lib/domus"

/*
 * [xen]'s side.  Implemented for libxl, and by the fake for tests: work that
 * takes time is done elsewhere, and answered by vms_answer() later.
 */
struct vms;
struct xen;

typedef void vms_reply_fn(void *arg, uint64_t id, struct reply *r);

/*
 * reply is how an answer goes back, for each id once.  Domains that an earlier
 * [xen] had not finished building are destroyed, those it was saving go on.
 */
int vms_open(struct xen *x, const struct options *o, const struct log *log,
    vms_reply_fn *reply, void *arg, struct vms **v_r, struct err *e);
void vms_close(struct vms *v);		/* v may be NULL */

/* Answered at once or later. */
void vms_ask(struct vms *v, uint64_t id, enum priv what,
    const struct value *params);

struct pollfd;

/*
 * What poll(2) shall wait for besides; at most `room' of them.  *timeout_r is
 * made smaller where something is due.  After it, vms_run().
 */
size_t vms_poll(struct vms *v, struct pollfd *fds, size_t room,
    int *timeout_r);
void vms_run(struct vms *v, const struct pollfd *fds, size_t n);

#endif
