/* SPDX-License-Identifier: ISC */
/*
 * The first program of dom0, out of the initrd: check the root file system
 * that came with it, mount it, and hand over to its /sbin/init.
 *
 * A machine whose image is damaged stops with a reason on its consoles, it does
 * not go round in circles.  Only an image that is on trial gives the machine
 * back to the one before it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/loop.h>

#include "err.h"
#include "file.h"
#include "hash.h"
#include "say.h"

#define IMAGE "/system.squashfs"
#define SUM "/system.sha256"
#define ROOT "/root"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct mounted {
	const char *type, *where;
	unsigned long flags;
	const char *options;
} mounts[] = {
	{ "devtmpfs", "/dev", MS_NOSUID, "mode=0755" },
	{ "proc", "/proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL },
	{ "sysfs", "/sys", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL },
};

static int
kernel_mounts(struct err *e)
{
	const struct mounted *m;

	for (m = mounts; m < mounts + COUNT(mounts); m++) {
		mkdir(m->where, 0755);
		if (mount(m->type, m->where, m->type, m->flags,
		    m->options) == -1 && errno != EBUSY)
			return err_sys(e, "%s: mount", m->where);
	}
	return 0;
}

static int
image_check(struct err *e)
{
	char want[HASH_HEX + 1], have[HASH_HEX];

	if (file_line(SUM, want, sizeof(want), e) == -1)
		return -1;
	if (hash_file(IMAGE, have, e) == -1)
		return -1;
	if (strcmp(want, have) != 0)
		return err_set(e, "%s in the initrd is damaged: its sha256 is "
		    "%.16s..., not %.16s...", IMAGE + 1, have, want);
	return 0;
}

static int
loop_attach(int image, int control, char *device, size_t size, struct err *e)
{
	struct loop_config config = {
		.fd = (unsigned int)image,
		.block_size = 4096,
		.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	int fd, n, rc = 0;

	n = ioctl(control, LOOP_CTL_GET_FREE);
	if (n == -1)
		return err_sys(e, "no free loop device");
	snprintf(device, size, "/dev/loop%d", n);
	fd = open(device, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", device);
	if (ioctl(fd, LOOP_CONFIGURE, &config) == -1)
		rc = err_sys(e, "%s: %s", device, IMAGE);
	else if (mount(device, ROOT, "squashfs", MS_RDONLY, NULL) == -1)
		rc = err_sys(e, "%s: mount as squashfs", IMAGE);
	close(fd);
	return rc;
}

static int
image_mount(struct err *e)
{
	char device[32];
	int image = -1, control = -1, rc = -1;

	mkdir(ROOT, 0755);
	image = open(IMAGE, O_RDONLY | O_CLOEXEC);
	if (image == -1) {
		err_sys(e, "%s", IMAGE);
		goto out;
	}
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control == -1) {
		err_sys(e, "/dev/loop-control");
		goto out;
	}
	rc = loop_attach(image, control, device, sizeof(device), e);
out:
	if (image != -1)
		close(image);
	if (control != -1)
		close(control);
	return rc;
}

static int
root_switch(struct err *e)
{
	char to[64];

	for (size_t i = 0; i < COUNT(mounts); i++) {
		snprintf(to, sizeof(to), ROOT "%s", mounts[i].where);
		if (mount(mounts[i].where, to, NULL, MS_MOVE, NULL) == -1)
			return err_sys(e, "%s: move to the new root",
			    mounts[i].where);
	}
	/* nothing else of the initrd is needed: the image is held by loop */
	unlink("/init");
	unlink(SUM);
	unlink(IMAGE);
	if (chdir(ROOT) == -1 || mount(".", "/", NULL, MS_MOVE, NULL) == -1 ||
	    chroot(".") == -1 || chdir("/") == -1)
		return err_sys(e, "switch to the new root");
	return 0;
}

static const struct step {
	int (*run)(struct err *);
	const char *remedy;
} steps[] = {
	{ kernel_mounts, "The kernel is not the one of this image: boot the "
	    "image as it was made." },
	{ image_check, "Read the medium again or write it anew; on an "
	    "installed host boot the other slot." },
	{ image_mount, "The kernel is not the one of this image: boot the "
	    "image as it was made." },
	{ root_switch, "Write the medium anew; on an installed host boot the "
	    "other slot." },
};

static bool
on_trial(void)
{
	char *text;
	struct err none;
	bool is;

	if (file_read("/proc/cmdline", 65536, &text, NULL, &none) == -1)
		return false;
	is = strstr(text, "domus.trial=1") != NULL;
	free(text);
	return is;
}

static void
stop(const struct err *e, const char *remedy)
{
	struct say s;

	say_open(&s);
	say(&s, "\r\ndomus-init: fatal: %s", e->text);
	say(&s, "domus-init: %s", remedy);
	if (on_trial()) {
		say(&s, "domus-init: this image was on trial: the one before "
		    "it boots again");
		sleep(3);
		reboot(RB_AUTOBOOT);
	}
	say(&s, "domus-init: stopped; nothing was changed on any disk.");
	for (;;)
		pause();
}

int
main(void)
{
	static char *const argv[] = { (char *)"/sbin/init", NULL };
	static char *const envp[] = { (char *)"HOME=/root",
	    (char *)"PATH=/sbin:/usr/sbin:/bin:/usr/bin",
	    (char *)"TERM=linux", NULL };
	struct err e;

	if (getpid() != 1) {
		fputs("init: only the kernel starts it\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < COUNT(steps); i++)
		if (steps[i].run(&e) == -1)
			stop(&e, steps[i].remedy);
	execve(argv[0], argv, envp);
	err_sys(&e, "%s", argv[0]);
	stop(&e, "The image is incomplete: make it again.");
}
