/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arrays.h"
#include "devices.h"
#include "file.h"
#include "path.h"
#include "run.h"
#include "say.h"
#include "setup.h"
#include "uevent.h"

#define QUIET 0.5		/* seconds without a new device */
#define LOOK_MS 10000		/* between two looks at RAIDs */
#define BATCH 400		/* aliases in one modprobe */

struct aliases {
	char **list;
	size_t n;
};

static int
alias_add(struct aliases *a, const char *text, struct err *e)
{
	char **list;

	list = reallocarray(a->list, a->n + 1, sizeof(*list));
	if (list == NULL)
		return err_set(e, "out of memory");
	a->list = list;
	list[a->n] = strdup(text);
	if (list[a->n] == NULL)
		return err_set(e, "out of memory");
	a->n++;
	return 0;
}

static void
aliases_free(struct aliases *a)
{
	while (a->n > 0)
		free(a->list[--a->n]);
	free(a->list);
	a->list = NULL;
}

/* Devices of one bus: dir is /sys/bus/BUS/devices. */
static int
bus_scan(const char *dir, struct aliases *a, struct err *e)
{
	struct path path;
	struct dirent *d;
	struct err none;
	char text[512];
	int rc = 0;
	DIR *all;

	all = opendir(dir);
	if (all == NULL)
		return 0;
	while (rc == 0 && (d = readdir(all)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		if (access(path_of(&path, "%s/%s/driver", dir, d->d_name),
		    F_OK) == 0)
			continue;
		path_of(&path, "%s/%s/modalias", dir, d->d_name);
		if (file_line(path.text, text, sizeof(text), &none) == 0 &&
		    *text != '\0')
			rc = alias_add(a, text, e);
	}
	closedir(all);
	return rc;
}

/* One modprobe for many: it reads its tables once.  No module for an alias
 * makes it exit 1, so its status says nothing. */
static int
load(char *const *aliases, size_t n, struct err *e)
{
	const char *argv[BATCH + 5] = { "modprobe", "-a", "-q", "-b" };
	struct run r = { .seconds = 120 };

	for (size_t i = 0; i < n; i++)
		argv[4 + i] = aliases[i];
	argv[4 + n] = NULL;
	if (run_with(argv, &r, e) == -1 && (r.status == -1 ||
	    r.status == 127))
		return -1;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
unique(struct aliases *a)
{
	size_t to = 0;

	if (a->n > 1)
		qsort(a->list, a->n, sizeof(*a->list), by_text);
	for (size_t i = 0; i < a->n; i++)
		if (to > 0 && strcmp(a->list[to - 1], a->list[i]) == 0)
			free(a->list[i]);
		else
			a->list[to++] = a->list[i];
	a->n = to;
}

int
devices_coldplug(const char *sysfs, struct err *e)
{
	struct path bus, path;
	struct aliases a = { 0 };
	struct dirent *d;
	DIR *all;
	int rc = 0;

	all = opendir(path_of(&bus, "%s/bus", sysfs));
	if (all == NULL)
		return err_sys(e, "%s/bus", sysfs);
	while (rc == 0 && (d = readdir(all)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		rc = bus_scan(path_of(&path, "%s/%s/devices", bus.text,
		    d->d_name), &a, e);
	}
	closedir(all);
	unique(&a);
	for (size_t i = 0; rc == 0 && i < a.n; i += BATCH)
		rc = load(a.list + i, a.n - i < BATCH ? a.n - i : BATCH, e);
	aliases_free(&a);
	return rc;
}

/*
 * usb-storage waits a second before it asks a new stick for its disks, so a
 * quiet bus alone does not mean that all of them are there.  dir is an
 * interface: its SCSI host has a targetH:C:I once the disks were asked for.
 */
static bool
usb_waits(const char *dir)
{
	struct dirent *d, *t;
	struct path path;
	char class[8];
	bool host = false, target = false;
	struct err e;
	DIR *all, *in;

	path_of(&path, "%s/bInterfaceClass", dir);
	if (file_line(path.text, class, sizeof(class), &e) == -1 ||
	    strcmp(class, "08") != 0 || (all = opendir(dir)) == NULL)
		return false;
	while ((d = readdir(all)) != NULL) {
		if (fnmatch("host[0-9]*", d->d_name, 0) != 0)
			continue;
		host = true;
		in = opendir(path_of(&path, "%s/%s", dir, d->d_name));
		while (in != NULL && (t = readdir(in)) != NULL)
			target |= strncmp(t->d_name, "target", 6) == 0;
		if (in != NULL)
			closedir(in);
	}
	closedir(all);
	return host && !target;
}

bool
devices_usb_pending(const char *sysfs)
{
	struct path usb, path;
	struct dirent *d;
	bool waits = false;
	DIR *all;

	all = opendir(path_of(&usb, "%s/bus/usb/devices", sysfs));
	while (all != NULL && !waits && (d = readdir(all)) != NULL)
		waits = d->d_name[0] != '.' && usb_waits(path_of(&path,
		    "%s/%s", usb.text, d->d_name));
	if (all != NULL)
		closedir(all);
	return waits;
}

static int
event_take(const struct uevent *u, struct err *e)
{
	char *alias;
	int rc;

	if (strcmp(u->action, "add") != 0 || u->modalias == NULL)
		return 0;
	alias = strdup(u->modalias);
	if (alias == NULL)
		return err_set(e, "out of memory");
	rc = load(&alias, 1, e);
	free(alias);
	return rc;
}

int
devices_wait(int fd, double seconds, bool (*done)(void *), void *arg,
    struct err *e)
{
	double end = since_boot() + seconds, quiet = since_boot() + QUIET, now;
	struct uevent u;
	int got;

	for (;;) {
		now = since_boot();
		if (done != NULL ? done(arg) :
		    now >= quiet && !devices_usb_pending("/sys"))
			return 1;
		if (now >= end)
			return 0;
		got = uevent_next(fd, done != NULL ? 500 : 100, &u, e);
		if (got == -1 || (got == 1 && event_take(&u, e) == -1))
			return -1;
		if (got == 1 && strcmp(u.action, "add") == 0)
			quiet = since_boot() + QUIET;
	}
}

int
devices_serve(struct err *e)
{
	struct arrays_seen arrays = { .n = 0 };
	struct uevent u;
	int fd, got, rc = -1;

	fd = uevent_open(e);
	if (fd == -1)
		return -1;
	if (devices_coldplug("/sys", e) == -1)
		goto out;
	while ((got = uevent_next(fd, LOOK_MS, &u, e)) != -1) {
		if (got == 1 && event_take(&u, e) == -1)
			break;
		arrays_watch(&arrays, "/sys", PROBLEMS);
	}
out:
	close(fd);
	return rc;
}

int
devices_load(struct setup *s, struct err *e)
{
	s->uevents = uevent_open(e);
	if (s->uevents == -1)
		return -1;
	return devices_coldplug("/sys", e);
}

int
devices_settle(struct setup *s, struct err *e)
{
	if (s->uevents == -1)
		return 0;
	return devices_wait(s->uevents, 20, NULL, NULL, e) == -1 ? -1 : 0;
}
