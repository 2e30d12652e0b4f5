/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "file.h"
#include "path.h"
#include "procs.h"
#include "run.h"
#include "service.h"
#include "setup.h"
#include "stop.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SERVICES_MAX 32
#define TERM_MS 500		/* to end in peace */
#define KILL_MS 5000		/* to end at all, and to let go of a mount */

static const char *const ours[] = { STATE_DIR, "/run/sr-mount/" };

/* sv(8) force-stop: TERM, and KILL after -w seconds. */
static void
services_stop(const struct say *s, bool last)
{
	const char *argv[SERVICES_MAX + 5] = { "sv", "-w", "30",
	    "force-stop" };
	struct path paths[SERVICES_MAX];
	struct err e;
	size_t n = 0;

	for (size_t i = 0; i < nservices && n < SERVICES_MAX; i++) {
		path_of(&paths[n], SERVICE_DIR "/%s", services[i].name);
		if (services[i].last != last ||
		    access(paths[n].text, F_OK) == -1)
			continue;
		argv[4 + n] = paths[n].text;
		n++;
	}
	if (n > 0 && run(argv, &e) == -1)
		say(s, "domus-setup: stop: %s", e.text);
}

char *
stop_mount(const char *mounts, size_t n)
{
	const char *from = mounts + strlen(mounts), *end = from, *where;
	size_t len;

	while (from > mounts) {
		end = from;
		for (from--; from > mounts && from[-1] != '\n'; from--)
			;
		where = memchr(from, ' ', (size_t)(end - from));
		if (where == NULL)
			continue;
		len = strcspn(++where, " \n");
		for (size_t i = 0; i < COUNT(ours); i++)
			if (len >= strlen(ours[i]) && strncmp(where, ours[i],
			    strlen(ours[i])) == 0 && n-- == 0)
				return strndup(where, len);
	}
	return NULL;
}

int
stop_unmount(const char *where, int ms)
{
	int rc;

	while ((rc = umount2(where, UMOUNT_NOFOLLOW)) == -1 &&
	    errno == EBUSY && ms > 0) {
		poll(NULL, 0, 20);
		ms -= 20;
	}
	return rc;
}

static int
unmount_one(const struct say *s, const char *where)
{
	if (stop_unmount(where, KILL_MS) == 0)
		return 0;
	say(s, "domus-setup: stop: %s: unmount: %s; made read-only", where,
	    strerror(errno));
	if (mount(NULL, where, NULL, MS_REMOUNT | MS_RDONLY, NULL) == -1)
		say(s, "domus-setup: stop: %s: read-only: %s", where,
		    strerror(errno));
	return -1;
}

/* All but init and this: shells, and what services left behind. */
static void
processes_end(struct say *s)
{
	int n;

	kill(-1, SIGTERM);
	procs_wait("/proc", getpid(), TERM_MS);
	kill(-1, SIGKILL);
	n = procs_wait("/proc", getpid(), KILL_MS);
	/* a terminal is hung up when the leader of its session has died */
	say_close(s);
	say_open(s);
	if (n > 0)
		say(s, "domus-setup: stop: %d processes do not end", n);
}

int
stop_all(struct say *s, struct err *e)
{
	char *mounts, *where;
	int rc = 0;

	services_stop(s, false);
	services_stop(s, true);
	processes_end(s);
	sync();
	if (file_read("/proc/mounts", 1 << 18, &mounts, NULL, e) == -1)
		return -1;
	for (size_t n = 0; (where = stop_mount(mounts, n)) != NULL; n++) {
		if (unmount_one(s, where) == -1)
			rc = err_set(e, "%s: was in use", where);
		free(where);
	}
	free(mounts);
	sync();
	return rc;
}
