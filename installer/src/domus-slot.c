/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"
#include "conf.h"
#include "domus-slot.h"
#include "efi_var.h"
#include "file.h"
#include "guard.h"
#include "health.h"
#include "run.h"
#include "slots.h"

/* domus-slot(8) */

#define STATE_DIR "/var/lib/domus"
#define TRIAL "/install/trial"
#define PROBLEMS "/run/domus/problems"
#define PAUSE 3			/* seconds between two looks */
#define GUARD_SECONDS 120

struct context {
	struct health health;
	const char *disk;	/* an image file; NULL: look for it */
	int seconds;		/* a trial's */
	char uuid[64];		/* of the slot that was booted, or "" */
	bool trial;
	struct slots slots;
	int booted;		/* 0 or 1 */
	char efivars[PATH_MAX];
	bool uefi;
};

static const char usage_text[] =
    "usage: domus-slot [options]\n"
    "       domus-slot --watch [options]\n"
    "Show the two slots of this host, or, after its boot, keep an image that\n"
    "is on trial when the host is healthy, else boot the other one.\n"
    "  -w, --watch         as said\n"
    "  -s, --seconds N     a trial's length (600)\n"
    "  -d, --disk FILE     the host's disk; else the one that was booted\n"
    "  -r, --root DIR      before /proc, /run, /sys and /var\n"
    "  -b, --bridge NAME   has the management address (host.conf's)\n"
    "  -a, --agent URL     what the agent answers (https://127.0.0.1/)\n"
    "  -h, --help          print this text\n"
    "Exit: 0 done, 1 could not, 2 wrong usage.\n";

static int
read_cmdline(struct context *c, struct err *e)
{
	char path[PATH_MAX], *text, *word, *save;

	snprintf(path, sizeof(path), "%s/proc/cmdline", c->health.root);
	if (file_read(path, 65536, &text, NULL, e) == -1)
		return -1;
	for (word = strtok_r(text, " \n", &save); word != NULL;
	    word = strtok_r(NULL, " \n", &save)) {
		if (strncmp(word, "domus.slot=", 11) == 0)
			snprintf(c->uuid, sizeof(c->uuid), "%s", word + 11);
		else if (strcmp(word, "domus.trial=1") == 0)
			c->trial = true;
	}
	free(text);
	return 0;
}

/* Whether the slot that was booted is on that disk. */
static bool
is_on(struct context *c, const char *node)
{
	unsigned int sector = 512;
	char path[PATH_MAX], line[16];
	struct err none;

	snprintf(path, sizeof(path), "%s/sys/class/block/%s/queue/"
	    "logical_block_size", c->health.root, strrchr(node, '/') + 1);
	if (file_line(path, line, sizeof(line), &none) == 0)
		sector = (unsigned int)strtoul(line, NULL, 10);
	if (slots_find(node, sector, &c->slots, &none) == -1)
		return false;
	for (c->booted = 0; c->booted < 2; c->booted++)
		if (strcmp(c->slots.slot[c->booted].uuid, c->uuid) == 0)
			return true;
	return false;
}

static int
find_disk(struct context *c, struct err *e)
{
	struct context at = *c;
	char path[PATH_MAX];
	struct dirent *d;
	int n = 0;
	DIR *list;

	if (c->disk != NULL)
		return is_on(c, c->disk) ? 0 : err_set(e, "%s: slot %s is not "
		    "on it", c->disk, c->uuid);
	snprintf(path, sizeof(path), "%s/sys/block", c->health.root);
	list = opendir(path);
	while (list != NULL && (d = readdir(list)) != NULL) {
		if (d->d_name[0] == '.' || strncmp(d->d_name, "loop", 4) == 0
		    || strncmp(d->d_name, "ram", 3) == 0)
			continue;
		snprintf(path, sizeof(path), "%s/dev/%s", c->health.root,
		    d->d_name);
		if (!is_on(&at, path))
			continue;
		*c = at, n++;
	}
	if (list != NULL)
		closedir(list);
	return n == 1 ? 0 : err_set(e, n > 1 ? "slot %s is on several disks: "
	    "one is a copy" : "slot %s is on no disk", c->uuid);
}

static const char *
efivars(const struct context *c)
{
	return c->uefi ? c->efivars : NULL;
}

static void
state_path(const struct context *c, const char *name, char to[PATH_MAX])
{
	snprintf(to, PATH_MAX, "%s" STATE_DIR "%s", c->health.root, name);
}

/* For the image that comes back when this one does not stay. */
static void
note_why(const struct context *c, const char *why)
{
	struct conf trial = { 0 };
	char path[PATH_MAX];
	struct err none;

	state_path(c, TRIAL, path);
	/* a state that cannot be written says nothing, and that is all */
	if (conf_read(path, &trial, &none) == 0 &&
	    conf_set(&trial, "why", why, &none) == 0)
		conf_write(&trial, path, 0644, &none);
	conf_free(&trial);
}

static int
keep(const struct context *c, struct err *e)
{
	bool other = slots_whole(&c->slots, !c->booted);
	char path[PATH_MAX];

	note_why(c, "it was cut off while it was being kept");
	if (slots_keep(&c->slots, c->booted, other, efivars(c), e) == -1)
		return -1;
	state_path(c, TRIAL, path);
	unlink(path);
	printf("slot %s is kept: the host is healthy\n",
	    slot_name(c->booted));
	return 0;
}

/* Healthy at two looks in a row; -1 with what was missing at the end. */
static int
wait_healthy(const struct context *c, struct guard *g, struct err *why)
{
	const struct timespec pause = { PAUSE, 0 };
	struct timespec now, end;
	int in_a_row = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += c->seconds;
	for (;;) {
		in_a_row = health_check(&c->health, why) == 0 ?
		    in_a_row + 1 : 0;
		if (in_a_row == 2)
			return 0;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= end.tv_sec)
			return -1;
		guard_feed(g, GUARD_SECONDS);
		nanosleep(&pause, NULL);
	}
}

/* The guard stays: services that do not end must not keep the machine. */
static int
give_up(const struct context *c, const struct err *why, struct err *e)
{
	const char *argv[] = { "reboot", NULL };

	printf("slot %s is given up: %s; rebooting\n", slot_name(c->booted),
	    why->text);
	fflush(stdout);
	note_why(c, why->text);
	return run(argv, e);
}

static int
try(struct context *c, struct err *e)
{
	struct guard guard;
	struct err why;
	int now, rc;

	guard_take(&guard, c->health.root, GUARD_SECONDS);
	/* the firmware has forgotten which one boots */
	if (slots_current(&c->slots, efivars(c), &now, e) != 0 ||
	    now != c->booted)
		rc = wait_healthy(c, &guard, &why);
	else
		rc = 0;
	if (rc == -1)
		return give_up(c, &why, e);
	guard_feed(&guard, 0);
	return keep(c, e);
}

/* For the console's screen: what, and what a person can do about it. */
static int
say_failed(const struct context *c, const char *name, const char *why,
    struct err *e)
{
	char path[PATH_MAX];
	struct buf b = { 0 };
	int fd, rc;

	buf_printf(&b, "upgrade: the image in slot %s was given up (%s): slot "
	    "%s is back\nCorrect the cause and upgrade again; the same answers need "
	    "again=\"yes\".\n", name, why,
	    slot_name(c->booted));
	fputs(buf_str(&b), stdout);
	snprintf(path, sizeof(path), "%s" PROBLEMS, c->health.root);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd == -1)
		rc = err_sys(e, "%s", path);
	else
		rc = file_write_all(fd, buf_str(&b), b.len, e);
	if (fd != -1)
		close(fd);
	buf_free(&b);
	return rc;
}

/* No trial: was there one, and is this what it left? */
static int
look_back(const struct context *c, struct err *e)
{
	char path[PATH_MAX], after[PATH_MAX];
	struct conf trial = { 0 };
	int rc = 0;

	state_path(c, TRIAL, path);
	state_path(c, TRIAL ".failed", after);
	if (access(path, F_OK) == -1)
		return 0;
	if (conf_read(path, &trial, e) == -1)
		return -1;
	if (strcmp(conf_get(&trial, "slot", ""), c->uuid) == 0) {
		unlink(path);
	} else if (slots_keep(&c->slots, c->booted, false, efivars(c), e) ==
	    -1 || rename(path, after) == -1) {
		rc = err_in(e, "slot %s", slot_name(c->booted));
	} else {
		rc = say_failed(c, conf_get(&trial, "name", "?"),
		    conf_get(&trial, "why", "it did not come up"), e);
	}
	conf_free(&trial);
	return rc;
}

static int
show(const struct context *c, struct err *e)
{
	int now;

	if (slots_current(&c->slots, efivars(c), &now, e) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		printf("%s  %s  %s%s%s%s\n", slot_name(i),
		    c->slots.slot[i].uuid,
		    slots_whole(&c->slots, i) ? "whole" : "no whole image",
		    i == now ? ", boots" : "",
		    i == c->booted ? ", running" : "",
		    i == c->booted && c->trial ? ", on trial" : "");
	return 0;
}

static int
read_options(struct context *c, bool *watch_r, int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "watch", no_argument, NULL, 'w' },
		{ "seconds", required_argument, NULL, 's' },
		{ "disk", required_argument, NULL, 'd' },
		{ "root", required_argument, NULL, 'r' },
		{ "bridge", required_argument, NULL, 'b' },
		{ "agent", required_argument, NULL, 'a' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	const char **texts[256] = { ['d'] = &c->disk,
		['r'] = &c->health.root, ['b'] = &c->health.bridge,
		['a'] = &c->health.agent };
	int o;

	while ((o = getopt_long(argc, argv, "ws:d:r:b:a:h", longs, NULL)) !=
	    -1) {
		if (o == 'h')
			return 1;
		if (o == 'w')
			*watch_r = true;
		else if (o == 's')
			c->seconds = atoi(optarg);
		else if (o < 256 && texts[o] != NULL)
			*texts[o] = optarg;
		else
			return -1;
	}
	return optind == argc && c->seconds > 0 ? 0 : -1;
}

int
slot_main(int argc, char *argv[])
{
	char bridge[BRIDGE_NAME];
	struct context c = { .seconds = 600, .health = { .root = "",
	    .agent = "https://127.0.0.1/" } };
	bool watch = false;
	struct err e;
	int rc;

	rc = read_options(&c, &watch, argc, argv);
	if (rc != 0) {
		fputs(usage_text, rc == 1 ? stdout : stderr);
		return rc == 1 ? 0 : 2;
	}
	netplan_bridge_read(c.health.root, bridge);
	if (c.health.bridge == NULL)
		c.health.bridge = bridge;
	snprintf(c.efivars, sizeof(c.efivars), "%s" EFI_DIR, c.health.root);
	c.uefi = access(c.efivars, F_OK) == 0;
	rc = read_cmdline(&c, &e);
	if (rc == 0 && c.uuid[0] == '\0' && watch)
		return 0;		/* started from a medium */
	if (rc == 0 && c.uuid[0] == '\0')
		rc = err_set(&e, "this system was not started from a slot");
	if (rc == 0)
		rc = find_disk(&c, &e);
	if (rc == 0)
		rc = !watch ? show(&c, &e) : c.trial ? try(&c, &e) :
		    look_back(&c, &e);
	if (rc == -1)
		fprintf(stderr, "domus-slot: %s\n", e.text);
	return rc == -1 ? 1 : 0;
}
