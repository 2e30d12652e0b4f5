/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arrays.h"
#include "devices.h"
#include "file.h"
#include "path.h"
#include "setup.h"

#define FOUND_MAX 32
#define PATIENCE 10.0		/* seconds for a member that should be there */
#define FIRST 127		/* md127, as mdadm(8) counts, too */

/* A disk that is a member. */
struct found {
	char node[48];
	bool running;		/* its array is */
	struct md_super super;
};

static bool
is_disk(const char *name)
{
	static const char *const not[] = { ".", "loop", "ram", "zram", "sr",
		"fd", "dm-", "md", "nbd" };

	for (size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++)
		if (strncmp(name, not[i], strlen(not[i])) == 0)
			return false;
	return true;
}

static bool
look_at(const char *name, struct found *f)
{
	struct path path;
	char text[32];
	struct err e;
	int fd, got;

	md_of("/sys", name, text);
	f->running = text[0] != '\0';
	if (file_line(path_of(&path, "/sys/block/%s/size", name), text,
	    sizeof(text), &e) == -1)
		return false;
	snprintf(f->node, sizeof(f->node), "/dev/%.40s", name);
	fd = open(f->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	got = md_read(fd, strtoull(text, NULL, 10) * 512, &f->super, &e);
	close(fd);
	return got == 1 && strcmp(f->super.name, MD_NAME) == 0;
}

static unsigned int
find(struct found list[FOUND_MAX])
{
	struct dirent *d;
	unsigned int n = 0;
	DIR *all = opendir("/sys/block");

	while (all != NULL && n < FOUND_MAX && (d = readdir(all)) != NULL)
		if (is_disk(d->d_name) && look_at(d->d_name, &list[n]))
			n++;
	if (all != NULL)
		closedir(all);
	return n;
}

static bool
is_same(const struct found *a, const struct found *b)
{
	return memcmp(a->super.array, b->super.array,
	    sizeof(a->super.array)) == 0;
}

static void
free_name(char name[16])
{
	struct path path;
	int n = FIRST;

	do
		snprintf(name, 16, "md%d", n--);
	while (n > 0 && access(path_of(&path, "/sys/block/%s", name), F_OK) ==
	    0);
}

/* The one of its array that was written last: it says who belongs to it. */
static const struct found *
newest(const struct found *list, unsigned int n, const struct found *one)
{
	for (unsigned int i = 0; i < n; i++)
		if (is_same(&list[i], one) &&
		    list[i].super.events > one->super.events)
			one = &list[i];
	return one;
}

/* A member that was away is not let in again by itself: two that ran one
 * without the other differ, and which to keep is for a person. */
static bool
is_running(const struct found *list, unsigned int n, const struct found *one)
{
	for (unsigned int i = 0; i < n; i++)
		if (list[i].running && is_same(&list[i], one))
			return true;
	return false;
}

static bool
is_member(const struct found *f, const struct found *last)
{
	return is_same(f, last) && md_is_in(&last->super, f->super.number);
}

/* A disk that was copied whole, or seen by two paths, is there twice. */
static int
members_of(const struct found *list, unsigned int n, const struct found *last,
    const char *nodes[FOUND_MAX], struct err *e)
{
	int members = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (!is_member(&list[i], last))
			continue;
		for (unsigned int k = 0; k < i; k++)
			if (is_member(&list[k], last) &&
			    list[k].super.number == list[i].super.number)
				return err_set(e, "%s and %s are the same "
				    "disk of one RAID: one is a copy, or "
				    "another path to it: detach it",
				    list[k].node, list[i].node);
		nodes[members++] = list[i].node;
	}
	return members;
}

/* 1 started, 0 waits for a member, -1 could not. */
static int
start_one(const struct found *list, unsigned int n, const struct found *last,
    struct arrays *a, struct err *e)
{
	const char *nodes[FOUND_MAX];
	char name[16];
	int members;

	members = members_of(list, n, last, nodes, e);
	if (members == -1)
		return -1;
	if ((unsigned int)members < md_active(&last->super)) {
		if (a->since == 0)
			a->since = since_boot();
		if (since_boot() < a->since + PATIENCE) {
			err_set(e, "%s: the RAID's other disk has not come "
			    "yet", last->node);
			return 0;
		}
	}
	free_name(name);
	return md_start(name, nodes, (unsigned int)members, e) == -1 ? -1 : 1;
}

bool
arrays_start(struct arrays *a, struct err *e)
{
	struct found list[FOUND_MAX];
	unsigned int n = find(list);
	bool all = true;

	for (unsigned int i = 0; i < n; i++) {
		bool first = true;

		for (unsigned int k = 0; k < i; k++)
			first &= !is_same(&list[k], &list[i]);
		if (!first || is_running(list, n, &list[i]))
			continue;
		all &= start_one(list, n, newest(list, n, &list[i]), a, e) ==
		    1;
	}
	return all;
}

struct wait {
	struct arrays arrays;
	struct err e;
};

static bool
started(void *arg)
{
	struct wait *w = arg;

	return arrays_start(&w->arrays, &w->e);
}

static void
report(const struct setup *s, const char *name, const struct md_state *state)
{
	struct buf what = { 0 }, remedy = { 0 };
	struct err e;

	say(&s->say, "domus-setup: %s is a RAID %u of %u disks, %u missing",
	    name, state->level, state->disks, state->missing);
	if (state->missing == 0)
		return;
	arrays_tell(name, state, &what, &remedy);
	err_set(&e, "%s", buf_str(&what));
	problem(s, &e, buf_str(&remedy));
	buf_free(&what);
	buf_free(&remedy);
}

/* For an installer and a rescuer; a host waits for its state alone. */
int
arrays_look(struct setup *s, struct err *e)
{
	struct wait w = { .arrays = { 0 } };
	struct md_state state;
	struct dirent *d;
	struct err none;
	int rc = 0;
	DIR *all;

	if (!started(&w) && (s->uevents == -1 || devices_wait(s->uevents,
	    PATIENCE + 2, started, &w, e) != 1)) {
		*e = w.e;
		rc = -1;
	}
	all = opendir("/sys/block");
	while (all != NULL && (d = readdir(all)) != NULL)
		if (strncmp(d->d_name, "md", 2) == 0 && isdigit((unsigned char)
		    d->d_name[2]) && md_look("/sys", d->d_name, &state,
		    &none) == 0)
			report(s, d->d_name, &state);
	if (all != NULL)
		closedir(all);
	return rc;
}
