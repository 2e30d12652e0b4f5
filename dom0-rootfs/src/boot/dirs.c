/* SPDX-License-Identifier: ISC */
/* What of the root is writable: memory file systems and their directories. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "setup.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct mounted {
	const char *type, *where, *options;
	unsigned long flags;
} mounts[] = {
	{ "tmpfs", "/run", "mode=0755,size=32m", MS_NOSUID | MS_NODEV },
	{ "tmpfs", "/tmp", "mode=1777,size=25%", MS_NOSUID | MS_NODEV },
	{ "tmpfs", "/var", "mode=0755,size=16m", MS_NOSUID | MS_NODEV },
	{ "tmpfs", "/root", "mode=0700,size=8m", MS_NOSUID | MS_NODEV },
	{ "devpts", "/dev/pts", "mode=0620,gid=5,ptmxmode=0666",
	    MS_NOSUID | MS_NOEXEC },
	{ "tmpfs", "/dev/shm", "mode=1777,size=8m", MS_NOSUID | MS_NODEV },
};

/* These a kernel may lack: without Xen below, or without UEFI. */
static const struct mounted extras[] = {
	{ "xenfs", "/proc/xen", NULL, MS_NOSUID | MS_NOEXEC },
	{ "efivarfs", "/sys/firmware/efi/efivars", NULL,
	    MS_NOSUID | MS_NOEXEC | MS_NODEV },
	{ "securityfs", "/sys/kernel/security", NULL,
	    MS_NOSUID | MS_NOEXEC | MS_NODEV },
};

static const struct dir {
	const char *path;
	mode_t mode;
} dirs[] = {
	{ "/run/domus",		0755 },
	{ "/run/domusd",	0755 },
	{ "/run/etc",		0755 },
	{ "/run/lock",		0755 },
	{ "/run/net",		0755 },
	{ "/run/service",	0755 },
	{ "/run/sr-mount",	0755 },
	{ "/run/sv",		0700 },
	{ "/run/xen",		0755 },
	{ "/run/xenstored",	0755 },
	{ "/var/empty",		0755 },
	{ "/var/lib",		0755 },
	{ "/var/lib/domus",	0755 },
	{ "/var/lib/xen",	0755 },
	{ "/var/lib/xen/dump",	0700 },
	{ "/var/lib/xenstored",	0755 },
	{ "/var/log",		0755 },
	{ "/var/log/xen",	0755 },
	{ "/root/.ssh",		0700 },
};

static const struct link {
	const char *path, *to;
} links[] = {
	{ "/var/lock",	"../run/lock" },
	{ "/var/run",	"../run" },
	{ "/var/tmp",	"../tmp" },
};

static int
mount_one(const struct mounted *m)
{
	return mount(m->type, m->where, m->type, m->flags, m->options);
}

int
mounts_make(struct setup *s, struct err *e)
{
	const struct mounted *m;

	(void)s;
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 0755);
	for (m = mounts; m < mounts + COUNT(mounts); m++)
		if (mount_one(m) == -1 && errno != EBUSY)
			return err_sys(e, "%s: mount", m->where);
	for (m = extras; m < extras + COUNT(extras); m++)
		if (access(m->where, F_OK) == 0 && mount_one(m) == -1 &&
		    errno != EBUSY && errno != ENODEV)
			return err_sys(e, "%s: mount", m->where);
	return 0;
}

int
dirs_make(struct setup *s, struct err *e)
{
	const struct link *l;
	const struct dir *d;

	(void)s;
	for (d = dirs; d < dirs + COUNT(dirs); d++)
		if (mkdir(d->path, d->mode) == -1 && errno != EEXIST)
			return err_sys(e, "%s", d->path);
	for (l = links; l < links + COUNT(links); l++)
		if (symlink(l->to, l->path) == -1 && errno != EEXIST)
			return err_sys(e, "%s", l->path);
	return 0;
}
