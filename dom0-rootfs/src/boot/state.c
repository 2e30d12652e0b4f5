/* SPDX-License-Identifier: ISC */
/*
 * The host's state partition.  Checked before it is mounted, mounted read-only
 * when the check could not mend it, and never formatted.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "arrays.h"
#include "devices.h"
#include "extcopy.h"
#include "file.h"
#include "loader.h"
#include "parts.h"
#include "run.h"
#include "setup.h"

/* What turns out to be damaged later is not written to any more. */
#define DAMAGED "errors=remount-ro"

/* e2fsck(8), EXIT CODE */
#define FSCK_CORRECTED 3	/* 1: mended; 2: mended, a mounted one needs a
				   reboot, and ours is not mounted */

/*
 * 1: whole (maybe mended), 0: damaged, -1: could not be checked.  A power cut
 * may leave one of the superblock's two sectors as it was: then its copy in
 * the second block group tells where all is, if nothing else is there now.
 */
static int
fs_check(const char *device, struct err *e)
{
	const char *const argv[] = { "e2fsck", "-p", device, NULL };
	const char *const copy[] = { "e2fsck", "-p", "-b", "32768", "-B",
		"4096", device, NULL };
	struct run r = { 0 };

	if (run_with(argv, &r, e) == 0)
		return 1;
	if (r.status >= 8 && r.status < 128 && extcopy_usable(device, 0, 0) &&
	    run_with(copy, &r, e) == 0)
		return 1;
	if (r.status <= 0 || r.status >= 8)
		return -1;
	if ((r.status & ~FSCK_CORRECTED) == 0)
		return 1;
	err_set(e, "e2fsck cannot mend it without being asked");
	return 0;
}

int
fs_mount(const char *name, const char *where, struct err *e)
{
	unsigned long flags = MS_NOATIME | MS_NODEV | MS_NOSUID;
	char device[64];
	struct err later;
	int whole;

	snprintf(device, sizeof(device), "/dev/%s", name);
	whole = fs_check(device, e);
	if (whole == 1 && mount(device, where, "ext4", flags, DAMAGED) == 0)
		return 1;
	if (whole == 1)
		return err_sys(e, "%s: mount", device);
	/* noload: replaying the journal would write */
	if (mount(device, where, "ext4", flags | MS_RDONLY, "noload") == -1)
		return err_sys(&later, "mount") == -1 ?
		    err_in(e, "%s: not even readable", device) : -1;
	err_in(e, "%s: damaged, read-only", device);
	return 0;
}

struct wanted {
	const char *uuid;
	char slot[40];		/* where this boot came from, or "" */
	struct part part;
	struct arrays arrays;
	struct err e;
};

static bool
state_there(void *arg)
{
	struct wanted *w = arg;
	struct parts p = { 0 };
	const struct part *part;
	bool there = false, started;
	struct err array;

	started = arrays_start(&w->arrays, &array);
	if (parts_read("/sys", &p, &w->e) == 0 &&
	    parts_state(&p, w->uuid, w->slot, &part, &w->e) == 0) {
		w->part = *part;
		there = true;
	}
	if (!there && !started)
		w->e = array;
	parts_free(&p);
	return there;
}

/* Two state partitions will not become one by waiting. */
static bool
state_decided(void *arg)
{
	struct wanted *w = arg;
	struct parts p = { 0 };
	bool several;

	if (state_there(w))
		return true;
	several = *w->uuid == '\0' && parts_read("/sys", &p, &w->e) == 0 &&
	    parts_labelled(&p, STATE_LABEL) > 1;
	parts_free(&p);
	return several;
}

static void
room_check(const struct setup *s)
{
	struct statvfs v;
	struct err e;

	if (statvfs(STATE_DIR, &v) == -1 || v.f_bavail > v.f_blocks / 50)
		return;
	err_set(&e, "%s: full: %llu of %llu KiB free", STATE_DIR,
	    (unsigned long long)v.f_bavail * v.f_frsize / 1024,
	    (unsigned long long)v.f_blocks * v.f_frsize / 1024);
	problem(s, &e, "Log in and remove what is not needed, "
	    STATE_DIR "/log first.");
}

int
state_mount(struct setup *s, struct err *e)
{
	struct wanted w = { .uuid = s->cmd.state };
	int got;

	loader_slot(w.slot);
	if (!state_there(&w) && s->uevents != -1 &&
	    devices_wait(s->uevents, APPEAR, state_decided, &w, e) == -1)
		return -1;
	if (!state_there(&w)) {
		*e = w.e;
		return err_in(e, "state");
	}
	got = fs_mount(w.part.name, STATE_DIR, e);
	if (got == -1)
		return err_in(e, "state");
	s->state = got == 1;
	say(&s->say, "domus-setup: state is on %s", w.part.name);
	if (got == 1)
		room_check(s);
	return got == 1 ? 0 : err_in(e, "state");
}

int
host_read(struct setup *s, struct err *e)
{
	if (conf_read(HOST_CONF, &s->host, e) == -1)
		return -1;
	s->configured = true;
	return 0;
}
