/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/mount.h>

#include "slot.h"
#include "tree.h"

/* By their names in the tree, and in the slot. */
static const struct { const char *name, *in_slot; } files[] = {
	{ "xen.gz", "xen.gz" },
	{ "vmlinuz", "vmlinuz" },
	{ "initrd", "initrd" },
	{ "domus.efi", "domus.efi" },
	{ "BOOTX64.EFI", "EFI/BOOT/BOOTX64.EFI" },
	/* as the image came with: its makers signed them */
	{ "SHA256SUMS", "image.sums" },
	{ "SHA256SUMS.sig", "image.sig" },
};

static int
set_up(int fs, const char *device)
{
	const struct { unsigned int what; const char *key, *value; } all[] = {
		{ FSCONFIG_SET_STRING, "source", device },
		{ FSCONFIG_SET_FLAG, "ro", NULL },
		{ FSCONFIG_SET_STRING, "umask", "022" },
		{ FSCONFIG_CMD_CREATE, NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (syscall(SYS_fsconfig, fs, all[i].what, all[i].key,
		    all[i].value, 0) == -1)
			return -1;
	return 0;
}

int
slot_open(const char *device, struct err *e)
{
	int fs, fd = -1;

	fs = (int)syscall(SYS_fsopen, "vfat", FSOPEN_CLOEXEC);
	if (fs == -1)
		return err_sys(e, "%s: mount", device);
	if (set_up(fs, device) == 0)
		fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
		    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
		    MOUNT_ATTR_NOEXEC);
	if (fd == -1)
		err_sys(e, "%s: mount", device);
	close(fs);
	return fd;
}

int
slot_file(int slot, const char *name, uint64_t *size_r)
{
	name += strspn(name, "/\\");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(files[i].name, name) == 0)
			return tree_open(slot, files[i].in_slot, size_r);
	errno = ENOENT;
	return -1;
}
